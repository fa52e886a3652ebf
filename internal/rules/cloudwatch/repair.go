package cloudwatch

import (
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairAlarmAction tells the ones who hear of the alarm, or else the topic of
// all alarms.
func repairAlarmAction(t *rule.Target) rule.Repair {
	var r rule.Repair
	for _, s := range actionsOfState {
		if required, _ := t.Param(s.param).Bool(); !required || t.Attr(s.attr).NonEmpty() == logic.True {
			continue
		}
		who := "[shared.alarm_topic.arn]"
		if s.attr != "alarm_actions" && t.Attr("alarm_actions").NonEmpty() == logic.True && !acts(t.Attr("alarm_actions")) {
			who = "argument.alarm_actions"
		}
		r.Changes = append(r.Changes, rule.Set{Code: s.attr + " = " + who})
	}
	return r
}

// acts reports whether one of the actions does more than to tell somebody: it
// scales, or stops, reboots or recovers an instance, which may be wrong for
// another state than that of alarm.
func acts(actions graph.Value) bool {
	elements, _ := actions.Elements()
	return slices.ContainsFunc(elements, func(v graph.Value) bool {
		if strings.Contains(v.Text(), ":autoscaling:") || strings.Contains(v.Text(), ":automate:") || strings.Contains(v.Text(), ":swf:") {
			return true
		}
		return slices.ContainsFunc(v.Refs(), func(r graph.Ref) bool {
			return strings.Contains(r.Address, "aws_autoscaling_policy.") || strings.Contains(r.Address, "aws_appautoscaling_policy.")
		})
	})
}
