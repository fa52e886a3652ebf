package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var versionLifecycle = rule.Rule{
	ID:     "S3_VERSION_LIFECYCLE_POLICY_CHECK",
	Types:  bucket,
	Assert: rule.With(evalVersionLifecycle, repairVersionLifecycle),
}

var lifecycle = setting{
	split: "aws_s3_bucket_lifecycle_configuration",
	ofSplit: func(r *graph.Resource) finding {
		f := anyOf(r.Blocks("rule"), "status", func(v graph.Value) logic.Truth { return v.Is("Enabled") })
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
		switch name.OneOf(names...) {
		case logic.False:
			return rule.Skip(name, "the rule is about other buckets")
		case logic.Unknown:
			return rule.Because(name, name.Cause())
		}
	}
	f := versioned(t)
	switch f.truth {
	case logic.False:
		return rule.Skip(f.at, "the bucket has no versioning: %s", f.wrong).Named(f.named)
	case logic.Unknown:
		return f.verdict()
	}
	return lifecycle.find(t, "no aws_s3_bucket_lifecycle_configuration refers to this versioned bucket").verdict()
}
