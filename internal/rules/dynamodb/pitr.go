package dynamodb

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var pointInTimeRecovery = rule.Rule{
	ID:     "DYNAMODB_PITR_ENABLED",
	Types:  []string{table, "aws_dynamodb_table_replica"},
	Assert: rule.With(evalRecovery, repairRecovery),
}

// evalRecovery judges a table with its replicas: each is a table in its own
// Region, where recovery is off unless it is turned on there.
func evalRecovery(t *rule.Target) rule.Verdict {
	if t.Type != table {
		v := t.Attr("point_in_time_recovery").Or(graph.Bool(false))
		return rule.Require(v.IsTrue(), v, "point_in_time_recovery is %s, must be true", t.Attr("point_in_time_recovery").Display()).Named("point_in_time_recovery")
	}
	v := t.Get("point_in_time_recovery.enabled")
	verdict := rule.Require(v.IsTrue(), v, "point_in_time_recovery.enabled is %s, must be true", v.Display()).Named("point_in_time_recovery.enabled")
	for _, b := range t.Blocks("replica").Items {
		verdict = rule.All(verdict, replica(b))
	}
	return verdict
}

func replica(b graph.Block) rule.Verdict {
	v := b.Attr("point_in_time_recovery").Or(graph.Bool(false))
	verdict := rule.Require(v.IsTrue(), v, "the replica in %s has no point_in_time_recovery", b.Attr("region_name").Display()).Named("replica.point_in_time_recovery")
	if b.Maybe && verdict.Outcome() == rule.NonCompliant {
		return rule.Because(v, b.Cause)
	}
	return verdict
}
