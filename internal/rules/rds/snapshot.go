package rds

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var snapshots = []string{"aws_db_snapshot", "aws_db_cluster_snapshot", "aws_db_snapshot_copy", "aws_rds_cluster_snapshot_copy", "aws_neptune_cluster_snapshot"}

var snapshotEncrypted = rule.Rule{
	ID:     "RDS_SNAPSHOT_ENCRYPTED",
	Types:  snapshots,
	Assert: rule.Func(evalSnapshotEncrypted),
}

func evalSnapshotEncrypted(t *rule.Target) rule.Verdict {
	v := snapshotEncryption(t, t.Resource, 0)
	return rule.Require(v.IsTrue(), v, "the source of the snapshot is not encrypted")
}

// snapshotSources are the attributes that name what a snapshot is made of.
var snapshotSources = map[string][]string{
	"aws_db_snapshot":               {"db_instance_identifier", "aws_db_instance"},
	"aws_db_cluster_snapshot":       {"db_cluster_identifier", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"},
	"aws_neptune_cluster_snapshot":  {"db_cluster_identifier", "aws_neptune_cluster"},
	"aws_db_snapshot_copy":          {"source_db_snapshot_identifier", "aws_db_snapshot", "aws_db_snapshot_copy"},
	"aws_rds_cluster_snapshot_copy": {"source_db_cluster_snapshot_identifier", "aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy"},
}

// snapshotEncryption is whether a snapshot is encrypted: a copy by its key,
// every other as its source is.
func snapshotEncryption(t *rule.Target, r *graph.Resource, depth int) graph.Value {
	for _, own := range []string{"encrypted", "storage_encrypted"} { // of a plan or state
		if v := r.Attr(own); v.Kind() == graph.KindBool {
			return v
		}
	}
	if key := r.Attr("kms_key_id"); key.NonEmpty() == logic.True {
		return graph.Bool(true).From(graph.At(key.Location()))
	}
	from := snapshotSources[r.Type]
	ref := r.Attr(from[0])
	source, found := t.Graph.Referent(ref, from[1:]...)
	switch {
	case found != logic.True:
		c := ref.Cause()
		if c.Text == "" {
			c.Text = "the source of the snapshot is not in this configuration: only AWS knows whether it is encrypted"
		}
		return graph.UnknownValue(c).From(graph.At(r.Location()))
	case depth > 8:
		return graph.UnknownValue(graph.Cause{Text: "the sources of this snapshot go around in a circle"}).From(graph.At(r.Location()))
	}
	if _, isSnapshot := snapshotSources[source.Type]; isSnapshot {
		return snapshotEncryption(t, source, depth+1)
	}
	return encryption(t, source, depth+1)
}

var snapshotsPublic = rule.Rule{
	ID:     "RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
	Types:  snapshots,
	Assert: rule.With(evalSnapshotsPublic, repairSnapshotsPublic),
}

func evalSnapshotsPublic(t *rule.Target) rule.Verdict {
	accounts := t.Attr("shared_accounts")
	return rule.Require(accounts.Has("all").Not(), accounts, "shared_accounts holds \"all\": everyone can restore the snapshot").Named("shared_accounts")
}
