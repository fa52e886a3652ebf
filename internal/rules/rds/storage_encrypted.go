package rds

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var storageEncrypted = rule.Rule{
	ID:     "RDS_STORAGE_ENCRYPTED",
	Types:  instances,
	Assert: rule.With(evalStorageEncrypted, repairStorageEncrypted),
}

func evalStorageEncrypted(t *rule.Target) rule.Verdict {
	holder := t.Resource
	if isMember(t) {
		r, undecided, ok := cluster(t)
		if !ok {
			return undecided
		}
		holder = r
	}
	encrypted := encryption(t, holder, 0)
	verdict := rule.Require(encrypted.IsTrue(), encrypted, "storage_encrypted is %s, must be true", holder.Attr("storage_encrypted").Display()).Named("storage_encrypted")
	if key := t.Param("kmsKeyId"); key.IsSet() {
		v := holder.Attr("kms_key_id")
		verdict = rule.All(verdict, rule.Require(v.Is(key.String()), v, "kms_key_id is %s, must be %q", v.Display(), key))
	}
	return verdict
}

// encryption is whether an instance or a cluster is encrypted: as it says, or
// as the source of a replica or snapshot is.
func encryption(t *rule.Target, r *graph.Resource, depth int) graph.Value {
	own := r.Attr("storage_encrypted")
	if own.IsSet() != logic.False {
		return own
	}
	if r.Attr("engine_mode").Is("serverless") == logic.True {
		return graph.Bool(true).From(graph.At(r.Location()))
	}
	for _, from := range []struct {
		attr  string
		types []string
	}{
		{"replicate_source_db", []string{"aws_db_instance"}},
		{"replication_source_identifier", []string{"aws_rds_cluster", "aws_db_instance"}},
		{"global_cluster_identifier", []string{"aws_rds_global_cluster"}},
		{"snapshot_identifier", []string{"aws_db_snapshot", "aws_db_cluster_snapshot"}},
	} {
		ref := r.Attr(from.attr)
		if ref.NonEmpty() == logic.False {
			continue
		}
		source, found := t.Graph.Referent(ref, from.types...)
		switch {
		case found != logic.True:
			return graph.UnknownValue(graph.Cause{Text: "encryption comes from " + from.attr + ", which is not in this configuration: set storage_encrypted"}).From(graph.At(r.Location()))
		case depth > 8:
			return graph.UnknownValue(graph.Cause{Text: "the sources of this database go around in a circle"}).From(graph.At(r.Location()))
		case source.Type == "aws_db_snapshot" || source.Type == "aws_db_cluster_snapshot":
			return snapshotEncryption(t, source, depth+1)
		}
		return encryption(t, source, depth+1)
	}
	if restored(r) != logic.False {
		return graph.UnknownValue(graph.Cause{Text: "encryption comes from what the database is restored from: set storage_encrypted"}).From(graph.At(r.Location()))
	}
	return graph.Bool(false).From(graph.At(r.Location()))
}
