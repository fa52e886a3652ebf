package cloudtrail

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var enabled = rule.Rule{
	ID:     "CLOUD_TRAIL_ENABLED",
	Assert: rule.Func(evalEnabled),
}

// wanted are the attributes that must have the value of a parameter, if it is set.
var wanted = []struct{ param, attr string }{
	{"s3BucketName", "s3_bucket_name"},
	{"snsTopicArn", "sns_topic_name"},
	{"cloudWatchLogsLogGroupArn", "cloud_watch_logs_group_arn"},
}

func evalEnabled(t *rule.Target) rule.Verdict {
	return rule.Somewhere(t, "aws_cloudtrail that logs", func(r *graph.Resource) (logic.Truth, graph.Value) {
		return allOf(logging, matches(t))(r)
	}, "the trail does not log", "aws_cloudtrail")
}

type condition func(*graph.Resource) (logic.Truth, graph.Value)

// allOf is true if all conditions are; the value is that of the first that
// decides against it, or is open.
func allOf(cs ...condition) condition {
	return func(r *graph.Resource) (logic.Truth, graph.Value) {
		result, at := logic.True, graph.AbsentValue()
		for _, c := range cs {
			switch truth, v := c(r); {
			case truth == logic.False:
				return logic.False, v
			case truth == logic.Unknown && result == logic.True:
				result, at = logic.Unknown, v
			}
		}
		return result, at
	}
}

// matches decides whether a trail has what the parameters name.
func matches(t *rule.Target) condition {
	return func(r *graph.Resource) (logic.Truth, graph.Value) {
		result, at := logic.True, graph.AbsentValue()
		for _, w := range wanted {
			p := t.Param(w.param)
			if !p.IsSet() {
				continue
			}
			v := r.Attr(w.attr)
			switch v.Is(p.String()) {
			case logic.False:
				return logic.False, v
			case logic.Unknown:
				result, at = logic.Unknown, v
			}
		}
		return result, at
	}
}
