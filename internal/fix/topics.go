package fix

import (
	"strings"

	"safeguard/internal/graph"
)

// alarmTopic is the SNS topic that alarms notify.
var alarmTopic = piece{
	main:  "aws_sns_topic.alarms",
	file:  "alarms.tf",
	about: "ARN of the SNS topic that alarms notify.",
	find: func(g *graph.Graph) *graph.Resource {
		return topicFor(g, "alarm", "alert", "monitor", "ops", "pager")
	},
}

func topicFor(g *graph.Graph, purposes ...string) *graph.Resource {
	for _, purpose := range purposes {
		for _, r := range g.OfType("aws_sns_topic") {
			if !r.Maybe && strings.Contains(strings.ToLower(r.Name), purpose) {
				return r
			}
		}
	}
	return nil
}

// eventsTopic is the SNS topic to which buckets report what happens to objects.
var eventsTopic = piece{
	main:  "aws_sns_topic.object_events",
	file:  "object_events.tf",
	about: "ARN of the SNS topic to which buckets report changes of objects.",
	// S3 tries whether it may publish before it takes the notification.
	ready: "aws_sns_topic_policy",
	by:    map[string]string{"arn": "arn"},
}
