package autoscaling

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var elbHealthCheck = rule.Rule{
	ID:     "AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED",
	Types:  []string{"aws_autoscaling_group"},
	Assert: rule.With(evalHealthCheck, repairHealthCheck),
}

func evalHealthCheck(t *rule.Target) rule.Verdict {
	balanced, why := behindLoadBalancer(t)
	if balanced == logic.False {
		return rule.Skip(t.Here(), "the group is not attached to a load balancer")
	}
	v := t.Attr("health_check_type").Or(graph.String("EC2"))
	checked := v.Is("ELB")
	if s, ok := v.Literal(); ok { // several types are separated by commas
		checked = logic.Of(strings.Contains(s, "ELB"))
	}
	if checked == logic.False && balanced == logic.Unknown {
		return rule.Because(t.Here(), why)
	}
	return rule.Require(checked, v, "health_check_type is %s, must be \"ELB\": the group is attached to a load balancer", v.Display()).Named("health_check_type")
}

// behindLoadBalancer decides whether the group is attached to a load balancer
// or target group, in its own block or by a resource of its own; why says what
// is not known.
func behindLoadBalancer(t *rule.Target) (balanced logic.Truth, why graph.Cause) {
	add := func(truth logic.Truth, c graph.Cause) {
		if truth == logic.Unknown {
			why = c
		}
		balanced = balanced.Or(truth)
	}
	balanced = logic.False
	for _, name := range []string{"load_balancers", "target_group_arns"} {
		v := t.Attr(name)
		add(v.NonEmpty(), v.Cause())
	}
	sources := t.Blocks("traffic_source")
	add(sources.Any(func(b graph.Block) logic.Truth { return notLattice(b.Attr("type")) }), sources.Cause())
	for _, typ := range []string{"aws_autoscaling_attachment", "aws_autoscaling_traffic_source_attachment"} {
		c := t.Attached(typ, "autoscaling_group_name")
		add(c.Any(func(r *graph.Resource) logic.Truth {
			if typ == "aws_autoscaling_attachment" {
				return logic.True
			}
			return notLattice(r.Get("traffic_source.type"))
		}), c.Cause)
	}
	return balanced, why
}

// notLattice decides whether a traffic source is a load balancer's, not VPC
// Lattice's, which has a health check type of its own.
func notLattice(typ graph.Value) logic.Truth { return typ.Is("vpc-lattice").Not() }
