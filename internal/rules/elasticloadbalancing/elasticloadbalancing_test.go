package elasticloadbalancing_test

import (
	"testing"

	"safeguard/internal/rules/elasticloadbalancing"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, elasticloadbalancing.Rules) }
