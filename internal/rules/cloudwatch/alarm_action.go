package cloudwatch

import (
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var alarmAction = rule.Rule{
	ID:     "CLOUDWATCH_ALARM_ACTION_CHECK",
	Types:  []string{"aws_cloudwatch_metric_alarm"},
	Assert: rule.With(evalAlarmAction, repairAlarmAction),
}

// actionsOfState are the lists of actions by the parameter that requires them.
var actionsOfState = []struct{ param, attr string }{
	{"alarmActionRequired", "alarm_actions"},
	{"insufficientDataActionRequired", "insufficient_data_actions"},
	{"okActionRequired", "ok_actions"},
}

var actionParams = []string{"action1", "action2", "action3", "action4", "action5"}

func evalAlarmAction(t *rule.Target) rule.Verdict {
	var verdicts []rule.Verdict
	var allowed []string
	for _, p := range actionParams {
		if v := t.Param(p); v.IsSet() {
			allowed = append(allowed, v.String())
		}
	}
	for _, s := range actionsOfState {
		if required, _ := t.Param(s.param).Bool(); !required {
			continue
		}
		v := t.Attr(s.attr)
		truth, message := hasAction(v), "%s is empty"
		if truth == logic.True && len(allowed) > 0 {
			truth, message = logic.False, "%s names none of the required actions"
			for _, a := range allowed {
				truth = truth.Or(v.Has(a))
			}
		}
		verdicts = append(verdicts, rule.Require(truth, v, message, s.attr).Named(s.attr))
	}
	return rule.All(verdicts...)
}

// hasAction decides whether a list names an action; the provider drops empty names.
func hasAction(list graph.Value) logic.Truth {
	actions, ok := list.Elements()
	if !ok {
		return list.NonEmpty()
	}
	return logic.Of(slices.ContainsFunc(actions, func(a graph.Value) bool { return a.NonEmpty() != logic.False }))
}
