package elasticloadbalancing

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var predefinedPolicy = rule.Rule{
	ID:     "ELB_PREDEFINED_SECURITY_POLICY_SSL_CHECK",
	Types:  classic,
	Assert: rule.With(evalPredefinedPolicy, repairPredefinedPolicy),
}

// referencePolicy is the attribute by which a policy takes over a predefined one.
const referencePolicy = "Reference-Security-Policy"

func evalPredefinedPolicy(t *rule.Target) rule.Verdict {
	var verdicts []rule.Verdict
	for _, l := range t.Blocks("listener").Items {
		protocol := l.Attr("lb_protocol")
		secure := protocol.IsFold("HTTPS").Or(protocol.IsFold("SSL"))
		switch secure {
		case logic.False:
			continue
		case logic.Unknown:
			verdicts = append(verdicts, rule.Because(protocol, protocol.Cause()))
			continue
		}
		verdicts = append(verdicts, perhaps(l, listenerPolicy(t, l.Attr("lb_port"))))
	}
	if len(verdicts) == 0 {
		return rule.Skip(t.Here(), "no listener uses HTTPS or SSL")
	}
	return rule.All(verdicts...)
}

// listenerPolicy judges the policy of the listener on a port: one attached by
// aws_load_balancer_listener_policy, or an aws_lb_ssl_negotiation_policy.
func listenerPolicy(t *rule.Target, port graph.Value) rule.Verdict {
	want := t.Param("predefinedPolicyName").String()
	var open graph.Cause
	attached := t.Attached("aws_load_balancer_listener_policy", "load_balancer_name")
	own := t.Attached("aws_load_balancer_policy", "load_balancer_name")
	for _, a := range attached.Items {
		switch samePort(a.Attr("load_balancer_port"), port) {
		case logic.False:
			continue
		case logic.Unknown:
			open = whyOpen(a.Attr("load_balancer_port"), port)
			continue
		}
		names, known := a.Attr("policy_names").Elements()
		if !known {
			return rule.Because(a.Attr("policy_names"), a.Attr("policy_names").Cause())
		}
		for _, name := range names {
			policy, found := named(own.Items, name)
			if found != logic.True {
				policy, found = t.Graph.Referent(name, "aws_load_balancer_policy")
			}
			if found == logic.True {
				return policyVerdict(policy, "policy_attribute", want)
			}
			if literal, ok := name.Literal(); ok && (found == logic.False || own.Lacks == logic.True) {
				return rule.Require(logic.Of(literal == want), name, "the listener uses the policy %q, must be %q", literal, want)
			}
			open = whyUnnamed(name, own)
		}
	}
	negotiated := t.Attached("aws_lb_ssl_negotiation_policy", "load_balancer")
	for _, n := range negotiated.Items {
		switch samePort(n.Attr("lb_port"), port) {
		case logic.True:
			return policyVerdict(n, "attribute", want)
		case logic.Unknown:
			open = whyOpen(n.Attr("lb_port"), port)
		}
	}
	for _, c := range []graph.Companions{attached, negotiated} {
		if c.Lacks == logic.Unknown || len(c.Possible) > 0 {
			open = c.Cause
		}
	}
	if open.Text != "" {
		return rule.Because(t.Here(), open)
	}
	return rule.Fail(t.Here(), "no policy is attached to the listener on port %s: AWS's default is not %q", port.Display(), want)
}

// named finds the policy of a name among those of one load balancer: others
// may have policies of the same names.
func named(policies []*graph.Resource, name graph.Value) (*graph.Resource, logic.Truth) {
	for _, p := range policies {
		if own := p.Attr("policy_name"); own.Kind() == graph.KindString && name.Kind() == graph.KindString &&
			graph.SameText(own.Text(), name.Text()) == logic.True {
			return p, logic.True
		}
	}
	return nil, logic.Unknown
}

// whyUnnamed says why it is not known which policy a name is of.
func whyUnnamed(name graph.Value, own graph.Companions) graph.Cause {
	if c := name.Cause(); c.Text != "" {
		return c
	}
	if own.Cause.Text != "" {
		return own.Cause
	}
	return graph.Cause{Text: "which policy of the load balancer has the name " + name.Display() + " is not known"}
}

// whyOpen says why it is not known whether two ports are one.
func whyOpen(a, b graph.Value) graph.Cause {
	if c := a.Cause(); c.Text != "" {
		return c
	}
	if c := b.Cause(); c.Text != "" {
		return c
	}
	return graph.Cause{Text: "whether the ports " + a.Display() + " and " + b.Display() + " are one is not known"}
}

func samePort(a, b graph.Value) logic.Truth {
	if s, ok := b.Literal(); ok {
		return a.Is(s)
	}
	return logic.Unknown
}

// policyVerdict judges the attributes of a policy: exactly the predefined one.
func policyVerdict(policy *graph.Resource, block, want string) rule.Verdict {
	for _, a := range policy.Blocks(block).Items {
		name := a.Attr("name")
		if name.Is(referencePolicy) == logic.False {
			continue
		}
		v := a.Attr("value")
		if name.Kind() == graph.KindUnknown {
			return rule.Because(name, name.Cause())
		}
		return perhaps(a, rule.Require(v.Is(want), v, "%s uses the policy %s, must be %q", policy.Address, v.Display(), want).Named(policy.Address+"."+block))
	}
	return rule.Fail(graph.AbsentValue().From(graph.At(policy.Location())), "%s has no attribute %s", policy.Address, referencePolicy)
}
