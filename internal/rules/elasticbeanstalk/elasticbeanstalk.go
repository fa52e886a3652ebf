// Package elasticbeanstalk holds the rules about AWS Elastic Beanstalk.
package elasticbeanstalk

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	managedUpdatesEnabled,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
