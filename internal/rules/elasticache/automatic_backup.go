package elasticache

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var automaticBackup = rule.Rule{
	ID:     "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
	Types:  []string{"aws_elasticache_cluster", "aws_elasticache_replication_group"},
	Assert: rule.With(evalAutomaticBackup, repairAutomaticBackup),
}

func evalAutomaticBackup(t *rule.Target) rule.Verdict {
	limit := t.Attr("snapshot_retention_limit").Or(graph.Number(0, "0"))
	if t.Type == "aws_elasticache_cluster" {
		group := t.Attr("replication_group_id")
		if group.IsSet() != logic.False {
			return member(t, group)
		}
		engine := t.Attr("engine")
		switch engine.OneOf("redis", "valkey") {
		case logic.False:
			return rule.Skip(engine, "the engine %s has no snapshots", engine.Display())
		case logic.Unknown:
			return rule.Because(engine, engine.Cause())
		}
	}
	return enough(t, limit)
}

// member judges a cluster of a replication group, which does the backups.
func member(t *rule.Target, group graph.Value) rule.Verdict {
	r, found := t.Graph.Referent(group, "aws_elasticache_replication_group")
	if found != logic.True {
		c := group.Cause()
		if c.Text == "" {
			c.Text = "the replication group of the cluster is not in this configuration"
		}
		return rule.Because(group, c)
	}
	return enough(t, r.Attr("snapshot_retention_limit").Or(graph.Number(0, "0")))
}

func enough(t *rule.Target, limit graph.Value) rule.Verdict {
	days, ok := t.Param("snapshotRetentionPeriod").Int()
	if !ok {
		days = 15
	}
	return rule.Require(limit.AtLeast(float64(days)), limit, "snapshot_retention_limit is %s, must be at least %d days", limit.Display(), days).
		Named("snapshot_retention_limit")
}
