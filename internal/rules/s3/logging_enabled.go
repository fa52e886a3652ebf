package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var loggingEnabled = rule.Rule{
	ID:     "S3_BUCKET_LOGGING_ENABLED",
	Types:  orParts("aws_s3_bucket_logging"),
	Assert: withParts{Assertion: rule.With(evalLogging, repairLogging)},
}

func evalLogging(t *rule.Target) rule.Verdict {
	target := t.Param("targetBucket").String()
	prefix := t.Param("targetPrefix").String()
	logs := func(b graph.Body) finding {
		v := b.Attr("target_bucket")
		// The provider demands a target: what is written as one is one.
		f := finding{truth: logic.Of(v.Kind() != graph.KindNull && v.Kind() != graph.KindAbsent && !isEmpty(v)), at: v, named: "target_bucket", wrong: "target_bucket is " + v.Display()}
		if target != "" && f.truth == logic.True {
			f.truth = isBucket(t.Graph, v, target)
			f.wrong = "logs go to " + v.Display() + ", must be " + target
		}
		if p := b.Attr("target_prefix").Or(graph.String("")); prefix != "" && f.truth == logic.True {
			f = finding{truth: p.Is(prefix), at: p, named: "target_prefix", wrong: "target_prefix is " + p.Display() + ", must be " + prefix}
		}
		return f
	}
	return setting{
		split:   "aws_s3_bucket_logging",
		ofSplit: func(r *graph.Resource) finding { return logs(r.Body) },
		inline:  "logging",
		ofInline: func(blocks graph.Blocks) finding {
			f := logs(blocks.Items[0])
			if c := blocks.Cause(); c.Text != "" && f.truth == logic.True {
				return finding{at: graph.UnknownValue(c).From(graph.At(blocks.At))}
			}
			return f
		},
	}.find(t, "no aws_s3_bucket_logging refers to this bucket").verdict()
}

func isEmpty(v graph.Value) bool { return v.NonEmpty() == logic.False }

// isBucket decides whether a value is, or refers to, the bucket of a name.
func isBucket(g *graph.Graph, v graph.Value, name string) logic.Truth {
	if r, found := g.Referent(v, bucket...); found == logic.True {
		return r.Attr("bucket").Is(name)
	}
	return v.Is(name)
}
