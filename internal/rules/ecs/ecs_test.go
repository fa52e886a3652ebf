package ecs_test

import (
	"testing"

	"safeguard/internal/rules/ecs"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, ecs.Rules) }
