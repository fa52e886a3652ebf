package efs_test

import (
	"testing"

	"safeguard/internal/rules/efs"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, efs.Rules) }
