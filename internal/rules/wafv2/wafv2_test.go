package wafv2_test

import (
	"testing"

	"safeguard/internal/rules/wafv2"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, wafv2.Rules) }
