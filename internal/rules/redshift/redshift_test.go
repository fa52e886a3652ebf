package redshift_test

import (
	"testing"

	"safeguard/internal/rules/redshift"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, redshift.Rules) }
