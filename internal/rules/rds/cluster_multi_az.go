package rds

import (
	"fmt"
	"slices"
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
	if len(members.Items) == 1 {
		return rule.Fail(t.Here(), "the cluster has one instance, %s, must have instances in two zones", members.Items[0].Address)
	}
	return rule.Fail(t.Here(), "all %d instances of the cluster are in one zone", len(members.Items))
}

// repairClusterMultiAZ adds a reader such as the writer: AWS puts it into another
// zone. Where the instances are counted, there is one more.
func repairClusterMultiAZ(t *rule.Target) rule.Repair {
	typ := strings.TrimSuffix(t.Type, "_cluster") + "_cluster_instance"
	members := t.Attached(typ, "cluster_identifier").Items
	switch {
	case len(members) == 0:
		return rule.CannotRepair("the cluster has no instance whose class a second one could take")
	case len(members) > 1:
		return rule.CannotRepair(fmt.Sprintf("its %d instances all name the zone %s: give one of them another, which makes it anew", len(members), members[0].Attr("availability_zone").Display()))
	}
	writer := members[0]
	if strings.HasSuffix(writer.Address, "[0]") {
		return rule.To(rule.Set{On: writer, Code: "count = 2"})
	}
	switch key := keyOf(writer); {
	case key != "" && key != keyOf(t.Resource):
		return rule.CannotRepair(writer.Address + " is one of a for_each: add a second item to what that goes over")
	case writer.Attr("instance_class").IsSet() == logic.False:
		return rule.CannotRepair("the class of " + writer.Address + ", which a second instance could take, is not set")
	}
	code := "cluster_identifier = self.cluster_identifier\n"
	written, _ := writer.Body.Names()
	for _, name := range common {
		if slices.Contains(written, name) {
			code += name + " = self." + name + "\n"
		}
	}
	return rule.To(rule.Add{Beside: writer, Another: true, Code: fmt.Sprintf("resource %q \"self_reader\" {\n%s}", typ, code)})
}

// common are the arguments that the instances of a cluster have in common, since
// each of them may become the writer.
var common = []string{
	"engine", "engine_version", "instance_class", "db_parameter_group_name", "neptune_parameter_group_name",
	"db_subnet_group_name", "neptune_subnet_group_name", "ca_cert_identifier",
	"performance_insights_enabled", "performance_insights_kms_key_id",
}

// keyOf is what tells an instance of a block from the others, with its brackets;
// "" if there is one.
func keyOf(r *graph.Resource) string {
	_, key, _ := strings.Cut(r.Address[strings.LastIndex(r.Address, r.Type+"."+r.Name):], "[")
	return key
}
