package opensearch_test

import (
	"testing"

	"safeguard/internal/rules/opensearch"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, opensearch.Rules) }
