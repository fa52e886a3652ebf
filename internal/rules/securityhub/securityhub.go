// Package securityhub holds the rules about AWS Security Hub.
package securityhub

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	enabled,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
