package elasticloadbalancing

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var httpsRedirection = rule.Rule{
	ID:     "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK",
	Types:  v2OrListener,
	Assert: rule.With(evalRedirection, repairRedirection),
}

func evalRedirection(t *rule.Target) rule.Verdict {
	if isListener(t) {
		return judgeAlone(t, redirects)
	}
	if v, ok := applicationOnly(t); !ok {
		return v
	}
	found := listeners(t)
	verdicts := []rule.Verdict{}
	for _, l := range found.Items {
		verdicts = append(verdicts, redirects(t, l))
	}
	for _, l := range found.Possible {
		if v := redirects(t, l); v.Outcome() != rule.Compliant {
			verdicts = append(verdicts, rule.Because(t.Here(), found.Cause))
		}
	}
	if len(verdicts) > 0 {
		return rule.All(verdicts...)
	}
	if found.Lacks == logic.Unknown {
		return rule.Because(t.Here(), found.Cause)
	}
	return rule.Pass(logic.True, t.Here(), "no HTTP listener")
}

// redirects judges one listener. The API takes a listener without a protocol
// for HTTP.
func redirects(t *rule.Target, l *graph.Resource) rule.Verdict {
	protocol := l.Attr("protocol").Or(graph.String("HTTP"))
	http := protocol.IsFold("HTTP")
	if http == logic.False {
		return rule.Require(logic.True, protocol, "")
	}
	actions := l.Blocks("default_action")
	redirected := actions.Any(func(a graph.Block) logic.Truth {
		// Without a protocol of its own a redirect keeps that of the request.
		return a.Attr("type").Is("redirect").And(a.Get("redirect.protocol").Is("HTTPS"))
	})
	at := openAction(l, actions)
	if http == logic.Unknown && redirected != logic.True {
		redirected, at = logic.Unknown, protocol
	}
	if redirected == logic.False && ruleRedirects(t, l) != logic.False {
		return rule.Undecided(at, "%s has only a listener rule that redirects to HTTPS: AWS does not say whether that is enough", l.Address)
	}
	return rule.Require(redirected, at, "the HTTP listener %s does not redirect to HTTPS", l.Address).With(l.Address, "default_action", at)
}

// ruleRedirects decides whether a rule of the listener redirects to HTTPS.
func ruleRedirects(t *rule.Target, l *graph.Resource) logic.Truth {
	rules := either(t.Graph.Attached(l, "aws_lb_listener_rule", "listener_arn"), t.Graph.Attached(l, "aws_alb_listener_rule", "listener_arn"))
	result := logic.False
	for _, r := range rules.Items {
		result = result.Or(r.Blocks("action").Any(func(a graph.Block) logic.Truth {
			return a.Attr("type").Is("redirect").And(a.Get("redirect.protocol").Is("HTTPS"))
		}))
	}
	return result
}

// openAction is the value that a verdict on a listener's actions points at: one
// that is not known, if there is any.
func openAction(l *graph.Resource, actions graph.Blocks) graph.Value {
	if c := actions.Cause(); c.Text != "" {
		return graph.UnknownValue(c).From(graph.At(l.Location()))
	}
	for _, a := range actions.Items {
		for _, path := range []string{"type", "redirect.protocol"} {
			if v := a.Get(path); v.Cause().Text != "" {
				return v
			}
		}
	}
	return graph.AbsentValue().From(graph.At(l.Location()))
}
