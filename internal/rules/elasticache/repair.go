package elasticache

import (
	"fmt"
	"strings"

	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairAutomaticBackup keeps snapshots for as long as the pack asks; a member
// of a replication group is backed up by the group.
func repairAutomaticBackup(t *rule.Target) rule.Repair {
	days, ok := t.Param("snapshotRetentionPeriod").Int()
	if !ok {
		days = 15
	}
	on := t.Resource
	if group := t.Attr("replication_group_id"); t.Type == "aws_elasticache_cluster" && group.IsSet() != logic.False {
		r, found := t.Graph.Referent(group, "aws_elasticache_replication_group")
		if found != logic.True {
			return rule.CannotRepair("its replication group is not declared here")
		}
		on = r
	}
	if node, ok := on.Attr("node_type").Literal(); ok && strings.HasPrefix(node, "cache.t1.") {
		return rule.CannotRepair("nodes of type " + node + " cannot be backed up: move to a newer type first")
	}
	return rule.To(rule.Set{On: on, Code: fmt.Sprintf("snapshot_retention_limit = %d", days)})
}
