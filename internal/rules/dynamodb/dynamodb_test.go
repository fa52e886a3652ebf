package dynamodb_test

import (
	"testing"

	"safeguard/internal/rules/dynamodb"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, dynamodb.Rules) }
