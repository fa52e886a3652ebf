package s3

import (
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var versionLifecycle = rule.Rule{
	ID:     "S3_VERSION_LIFECYCLE_POLICY_CHECK",
	Types:  bucket,
	Assert: rule.Func(evalVersionLifecycle),
}

var lifecycle = setting{
	split: "aws_s3_bucket_lifecycle_configuration",
	ofSplit: func(r *graph.Resource) finding {
		f := anyOf(r.Blocks("rule"), "status", func(v graph.Value) graph.Truth { return v.Is("Enabled") })
		f.wrong = "no lifecycle rule is enabled: status is " + f.at.Display()
		return f.under("rule")
	},
	inline: "lifecycle_rule",
	ofInline: func(blocks graph.Blocks) finding {
		f := anyOf(blocks, "enabled", graph.Value.IsTrue)
		f.wrong = "no lifecycle rule is enabled: enabled is " + f.at.Display()
		return f
	},
}

func evalVersionLifecycle(t *rule.Target) rule.Verdict {
	if names := t.Param("bucketNames").List(); len(names) > 0 {
		name := t.Attr("bucket")
		if s, ok := name.Literal(); ok && !slices.Contains(names, s) {
			return rule.Skip(name, "the rule is about other buckets")
		}
		if name.OneOf(names...) != graph.True {
			return rule.Undecided(name, "the bucket's name is not known, and the rule is about some buckets")
		}
	}
	f := versioned(t)
	switch f.truth {
	case graph.False:
		return rule.Skip(f.at, "the bucket has no versioning: %s", f.wrong).Named(f.named)
	case graph.Unknown:
		return f.verdict()
	}
	return lifecycle.find(t, "no aws_s3_bucket_lifecycle_configuration refers to this versioned bucket").verdict()
}
