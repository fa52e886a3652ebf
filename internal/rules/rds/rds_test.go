package rds_test

import (
	"testing"

	"safeguard/internal/rules/rds"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, rds.Rules) }
