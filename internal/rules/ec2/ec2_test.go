package ec2_test

import (
	"testing"

	"safeguard/internal/rules/ec2"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, ec2.Rules) }
