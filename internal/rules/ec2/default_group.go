package ec2

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// defaultGroupClosed starts from VPCs too: every VPC has a default group, and
// AWS makes it with rules, which stay until an aws_default_security_group
// removes them.
var defaultGroupClosed = rule.Rule{
	ID:     "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
	Types:  []string{"aws_default_security_group", "aws_security_group", "aws_vpc", "aws_default_vpc"},
	Assert: rule.With(evalDefaultGroup, repairDefaultGroup),
}

func evalDefaultGroup(t *rule.Target) rule.Verdict {
	switch t.Type {
	case "aws_security_group":
		return rule.Skip(t.Here(), "not the default security group of a VPC")
	case "aws_default_security_group":
		return withoutRules(t, t.Resource)
	}
	adopted := t.Attached("aws_default_security_group", "vpc_id")
	if t.Type == "aws_default_vpc" {
		for _, group := range t.Graph.OfType("aws_default_security_group") {
			if group.Attr("vpc_id").IsSet() == logic.False && !group.Maybe {
				return withoutRules(t, group)
			}
		}
	}
	if len(adopted.Items) == 0 {
		return rule.Missing(t, adopted, "the default security group keeps the rules that AWS gives it: no aws_default_security_group refers to this VPC")
	}
	return withoutRules(t, adopted.Items[0])
}

// withoutRules is the verdict on a default group: Terraform removes every rule
// that is not declared.
func withoutRules(t *rule.Target, group *graph.Resource) rule.Verdict {
	verdict := rule.Pass(logic.True, graph.AbsentValue().From(graph.At(group.Location())), "")
	for _, typ := range []string{"ingress", "egress"} {
		bs := group.Blocks(typ)
		at := graph.AbsentValue().From(graph.At(group.Location()))
		if bs.Exist() == logic.Unknown {
			at = graph.UnknownValue(bs.Cause()).From(graph.At(bs.At))
		} else if len(bs.Items) > 0 {
			at = at.From(graph.At(bs.Items[0].Location()))
		}
		verdict = rule.All(verdict, rule.Require(bs.Exist().Not(), at, "the default security group %s has %s rules", group.Address, typ).Named(typ))
	}
	added, more := attachedToGroup(t.Graph, group, oldRule, ingressRule, "aws_vpc_security_group_egress_rule")
	for _, a := range added {
		at := graph.AbsentValue().From(graph.At(a.Location()))
		if a.cause.Text != "" {
			verdict = rule.All(verdict, rule.Because(at, a.cause))
			continue
		}
		verdict = rule.All(verdict, rule.Fail(at, "%s adds a rule to the default security group", a.Address))
	}
	if verdict.Outcome() == rule.Compliant && more.Text != "" {
		return rule.Because(t.Here(), more)
	}
	return verdict
}
