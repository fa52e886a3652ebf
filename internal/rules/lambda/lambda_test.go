package lambda_test

import (
	"testing"

	"safeguard/internal/rules/lambda"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, lambda.Rules) }
