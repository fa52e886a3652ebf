package autoscaling_test

import (
	"testing"

	"safeguard/internal/rules/autoscaling"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, autoscaling.Rules) }
