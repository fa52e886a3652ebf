package cloudwatch

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// repairAlarmAction tells the ones who hear of the alarm, or else the topic of
// all alarms.
func repairAlarmAction(t *rule.Target) rule.Repair {
	var r rule.Repair
	for _, s := range actionsOfState {
		if required, _ := t.Param(s.param).Bool(); !required || t.Attr(s.attr).NonEmpty() == graph.True {
			continue
		}
		who := "[shared.alarm_topic.arn]"
		if s.attr != "alarm_actions" && t.Attr("alarm_actions").NonEmpty() == graph.True {
			who = "argument.alarm_actions"
		}
		r.Changes = append(r.Changes, rule.Set{Code: s.attr + " = " + who})
	}
	return r
}
