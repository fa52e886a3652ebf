package secretsmanager_test

import (
	"testing"

	"safeguard/internal/rules/secretsmanager"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, secretsmanager.Rules) }
