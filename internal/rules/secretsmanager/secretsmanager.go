// Package secretsmanager holds the rules about AWS Secrets Manager.
package secretsmanager

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	rotationEnabled,
	usingCMK,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
