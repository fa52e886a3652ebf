package elasticloadbalancing

import (
	"safeguard/internal/rule"
)

var listenersEncrypted = rule.Rule{
	ID:     "ELB_TLS_HTTPS_LISTENERS_ONLY",
	Types:  classic,
	Assert: rule.Unrepaired(evalListeners, needsCertificate),
}

func evalListeners(t *rule.Target) rule.Verdict {
	all := t.Blocks("listener")
	if len(all.Items) == 0 {
		return rule.Skip(t.Here(), "the load balancer has no listener")
	}
	var verdicts []rule.Verdict
	for _, l := range all.Items {
		protocol := l.Attr("lb_protocol")
		secure := protocol.IsFold("HTTPS").Or(protocol.IsFold("SSL"))
		verdicts = append(verdicts, perhaps(l, rule.Require(secure, protocol, "a listener uses %s on port %s, must be HTTPS or SSL", protocol.Display(), l.Attr("lb_port").Display()).Named("listener.lb_protocol")))
	}
	return rule.All(verdicts...)
}
