package guardduty_test

import (
	"testing"

	"safeguard/internal/rules/guardduty"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, guardduty.Rules) }
