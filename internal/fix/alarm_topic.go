package fix

import "safeguard/internal/graph"

// alarmTopic is the SNS topic that alarms notify.
var alarmTopic = piece{
	main:  "aws_sns_topic.alarms",
	file:  "alarms.tf",
	about: "ARN of the SNS topic that alarms notify.",
	code: `
		resource "aws_sns_topic" "alarms" {
		  name = "alarms"
		}
	`,
	find: func(g *graph.Graph) *graph.Resource { return nil },
}
