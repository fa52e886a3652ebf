package fix

import (
	"strings"

	"safeguard/internal/graph"
)

// monitoringRole is the role by which RDS reports the metrics of the operating
// system.
var monitoringRole = piece{
	main:  "aws_iam_role.rds_monitoring",
	file:  "rds_monitoring.tf",
	about: "ARN of the role by which RDS reports metrics of the operating system.",
	find:  trusted("monitoring.rds.amazonaws.com"),
}

// flowLogRole is the role by which VPCs write flow logs.
var flowLogRole = piece{
	main:  "aws_iam_role.flow_logs",
	file:  "flow_logs.tf",
	about: "ARN of the role by which VPCs write flow logs.",
}

// trailLogRole is the role by which CloudTrail writes to CloudWatch Logs.
var trailLogRole = piece{
	main:  "aws_iam_role.trail_logs",
	file:  "trail_logs.tf",
	about: "ARN of the role by which CloudTrail writes to CloudWatch Logs.",
}

// instanceProfile lets Systems Manager manage an instance.
var instanceProfile = piece{
	main:  "aws_iam_instance_profile.managed",
	file:  "instance_profile.tf",
	about: "Name of the instance profile by which Systems Manager manages instances.",
}

// trusted finds a role that a service may take.
func trusted(service string) func(*graph.Graph) *graph.Resource {
	return func(g *graph.Graph) *graph.Resource {
		for _, r := range g.OfType("aws_iam_role") {
			if !r.Maybe && strings.Contains(r.Attr("assume_role_policy").Text(), service) {
				return r
			}
		}
		return nil
	}
}
