// Package autoscaling holds the rules about Amazon EC2 Auto Scaling.
package autoscaling

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	elbHealthCheck,
	launchConfigNoPublicIP,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
