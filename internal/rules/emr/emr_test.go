package emr_test

import (
	"testing"

	"safeguard/internal/rules/emr"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, emr.Rules) }
