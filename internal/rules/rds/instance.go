package rds

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// AWS Config records members of Aurora, DocumentDB and Neptune clusters as
// AWS::RDS::DBInstance too.
var instances = []string{"aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"}

var clusters = []string{"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}

var automaticMinorVersionUpgrade = rule.Rule{
	ID:     "RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",
	Types:  instances,
	Assert: attr.True("auto_minor_version_upgrade", attr.Default(graph.Bool(true))),
}

var clusterDeletionProtection = rule.Rule{
	ID:     "RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
	Types:  clusters,
	Assert: attr.True("deletion_protection", attr.Default(graph.Bool(false))),
}

// cluster finds the cluster that a member belongs to.
func cluster(t *rule.Target) (*graph.Resource, rule.Verdict, bool) {
	ref := t.Attr("cluster_identifier")
	r, found := t.Graph.Referent(ref, clusters...)
	if found == logic.True {
		return r, rule.Verdict{}, true
	}
	c := ref.Cause()
	if c.Text == "" {
		c.Text = "the cluster of the instance is not in this configuration"
	}
	return nil, rule.Because(ref, c), false
}

func isMember(t *rule.Target) bool { return t.Type != "aws_db_instance" }

// source finds the instance that a replica copies; known is false if the
// target is no replica, or of one that is not in this configuration.
func source(t *rule.Target) (r *graph.Resource, isReplica logic.Truth) {
	ref := t.Attr("replicate_source_db")
	if ref.NonEmpty() == logic.False {
		return nil, logic.False
	}
	r, found := t.Graph.Referent(ref, "aws_db_instance")
	if found != logic.True {
		r = nil
	}
	return r, ref.NonEmpty()
}

// restored reports whether an instance or cluster gets settings from a
// snapshot or a point in time rather than from AWS's defaults.
func restored(r *graph.Resource) logic.Truth {
	return logic.Any(
		r.Attr("snapshot_identifier").NonEmpty(),
		r.Blocks("restore_to_point_in_time").Exist(),
		r.Blocks("s3_import").Exist(),
	)
}
