package acm_test

import (
	"testing"

	"safeguard/internal/rules/acm"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, acm.Rules) }
