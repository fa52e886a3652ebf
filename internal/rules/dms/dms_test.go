package dms_test

import (
	"testing"

	"safeguard/internal/rules/dms"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, dms.Rules) }
