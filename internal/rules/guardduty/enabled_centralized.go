package guardduty

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var enabledCentralized = rule.Rule{
	ID:     "GUARDDUTY_ENABLED_CENTRALIZED",
	Assert: rule.Func(evalEnabled),
}

func evalEnabled(t *rule.Target) rule.Verdict {
	return rule.Somewhere(t, "aws_guardduty_detector",
		func(r *graph.Resource) (logic.Truth, graph.Value) {
			v := r.Attr("enable").Or(graph.Bool(true))
			return v.IsTrue(), v
		},
		"the detector is not enabled", "aws_guardduty_detector")
}
