// Package rds holds the rules about Amazon RDS, Aurora, DocumentDB and Neptune.
package rds

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	automaticMinorVersionUpgrade,
	backupEnabled,
	clusterDeletionProtection,
	clusterMultiAZ,
	enhancedMonitoring,
	instancePublicAccess,
	logging,
	multiAZ,
	snapshotEncrypted,
	snapshotsPublic,
	storageEncrypted,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
