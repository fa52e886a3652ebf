package ssm_test

import (
	"testing"

	"safeguard/internal/rules/ssm"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, ssm.Rules) }
