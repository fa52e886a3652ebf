package fix

import (
	"strings"

	"safeguard/internal/graph"
)

// logBucket takes server access logs and load balancer logs. Those can only be
// delivered to a bucket with SSE-S3 and without Object Lock.
var logBucket = piece{
	main:  "aws_s3_bucket.access_logs",
	file:  "access_logs.tf",
	about: "Name of the bucket that takes access logs.",
	find: func(g *graph.Graph) *graph.Resource {
		logging := g.OfType("aws_s3_bucket_logging")
		for _, r := range g.OfType("aws_s3_bucket") {
			if r.Maybe {
				continue
			}
			for _, l := range logging {
				if g.Identifies(l.Attr("target_bucket"), r) == graph.True {
					return r
				}
			}
			if strings.Contains(strings.ToLower(r.Address), "access_log") {
				return r
			}
		}
		return nil
	},
}

// replicaBucket takes copies of objects. A copy in another Region needs a
// provider for it, which is the user's to choose.
var replicaBucket = piece{
	main:  "aws_s3_bucket.replica",
	file:  "replica.tf",
	about: "ARN of the bucket that takes copies of objects.",
	find:  func(g *graph.Graph) *graph.Resource { return nil },
}

// replicationRole is the role by which S3 copies objects of the account's
// buckets to the replica.
var replicationRole = piece{
	main:  "aws_iam_role.replication",
	file:  "replica.tf",
	about: "ARN of the role by which S3 replicates objects.",
}
