package elasticloadbalancing

import (
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// aws_alb is the old name of aws_lb; both may stand in one configuration.
var (
	classic = []string{"aws_elb"}
	v2      = []string{"aws_lb", "aws_alb"}
)

var crossZone = rule.Rule{
	ID:     "ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED",
	Types:  classic,
	Assert: attr.True("cross_zone_load_balancing", attr.Default(graph.Bool(true))),
}

var deletionProtection = rule.Rule{
	ID:     "ELB_DELETION_PROTECTION_ENABLED",
	Types:  v2,
	Assert: attr.True("enable_deletion_protection", attr.Default(graph.Bool(false))),
}

// balancerType is the kind of a version 2 load balancer.
func balancerType(t *rule.Target) graph.Value {
	return t.Attr("load_balancer_type").Or(graph.String("application"))
}

// applicationOnly says what to answer for load balancers that a rule does not
// judge; ok is true for an Application Load Balancer.
func applicationOnly(t *rule.Target) (v rule.Verdict, ok bool) {
	kind := balancerType(t)
	switch kind.Is("application") {
	case logic.True:
		return v, true
	case logic.False:
		return rule.Skip(kind, "load balancers of type %s are not evaluated", kind.Display()), false
	}
	return rule.Because(kind, kind.Cause()), false
}

// v2OrListener are the types that the rules about listeners start from. AWS
// judges load balancers; a listener that stands alone is judged for one that
// this configuration does not declare.
var v2OrListener = append([]string{"aws_lb_listener", "aws_alb_listener"}, v2...)

// isListener reports whether the target is a listener.
func isListener(t *rule.Target) bool { return !slices.Contains(v2, t.Type) }

// judgeAlone is the verdict on a listener whose load balancer is not declared
// here: a fault in it is one of the load balancer's, whichever that is.
func judgeAlone(t *rule.Target, judge func(*rule.Target, *graph.Resource) rule.Verdict) rule.Verdict {
	if balancer, ok := t.Graph.Referent(t.Attr("load_balancer_arn"), v2...); ok == logic.True {
		return rule.Skip(t.Here(), "judged with %s", balancer.Address)
	}
	if t.Attr("port").IsSet() == logic.False && t.Attr("protocol").IsSet() == logic.False {
		return rule.Skip(t.Here(), "a listener of a Gateway Load Balancer")
	}
	if v := judge(t, t.Resource); v.Outcome() != rule.Compliant {
		return v
	}
	return rule.Skip(t.Here(), "its load balancer, which AWS judges, is not declared here; this listener does it no harm")
}

// listeners are the listeners of a version 2 load balancer, under both names
// of the type.
func listeners(t *rule.Target) graph.Companions {
	return either(t.Attached("aws_lb_listener", "load_balancer_arn"), t.Attached("aws_alb_listener", "load_balancer_arn"))
}

func either(a, b graph.Companions) graph.Companions {
	c := graph.Companions{
		Items:    append(append([]*graph.Resource{}, a.Items...), b.Items...),
		Possible: append(append([]*graph.Resource{}, a.Possible...), b.Possible...),
		Lacks:    a.Lacks.And(b.Lacks),
		Cause:    a.Cause,
	}
	if c.Cause.Text == "" {
		c.Cause = b.Cause
	}
	return c
}
