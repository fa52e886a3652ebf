package fix

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// dataKey encrypts data at rest. The services use it on behalf of whoever
// reads and writes, so that the key policy leaves access to IAM.
var dataKey = piece{
	main:  "aws_kms_key.data",
	file:  "kms.tf",
	about: "KMS key that encrypts data at rest.",
	find: func(g *graph.Graph) *graph.Resource {
		return keyFor(g, func(r *graph.Resource) bool { return r.Attr("policy").NonEmpty() == logic.False },
			"data", "phi", "rest", "storage", "main", "default", "this")
	},
}

// keyFor finds a customer managed key that is there for certain and made for a
// purpose, as its name or description says.
func keyFor(g *graph.Graph, fits func(*graph.Resource) bool, purposes ...string) *graph.Resource {
	for _, purpose := range purposes {
		for _, r := range g.OfType("aws_kms_key") {
			about := strings.ToLower(r.Name + " " + r.Attr("description").Text())
			if !r.Maybe && strings.Contains(about, purpose) && fits(r) {
				return r
			}
		}
	}
	return nil
}

// logsKey encrypts logs: CloudTrail and CloudWatch Logs use it by themselves.
var logsKey = piece{
	main:  "aws_kms_key.logs",
	file:  "kms.tf",
	about: "KMS key that encrypts logs.",
	find: func(g *graph.Graph) *graph.Resource {
		return keyFor(g, mentions("logs.amazonaws.com", "cloudtrail.amazonaws.com"), "log", "trail", "audit")
	},
}

// mentions says of a key whether its policy names the services.
func mentions(services ...string) func(*graph.Resource) bool {
	return func(r *graph.Resource) bool {
		text := r.Attr("policy").Text()
		for _, s := range services {
			if !strings.Contains(text, s) {
				return false
			}
		}
		return true
	}
}

// messagingKey encrypts topics and queues: the services that publish to them
// use it by themselves.
var messagingKey = piece{
	main:  "aws_kms_key.messaging",
	file:  "kms.tf",
	about: "KMS key that encrypts topics and queues.",
	find: func(g *graph.Graph) *graph.Resource {
		return keyFor(g, mentions("cloudwatch.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"), "messag", "topic", "sns", "queue", "alarm", "alert")
	},
}
