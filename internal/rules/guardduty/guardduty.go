// Package guardduty holds the rules about Amazon GuardDuty.
package guardduty

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	enabledCentralized,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
