package securityhub_test

import (
	"testing"

	"safeguard/internal/rules/securityhub"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, securityhub.Rules) }
