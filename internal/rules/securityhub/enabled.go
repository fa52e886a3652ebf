package securityhub

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var enabled = rule.Rule{
	ID:     "SECURITYHUB_ENABLED",
	Assert: rule.Func(evalEnabled),
}

// An aws_securityhub_account enables Security Hub by being there.
func evalEnabled(t *rule.Target) rule.Verdict {
	return rule.Somewhere(t, "aws_securityhub_account",
		func(*graph.Resource) (logic.Truth, graph.Value) { return logic.True, graph.AbsentValue() },
		"Security Hub is not enabled", "aws_securityhub_account")
}
