// Package cloudtrail holds the rules about AWS CloudTrail.
package cloudtrail

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	cloudWatchLogs,
	enabled,
	encryption,
	logFileValidation,
	multiRegion,
	s3DataEvents,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
