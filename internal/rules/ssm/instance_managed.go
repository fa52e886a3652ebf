package ssm

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var instanceManaged = rule.Rule{
	ID:     "EC2_INSTANCE_MANAGED_BY_SSM",
	Types:  []string{"aws_instance"},
	Assert: rule.With(evalInstance, repairInstance),
}

// An agent on the instance registers it, which only AWS sees. It cannot without
// permission, from the instance's role or from Default Host Management
// Configuration, which gives one to all instances of an account and Region.
func evalInstance(t *rule.Target) rule.Verdict {
	const live = "only AWS knows whether the agent on the instance registers with Systems Manager: run safeguard audit"
	profile := instanceProfile(t)
	named := "iam_instance_profile"
	switch profile.NonEmpty() {
	case logic.Unknown:
		return rule.Because(profile, profile.Cause()).Named(named)
	case logic.False:
		if defaultHostManagement(t.Graph) == logic.False {
			return rule.Fail(profile, "the instance has no IAM instance profile, and no Default Host Management Configuration is declared: its agent cannot register").Named(named)
		}
		return rule.Undecided(profile, "%s", live).Named(named)
	}
	p, found := t.Graph.Referent(profile, "aws_iam_instance_profile")
	if found != logic.True {
		return rule.Undecided(profile, "%s", live).Named(named)
	}
	role, found := t.Graph.Referent(p.Attr("role"), "aws_iam_role")
	if found != logic.True {
		return rule.Undecided(profile, "%s", live).Named(named)
	}
	if mayRegister(t.Graph, role) == logic.False {
		return rule.Fail(profile, "no policy of %s allows %s, as AmazonSSMManagedInstanceCore does", role.Address, registration).Named(named)
	}
	return rule.Undecided(profile, "%s", live).Named(named)
}

// instanceProfile is the name or ARN of the target's instance profile, from its
// launch template where it has none of its own.
func instanceProfile(t *rule.Target) graph.Value {
	own := t.Attr("iam_instance_profile")
	templates := t.Blocks("launch_template")
	if own.NonEmpty() != logic.False || templates.Exist() == logic.False {
		return own
	}
	ref := t.Get("launch_template.id")
	if ref.NonEmpty() == logic.False {
		ref = t.Get("launch_template.name")
	}
	template, found := t.Graph.Referent(ref, "aws_launch_template")
	if found != logic.True {
		c := ref.Cause()
		if c.Text == "" {
			c.Text = "the launch template of the instance is not declared here"
		}
		return graph.UnknownValue(c).From(graph.At(templates.At))
	}
	name := template.Get("iam_instance_profile.name")
	if name.NonEmpty() == logic.False {
		return template.Get("iam_instance_profile.arn")
	}
	return name
}

const defaultHostSetting = "/ssm/managed-instance/default-ec2-instance-management-role"

// defaultHostManagement decides whether Default Host Management Configuration
// is declared.
func defaultHostManagement(g *graph.Graph) logic.Truth {
	_, found := g.Find(func(r *graph.Resource) logic.Truth {
		id := r.Attr("setting_id")
		parts := graph.Parts(id.Text())
		is := logic.Of(strings.HasSuffix(id.Text(), defaultHostSetting))
		if id.Kind() == graph.KindUnknown || len(parts) > 0 && parts[len(parts)-1].Hole != nil {
			is = logic.Unknown
		}
		return is.And(r.Attr("setting_value").Is("$None").Not())
	}, "aws_ssm_service_setting")
	return found
}
