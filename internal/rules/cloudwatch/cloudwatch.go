// Package cloudwatch holds the rules about Amazon CloudWatch.
package cloudwatch

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	alarmAction,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
