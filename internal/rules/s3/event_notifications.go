package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var eventNotificationsEnabled = rule.Rule{
	ID:     "S3_EVENT_NOTIFICATIONS_ENABLED",
	Types:  orParts("aws_s3_bucket_notification"),
	Assert: withParts{Assertion: rule.With(evalEventNotifications, repairEventNotifications)},
}

// destinations are the blocks of aws_s3_bucket_notification, with the attribute
// that names the destination.
var destinations = []struct{ block, arn string }{
	{"topic", "topic_arn"},
	{"queue", "queue_arn"},
	{"lambda_function", "lambda_function_arn"},
}

func evalEventNotifications(t *rule.Target) rule.Verdict {
	arn := t.Param("destinationArn").String()
	events := t.Param("eventTypes").List()
	notifies := func(r *graph.Resource) finding {
		f := finding{truth: logic.False, at: graph.AbsentValue().From(graph.At(r.Location())), wrong: "the aws_s3_bucket_notification has no topic, queue or lambda_function"}
		for _, d := range destinations {
			blocks := r.Blocks(d.block)
			truth := blocks.Any(func(b graph.Block) logic.Truth {
				matches := logic.True
				if arn != "" {
					matches = b.Attr(d.arn).Is(arn)
				}
				for _, e := range events {
					matches = matches.And(b.Attr("events").Has(e))
				}
				return matches
			})
			switch {
			case truth == logic.True:
				return finding{truth: truth, at: graph.AbsentValue().From(graph.At(blocks.Items[0].Location())), named: d.block}
			case truth == logic.Unknown:
				f = finding{at: f.at, named: d.block, open: blocks.Cause().Text, wrong: f.wrong}
			case len(blocks.Items) > 0 && f.truth == logic.False:
				f.wrong = "no notification is of the demanded events and destination"
			}
		}
		if v := r.Attr("eventbridge").Or(graph.Bool(false)); f.truth == logic.False && v.IsTrue() != logic.False && arn == "" && len(events) == 0 {
			f = finding{at: v, named: "eventbridge", wrong: f.wrong}
			if v.IsTrue() == logic.True {
				f.open = "events go to EventBridge alone, and AWS does not document whether that is enough: add a topic, queue or lambda_function, or run safeguard audit"
			}
		}
		return f
	}
	return setting{
		split:   "aws_s3_bucket_notification",
		ofSplit: notifies,
	}.find(t, "no aws_s3_bucket_notification refers to this bucket").verdict()
}
