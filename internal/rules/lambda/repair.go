package lambda

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairPublicAccess ties what S3 may do to this account, and makes function
// URLs ask who calls. A permission for everybody is taken back by nobody but
// its owner: who is meant to call instead, the code does not say.
func repairPublicAccess(t *rule.Target) rule.Repair {
	permissions, urls := []*graph.Resource{t.Resource}, []*graph.Resource{t.Resource}
	if t.Type == "aws_lambda_function" {
		permissions = t.Graph.AttachedBy(t.Resource, "aws_lambda_permission", permissionKey, functionNamed(t.Graph)).Items
		urls = t.Graph.AttachedBy(t.Resource, "aws_lambda_function_url", permissionKey, functionNamed(t.Graph)).Items
	}
	var r rule.Repair
	for _, p := range permissions {
		if p.Type != "aws_lambda_permission" || judgePermission(p).Outcome() != rule.NonCompliant {
			continue
		}
		if service, ok := p.Attr("principal").Literal(); !ok || !strings.HasSuffix(service, ".amazonaws.com") {
			return rule.CannotRepair(p.Address + " lets everybody call the function: name who is meant to")
		}
		r.Changes = append(r.Changes, rule.Set{On: p, Code: "source_account = " + sourceAccount(t.Graph, p)})
	}
	for _, u := range urls {
		if u.Type == "aws_lambda_function_url" && judgeURL(u).Outcome() == rule.NonCompliant {
			r.Changes = append(r.Changes, rule.Set{On: u, Code: `authorization_type = "AWS_IAM"`})
		}
	}
	return r
}

// sourceAccount is what a permission for S3 says of the account: one whose block
// lets other services call too leaves theirs as it is, since not all of them say
// on whose behalf they call.
func sourceAccount(g *graph.Graph, p *graph.Resource) string {
	for _, r := range g.OfType("aws_lambda_permission") {
		if r.Location() != p.Location() || r.Attr("principal").Is("s3.amazonaws.com") == logic.True {
			continue
		}
		theirs := "null"
		if p.Attr("source_account").Kind() != graph.KindAbsent {
			theirs = "argument.source_account"
		}
		return `argument.principal == "s3.amazonaws.com" ? shared.account.id : ` + theirs
	}
	return "shared.account.id"
}
