package ssm

import (
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// registration is the action without which an agent cannot register.
const registration = "ssm:UpdateInstanceInformation"

// mayRegister decides whether a role has a policy that allows registration.
func mayRegister(g *graph.Graph, role *graph.Resource) logic.Truth {
	attached := func(path string) func(*graph.Resource) logic.Truth {
		return func(r *graph.Resource) logic.Truth { return managedPolicies(g, r.Attr(path)) }
	}
	return logic.Any(
		managedPolicies(g, role.Attr("managed_policy_arns")),
		g.Attached(role, "aws_iam_role_policy_attachment", "role").Any(attached("policy_arn")),
		g.Attached(role, "aws_iam_role_policy_attachments_exclusive", "role_name").Any(attached("policy_arns")),
		g.Attached(role, "aws_iam_policy_attachment", "roles").Any(attached("policy_arn")),
		g.Attached(role, "aws_iam_role_policy", "role").Any(func(r *graph.Resource) logic.Truth { return document(r.Attr("policy")) }),
		role.Blocks("inline_policy").Any(func(b graph.Block) logic.Truth { return document(b.Attr("policy")) }),
		logic.Of(g.Elsewhere(role) != graph.Cause{}).And(logic.Unknown),
	)
}

// managedPolicies decides whether one of the policies with these ARNs allows
// registration.
func managedPolicies(g *graph.Graph, arns graph.Value) logic.Truth {
	switch arns.Kind() {
	case graph.KindAbsent, graph.KindNull:
		return logic.False
	case graph.KindList:
		result := logic.False
		es, _ := arns.Elements()
		for _, e := range es {
			result = result.Or(managedPolicies(g, e))
		}
		return result
	}
	if own, found := g.Referent(arns, "aws_iam_policy"); found == logic.True {
		return document(own.Attr("policy"))
	}
	arn, _ := arns.Literal()
	_, name, ofAWS := strings.Cut(arn, ":iam::aws:policy/")
	if !ofAWS {
		return logic.Unknown
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	switch {
	case slices.Contains(registering, name):
		return logic.True
	case slices.ContainsFunc(foreign, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
		return logic.False
	}
	return logic.Unknown
}

var (
	// registering are policies of AWS that allow registration.
	registering = []string{
		"AdministratorAccess", "AmazonEC2RoleforSSM", "AmazonSSMFullAccess",
		"AmazonSSMManagedEC2InstanceDefaultPolicy", "AmazonSSMManagedInstanceCore",
		"AWSCloud9SSMInstanceProfile", "PowerUserAccess",
	}
	// foreign are prefixes of the names of AWS's policies for other services.
	foreign = []string{
		"AmazonDynamoDB", "AmazonEC2ContainerRegistry", "AmazonEC2ReadOnlyAccess",
		"AmazonRDS", "AmazonS3", "AmazonSNS", "AmazonSQS", "CloudWatch",
		"ReadOnlyAccess", "SecretsManagerReadWrite", "SecurityAudit", "ViewOnlyAccess",
	}
)

// document decides whether a policy document allows registration.
func document(v graph.Value) logic.Truth {
	if v.NonEmpty() == logic.False {
		return logic.False
	}
	doc, err := policy.Parse(v.Text())
	if v.Kind() == graph.KindUnknown || err != nil {
		return logic.Unknown
	}
	return doc.AllowsAction([]string{registration}, nil).Truth
}
