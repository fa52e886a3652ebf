package redshift

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var requireTLS = rule.Rule{
	ID:     "REDSHIFT_REQUIRE_TLS_SSL",
	Types:  []string{"aws_redshift_cluster", "aws_redshift_parameter_group"},
	Assert: rule.With(evalRequireTLS, repairRequireTLS),
}

func evalRequireTLS(t *rule.Target) rule.Verdict {
	if t.Type == "aws_redshift_parameter_group" {
		return groupRequiresTLS(t, t.Resource)
	}
	name := t.Attr("cluster_parameter_group_name")
	group, found := t.Graph.Referent(name, "aws_redshift_parameter_group")
	if found == logic.True {
		return groupRequiresTLS(t, group)
	}
	literal, isLiteral := name.Literal()
	switch {
	case name.NonEmpty() == logic.False:
		return rule.Fail(name, "cluster_parameter_group_name is not set: the default group does not require TLS").Named("cluster_parameter_group_name")
	case isLiteral && strings.EqualFold(literal, "default.redshift-1.0"):
		return rule.Fail(name, "the parameter group default.redshift-1.0 does not require TLS").Named("cluster_parameter_group_name")
	case isLiteral && strings.EqualFold(literal, "default.redshift-2.0"):
		return rule.Pass(logic.True, name, "the parameter group default.redshift-2.0 requires TLS")
	case isLiteral && found == logic.Unknown:
		return rule.Undecided(name, "which parameter group is meant by %s is not known", name.Display())
	case isLiteral:
		return rule.Undecided(name, "the parameter group %s is not in this configuration: only AWS knows whether it requires TLS", name.Display())
	}
	return rule.Because(name, name.Cause())
}

func groupRequiresTLS(t *rule.Target, group *graph.Resource) rule.Verdict {
	parameters := group.Blocks("parameter")
	var open graph.Value
	isOpen := false
	for _, p := range parameters.Items {
		name, value := p.Attr("name"), p.Attr("value")
		required := name.IsFold("require_ssl")
		switch {
		case required == logic.False:
			continue
		case p.Maybe:
			open, isOpen = graph.UnknownValue(p.Cause).From(graph.At(p.Location())), true
		case required == logic.Unknown:
			open, isOpen = name, true
		default:
			return rule.Require(value.IsFold("true"), value, "require_ssl is %s, must be \"true\"", value.Display()).
				Named(group.Address + ".parameter.require_ssl")
		}
	}
	if isOpen {
		return rule.Because(open, open.Cause())
	}
	return rule.Fail(graph.AbsentValue().From(graph.At(group.Location())), "%s has no parameter require_ssl", group.Address)
}
