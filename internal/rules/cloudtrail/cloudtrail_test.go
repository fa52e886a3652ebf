package cloudtrail_test

import (
	"testing"

	"safeguard/internal/rules/cloudtrail"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, cloudtrail.Rules) }
