package fix

import (
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// flowLogGroup takes the flow logs of VPCs.
var flowLogGroup = piece{
	main:  "aws_cloudwatch_log_group.flow_logs",
	file:  "flow_logs.tf",
	about: "ARN of the log group that takes VPC flow logs.",
}

// trailLogGroup takes the events of the trail.
var trailLogGroup = piece{
	main:  "aws_cloudwatch_log_group.trail",
	file:  "trail_logs.tf",
	about: "ARN of the log group that takes the events of the trail.",
}

// searchLogGroup takes the error logs of search domains.
var searchLogGroup = piece{
	main:  "aws_cloudwatch_log_group.search",
	file:  "search_logs.tf",
	about: "ARN of the log group that takes the error logs of search domains.",
}

// searchLogPolicy lets OpenSearch write to the log group: without it, the
// change of the domain fails, so that the group comes after it.
var searchLogPolicy = piece{
	main: "aws_cloudwatch_log_resource_policy.search",
	file: "search_logs.tf",
}

// apiGatewayAccount lets API Gateway write logs: no stage may before.
var apiGatewayAccount = piece{
	main:  "aws_api_gateway_account.main",
	file:  "api_gateway_account.tf",
	about: "Settings of API Gateway for the account, which let it write logs.",
	find:  first("aws_api_gateway_account"),
	by:    map[string]string{"": "cloudwatch_role_arn"},
}

// webACL protects load balancers and APIs.
var webACL = piece{
	main:  "aws_wafv2_web_acl.regional",
	file:  "waf.tf",
	about: "ARN of the web ACL for load balancers and APIs.",
	find:  regionalACL,
}

// regionalACL finds a web ACL for a Region that lets requests through by default:
// one that blocks them is made for something of which the code does not tell.
func regionalACL(g *graph.Graph) *graph.Resource {
	for _, r := range g.OfType("aws_wafv2_web_acl") {
		blocks := slices.ContainsFunc(r.Blocks("default_action").Items, func(b graph.Block) bool {
			return len(b.Blocks("block").Items) > 0
		})
		if !r.Maybe && !blocks && r.Attr("scope").Is("REGIONAL") == logic.True {
			return r
		}
	}
	return nil
}

// first finds the first resource of a type that is there for certain.
func first(typ string) func(*graph.Graph) *graph.Resource {
	return func(g *graph.Graph) *graph.Resource {
		for _, r := range g.OfType(typ) {
			if !r.Maybe {
				return r
			}
		}
		return nil
	}
}
