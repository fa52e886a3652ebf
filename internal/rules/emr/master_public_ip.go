package emr

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var masterNoPublicIP = rule.Rule{
	ID:     "EMR_MASTER_NO_PUBLIC_IP",
	Types:  cluster,
	Assert: rule.Func(evalMasterPublicIP),
}

// The primary node gets a public address if its subnet gives one at launch.
func evalMasterPublicIP(t *rule.Target) rule.Verdict {
	one, many := t.Get("ec2_attributes.subnet_id"), t.Get("ec2_attributes.subnet_ids")
	var refs []graph.Value
	if one.NonEmpty() != logic.False {
		refs = append(refs, one)
	}
	if es, known := many.Elements(); known {
		refs = append(refs, es...)
	} else {
		refs = append(refs, many)
	}
	if len(refs) == 0 {
		return rule.Undecided(t.Here(), "no subnet is named: the cluster runs in the default VPC, whose subnets only AWS knows")
	}
	verdicts := make([]rule.Verdict, len(refs))
	for i, ref := range refs {
		verdicts[i] = subnetVerdict(t, ref)
	}
	return rule.All(verdicts...)
}

func subnetVerdict(t *rule.Target, ref graph.Value) rule.Verdict {
	subnet, found := t.Graph.Referent(ref, "aws_subnet", "aws_default_subnet")
	if found != logic.True {
		c := ref.Cause()
		if c.Text == "" || ref.Kind() == graph.KindString {
			c.Text = "the subnet of the cluster is not in this configuration: only AWS knows whether it gives public addresses"
		}
		return rule.Because(ref, c)
	}
	public := subnet.Attr("map_public_ip_on_launch").Or(graph.Bool(subnet.Type == "aws_default_subnet"))
	return rule.Require(public.IsTrue().Not(), public, "%s gives public addresses at launch, also to the primary node", subnet.Address).
		Named(subnet.Address + ".map_public_ip_on_launch")
}
