// Package redshift holds the rules about Amazon Redshift.
package redshift

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	backupEnabled,
	configuration,
	maintenance,
	publicAccess,
	requireTLS,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
