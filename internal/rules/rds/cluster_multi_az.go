package rds

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var clusterMultiAZ = rule.Rule{
	ID:     "RDS_CLUSTER_MULTI_AZ_ENABLED",
	Types:  clusters,
	Assert: rule.With(evalClusterMultiAZ, repairClusterMultiAZ),
}

// A cluster is Multi-AZ if its instances stand in more than one zone. AWS
// spreads instances that name no zone.
func evalClusterMultiAZ(t *rule.Target) rule.Verdict {
	if v := t.Attr("db_cluster_instance_class"); v.NonEmpty() == logic.True {
		return rule.Pass(logic.True, v, "a Multi-AZ DB cluster")
	}
	if mode := t.Attr("engine_mode"); mode.Is("serverless") == logic.True {
		return rule.Undecided(mode, "only AWS knows where Aurora Serverless v1 runs: run safeguard audit")
	}
	members := t.Attached(strings.TrimSuffix(t.Type, "_cluster")+"_cluster_instance", "cluster_identifier")
	zones := map[string]bool{}
	free := 0
	var open graph.Cause
	for _, m := range members.Items {
		if m.Maybe {
			open = m.Cause
			continue
		}
		zone := m.Attr("availability_zone")
		s, literal := zone.Literal()
		switch {
		case zone.NonEmpty() == logic.False:
			free++
		case literal:
			zones[s] = true
		default:
			open = zone.Cause()
		}
	}
	n := free + len(zones)
	switch {
	case len(zones) > 1 || free > 1 || free == 1 && len(zones) > 0:
		return rule.Pass(logic.True, t.Here(), "%d instances in more than one zone", len(members.Items))
	case open.Text != "":
		return rule.Because(t.Here(), open)
	case len(members.Possible) > 0 || members.Lacks == logic.Unknown:
		return rule.Because(t.Here(), members.Cause)
	case n == 0:
		return rule.Fail(t.Here(), "the cluster has no instance here, must have instances in two zones")
	}
	return rule.Fail(t.Here(), "all %d instances of the cluster are in one zone", len(members.Items))
}
