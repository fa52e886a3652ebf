// Package ecs holds the rules about Amazon ECS.
package ecs

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	readonlyAccess,
	userForHostMode,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
