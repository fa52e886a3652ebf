package ec2

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var flowLogs = rule.Rule{
	ID:     "VPC_FLOW_LOGS_ENABLED",
	Types:  vpcs,
	Assert: rule.With(evalFlowLogs, repairFlowLogs),
}

func evalFlowLogs(t *rule.Target) rule.Verdict {
	logs := t.Attached("aws_flow_log", "vpc_id")
	verdict := rule.Missing(t, logs, "no aws_flow_log refers to this VPC")
	wanted := t.Param("trafficType").String()
	if wanted == "" || len(logs.Items) == 0 {
		return verdict
	}
	at := logs.Items[0].Attr("traffic_type")
	recorded := logs.Any(func(r *graph.Resource) logic.Truth {
		v := r.Attr("traffic_type")
		if v.Kind() == graph.KindUnknown {
			at = v
		}
		return v.OneOf(wanted, "ALL")
	})
	return rule.Require(recorded, at, "no flow log of this VPC records %s traffic", wanted).Named(logs.Items[0].Address + ".traffic_type")
}
