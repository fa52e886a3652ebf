package sns_test

import (
	"testing"

	"safeguard/internal/rules/sns"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, sns.Rules) }
