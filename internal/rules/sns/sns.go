// Package sns holds the rules about Amazon SNS.
package sns

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	encryptedKMS,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
