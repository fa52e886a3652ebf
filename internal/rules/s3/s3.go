// Package s3 holds the rules about Amazon S3.
//
// A bucket's settings stand in resources of their own since version 4 of the
// AWS provider; before, they stood in the bucket. Both count.
package s3

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	accountPublicAccess,
	aclProhibited,
	defaultEncryptionKMS,
	defaultLockEnabled,
	encryptionEnabled,
	eventNotificationsEnabled,
	loggingEnabled,
	publicReadProhibited,
	publicWriteProhibited,
	replicationEnabled,
	sslRequestsOnly,
	versionLifecycle,
	versioningEnabled,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS

// bucket is the type of resource that all rules here but that about the account
// start from.
var bucket = []string{"aws_s3_bucket"}
