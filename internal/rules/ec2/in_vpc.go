package ec2

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var inVPC = rule.Rule{
	ID:     "INSTANCES_IN_VPC",
	Types:  []string{"aws_instance", "aws_spot_instance_request"},
	Assert: rule.Unrepaired(evalInVPC, "which subnet the instance belongs to, the code does not say: set subnet_id"),
}

// evalInVPC passes every instance: there is no EC2-Classic any more. Only a
// parameter that asks for one VPC can be missed.
func evalInVPC(t *rule.Target) rule.Verdict {
	wanted := t.Param("vpcId")
	if !wanted.IsSet() {
		return rule.Pass(logic.True, t.Here(), "every instance runs in a VPC")
	}
	ref := launchOf(t).setting("subnet_id", "network_interfaces.subnet_id", "")
	subnet, found := t.Graph.Referent(ref, "aws_subnet")
	if found != logic.True {
		return rule.Undecided(ref, "the instance's subnet is not declared here: only AWS knows its VPC")
	}
	vpc := subnet.Attr("vpc_id")
	is := vpc.Is(wanted.String())
	if named, ok := t.Graph.Referent(vpc, vpcs...); ok == logic.True && named.ID != "" {
		is = logic.Of(named.ID == wanted.String())
	}
	return rule.Require(is, vpc, "the instance is in the VPC %s, must be %s", vpc.Display(), wanted)
}
