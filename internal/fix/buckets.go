package fix

import (
	"cmp"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// logBucket takes server access logs of buckets, and elbLogBucket those of load
// balancers: the same one, if it is made anew. They can only be delivered to a
// bucket with SSE-S3 and without Object Lock, whose policy, or for those of buckets
// the ACL, lets the service in.
var (
	logBucket = piece{
		main:  accessLogs,
		file:  "access_logs.tf",
		code:  "log_bucket",
		about: "Name of the bucket that takes access logs.",
		find: func(g *graph.Graph) *graph.Resource {
			return cmp.Or(bucketFor("logging.s3.amazonaws.com")(g), bucketByACL(g))
		},
	}
	elbLogBucket = piece{
		main:  accessLogs,
		file:  "access_logs.tf",
		code:  "log_bucket",
		about: "Name of the bucket that takes access logs of load balancers.",
		find:  bucketFor("logdelivery.elasticloadbalancing.amazonaws.com"),
		// Elastic Load Balancing tries whether it may write before it takes the bucket.
		ready: "aws_s3_bucket_policy",
		by:    map[string]string{"id": "bucket"},
	}
)

const accessLogs = "aws_s3_bucket.access_logs"

// bucketFor finds a bucket whose policy lets a service deliver to it.
func bucketFor(service string) func(*graph.Graph) *graph.Resource {
	return func(g *graph.Graph) *graph.Resource {
		for _, r := range g.OfType("aws_s3_bucket") {
			for _, p := range g.Attached(r, "aws_s3_bucket_policy", "bucket").Items {
				if !r.Maybe && strings.Contains(p.Attr("policy").Text(), service) {
					return r
				}
			}
		}
		return nil
	}
}

// bucketByACL finds a bucket whose ACL lets S3 deliver access logs to it, as was the
// custom before policies could.
func bucketByACL(g *graph.Graph) *graph.Resource {
	const canned = "log-delivery-write"
	for _, r := range g.OfType("aws_s3_bucket") {
		split := slices.ContainsFunc(g.Attached(r, "aws_s3_bucket_acl", "bucket").Items, func(acl *graph.Resource) bool {
			return acl.Attr("acl").Is(canned) == logic.True
		})
		if !r.Maybe && (split || r.Attr("acl").Is(canned) == logic.True) {
			return r
		}
	}
	return nil
}

// replicaBucket takes copies of objects. A copy in another Region needs a
// provider for it, which is the user's to choose.
var replicaBucket = piece{
	main:  "aws_s3_bucket.replica",
	file:  "replica.tf",
	about: "ARN of the bucket that takes copies of objects.",
	// S3 replicates only to a bucket that keeps versions.
	ready: "aws_s3_bucket_versioning",
}

// replicationRole is the role by which S3 copies objects of the account's
// buckets to the replica.
var replicationRole = piece{
	main:  "aws_iam_role.replication",
	file:  "replica.tf",
	about: "ARN of the role by which S3 replicates objects.",
}
