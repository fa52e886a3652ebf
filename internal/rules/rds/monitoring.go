package rds

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var enhancedMonitoring = rule.Rule{
	ID:     "RDS_ENHANCED_MONITORING_ENABLED",
	Types:  instances,
	Assert: rule.With(evalMonitoring, repairMonitoring),
}

func evalMonitoring(t *rule.Target) rule.Verdict {
	interval := t.Attr("monitoring_interval")
	if t.Type == "aws_rds_cluster_instance" && interval.IsSet() == logic.False {
		if r, _, ok := cluster(t); ok { // Database Insights switch it on for the cluster
			interval = r.Attr("monitoring_interval")
		}
	}
	interval = interval.Or(graph.Number(0, "0"))
	if want := t.Param("monitoringInterval"); want.IsSet() {
		return rule.Require(interval.Is(want.String()), interval, "monitoring_interval is %s, must be %s", interval.Display(), want).Named("monitoring_interval")
	}
	return rule.Require(interval.AtLeast(1), interval, "monitoring_interval is %s: enhanced monitoring is off", interval.Display()).Named("monitoring_interval")
}
