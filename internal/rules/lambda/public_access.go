package lambda

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

var publicAccessProhibited = rule.Rule{
	ID:     "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
	Types:  []string{"aws_lambda_function", "aws_lambda_permission", "aws_lambda_function_url"},
	Assert: rule.With(evalPublicAccess, repairPublicAccess),
}

// A function's policy has a statement for each aws_lambda_permission, of
// versions and aliases too, and one that the provider adds for an
// aws_lambda_function_url without authorization. Without any, only the account
// itself may call the function.
//
// Those of a function that is not declared here are judged in its place.
func evalPublicAccess(t *rule.Target) rule.Verdict {
	switch t.Type {
	case "aws_lambda_permission":
		return alone(t, judgePermission)
	case "aws_lambda_function_url":
		return alone(t, judgeURL)
	}
	verdicts := []rule.Verdict{rule.Require(logic.True, t.Here(), "")}
	verdicts = append(verdicts, forbid(t, "aws_lambda_permission", judgePermission)...)
	verdicts = append(verdicts, forbid(t, "aws_lambda_function_url", judgeURL)...)
	if c := t.Graph.Elsewhere(t.Resource); c != (graph.Cause{}) {
		verdicts = append(verdicts, rule.Because(t.Here(), c))
	}
	return rule.All(verdicts...)
}

// forbid judges the resources of a type that are about the function, or may be.
func forbid(t *rule.Target, typ string, judge func(*graph.Resource) rule.Verdict) []rule.Verdict {
	found := t.Graph.AttachedBy(t.Resource, typ, permissionKey, functionNamed(t.Graph))
	var vs []rule.Verdict
	for _, r := range found.Items {
		vs = append(vs, judge(r))
	}
	for _, r := range found.Possible {
		if v := judge(r); v.Outcome() == rule.Compliant {
			continue
		}
		c := found.Cause
		if c.Text == "" {
			c.Text = "cannot be decided whether " + r.Address + " is about " + t.Address
		}
		vs = append(vs, rule.Because(t.Here(), c))
	}
	return vs
}

// alone judges what is about a function that is not declared here.
func alone(t *rule.Target, judge func(*graph.Resource) rule.Verdict) rule.Verdict {
	if _, declared := t.Graph.Referent(functionNamed(t.Graph)(t.Resource), "aws_lambda_function"); declared == logic.True {
		return rule.Nothing()
	}
	return judge(t.Resource).Fault()
}

func judgeURL(r *graph.Resource) rule.Verdict {
	v := r.Attr("authorization_type")
	return rule.Require(v.Is("NONE").Not(), v, "%s lets everyone call the function: authorization_type is NONE", r.Address).
		Named(r.Address + ".authorization_type")
}

// conditions are the arguments of a permission that Lambda turns into
// conditions of the statement.
var conditions = []struct{ attr, operator, key string }{
	{"source_account", "StringEquals", "aws:SourceAccount"},
	{"source_arn", "ArnLike", "aws:SourceArn"},
	{"principal_org_id", "StringEquals", "aws:PrincipalOrgID"},
}

func judgePermission(r *graph.Resource) rule.Verdict {
	v := r.Attr("principal")
	named := r.Address + ".principal"
	doc, open := statement(r)
	public := doc.AllowsPublic().Truth
	if public == logic.True {
		return rule.Fail(v, "%s lets everyone call the function: principal is %s, without a fixed source_account, source_arn or principal_org_id", r.Address, v.Display()).Named(named)
	}
	fromS3 := doc.AllowsServiceWithout("s3.amazonaws.com", []string{"aws:SourceAccount"}, "*").Truth
	if fromS3 == logic.True {
		return rule.Fail(v, "%s lets S3 call the function for any account: source_account is not set", r.Address).Named(named)
	}
	return rule.Require(public.Or(fromS3).Not(), open, "%s lets everyone call the function", r.Address).Named(r.Address)
}

// statement is the policy that a permission adds to, and a value that is not
// known in it, if there is one.
func statement(r *graph.Resource) (*policy.Document, graph.Value) {
	open := r.Attr("principal")
	who := principals(open)
	var limits []policy.Condition
	for _, c := range conditions {
		v := r.Attr(c.attr)
		// AWS says of this rule that values with a wildcard are not fixed.
		if v.NonEmpty() == logic.False || hasWildcard(v) {
			continue
		}
		if open.Cause().Text == "" {
			open = v
		}
		limits = append(limits, policy.NewCondition(c.operator, c.key, text(v)))
	}
	return allow(who, limits), open
}

func allow(who []policy.Principal, limits []policy.Condition) *policy.Document {
	return &policy.Document{Version: "2012-10-17", Statements: []policy.Statement{{
		Effect:     policy.Allow,
		Principal:  policy.Principals{Present: true, List: who},
		Action:     policy.Set{Present: true, Values: []string{"lambda:InvokeFunction"}},
		Resource:   policy.Set{Present: true, Values: []string{"*"}},
		Conditions: limits,
	}}}
}

// principals are what a permission's principal may be: a service, or an
// account, role or user.
func principals(v graph.Value) []policy.Principal {
	if v.Is("*") == logic.True {
		return []policy.Principal{{Kind: "*", Value: "*"}}
	}
	identity := []policy.Principal{{Kind: "AWS", Value: text(v)}}
	parts := graph.Parts(text(v))
	if len(parts) == 1 && parts[0].Literal == "" && allow(identity, nil).AllowsPublic().Truth == logic.False {
		return identity // an attribute of an account, role or user
	}
	return append(identity, policy.Principal{Kind: "Service", Value: text(v)})
}

func hasWildcard(v graph.Value) bool {
	for _, p := range graph.Parts(v.Text()) {
		if strings.ContainsAny(p.Literal, "*?") {
			return true
		}
	}
	return false
}

// text is v for a policy, where what is not known is a hole.
func text(v graph.Value) string {
	if v.Kind() == graph.KindUnknown {
		return v.Cause().Placeholder()
	}
	if s, ok := v.Literal(); ok { // account IDs are often written as numbers
		return s
	}
	return v.Text()
}
