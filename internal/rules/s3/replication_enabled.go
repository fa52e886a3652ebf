package s3

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var replicationEnabled = rule.Rule{
	ID:     "S3_BUCKET_REPLICATION_ENABLED",
	Types:  orParts("aws_s3_bucket_replication_configuration"),
	Assert: withParts{Assertion: rule.With(evalReplication, repairReplication)},
}

// AWS fails a bucket that "has a replication rule that is not enabled", so that
// all rules must be.
func evalReplication(t *rule.Target) rule.Verdict {
	kind := t.Param("ReplicationType").String()
	check := func(rules graph.Blocks) finding {
		f := allOf(rules, "status", func(v graph.Value) logic.Truth { return v.Is("Enabled") })
		f.wrong = "a replication rule has status " + f.at.Display() + ", must be \"Enabled\""
		if len(rules.Items) == 0 {
			f.wrong = "the replication configuration has no rule"
		}
		if kind != "" && f.truth == logic.True {
			f = anyOf(rules, "destination.bucket", func(v graph.Value) logic.Truth { return replicates(t, v, kind) })
			f.wrong = "no replication rule is of type " + kind
			f.open = "the Region of the destination bucket is not known"
		}
		return f
	}
	return setting{
		split:   "aws_s3_bucket_replication_configuration",
		ofSplit: func(r *graph.Resource) finding { return check(r.Blocks("rule")).under("rule") },
		inline:  "replication_configuration",
		ofInline: func(blocks graph.Blocks) finding {
			return check(within(blocks, "rules")).under("rules")
		},
	}.find(t, "no aws_s3_bucket_replication_configuration refers to this bucket").verdict()
}

// replicates decides whether a destination is in another Region, or in the same.
func replicates(t *rule.Target, destination graph.Value, kind string) logic.Truth {
	r, found := t.Graph.Referent(destination, bucket...)
	if found != logic.True || r.Region == "" || t.Region == "" {
		return logic.Unknown
	}
	return logic.Of((r.Region != t.Region) == strings.HasPrefix(kind, "CROSS"))
}
