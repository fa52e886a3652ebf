package apigateway_test

import (
	"testing"

	"safeguard/internal/rules/apigateway"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, apigateway.Rules) }
