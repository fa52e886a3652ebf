package cloudwatch_test

import (
	"testing"

	"safeguard/internal/rules/cloudwatch"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, cloudwatch.Rules) }
