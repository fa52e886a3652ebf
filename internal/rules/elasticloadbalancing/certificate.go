package elasticloadbalancing

import (
	"regexp"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var acmCertificate = rule.Rule{
	ID:     "ELB_ACM_CERTIFICATE_REQUIRED",
	Types:  classic,
	Assert: rule.Unrepaired(evalCertificate, needsCertificate),
}

func evalCertificate(t *rule.Target) rule.Verdict {
	var verdicts []rule.Verdict
	for _, l := range t.Blocks("listener").Items {
		protocol := l.Attr("lb_protocol")
		secure := protocol.IsFold("HTTPS").Or(protocol.IsFold("SSL"))
		if secure == logic.False {
			continue
		}
		cert := l.Attr("ssl_certificate_id")
		verdicts = append(verdicts, perhaps(l, rule.Require(fromACM(cert).Or(secure.Not()), firstUnknown(cert, protocol), "a listener uses the certificate %s, which is not from ACM", cert.Display()).Named("listener.ssl_certificate_id")))
	}
	if len(verdicts) == 0 {
		return rule.Skip(t.Here(), "no listener uses HTTPS or SSL")
	}
	return rule.All(verdicts...)
}

var acmCertificateV2 = rule.Rule{
	ID:     "ELBV2_ACM_CERTIFICATE_REQUIRED",
	Types:  v2OrListener,
	Assert: rule.With(evalCertificateV2, repairCertificateV2),
}

// By AWS's wording a plain listener fails, even one that only redirects.
func evalCertificateV2(t *rule.Target) rule.Verdict {
	if isListener(t) {
		return judgeAlone(t, listenerCertificate)
	}
	kind := balancerType(t)
	if kind.Is("gateway") == logic.True {
		return rule.Skip(kind, "Gateway Load Balancers have no certificates")
	}
	found := listeners(t)
	var verdicts []rule.Verdict
	for _, l := range found.Items {
		verdicts = append(verdicts, listenerCertificate(t, l))
	}
	for _, l := range found.Possible {
		if v := listenerCertificate(t, l); v.Outcome() != rule.Compliant {
			verdicts = append(verdicts, rule.Because(t.Here(), found.Cause))
		}
	}
	switch {
	case len(verdicts) > 0:
		return rule.All(verdicts...)
	case found.Lacks == logic.Unknown:
		return rule.Because(t.Here(), found.Cause)
	}
	return rule.Undecided(t.Here(), "no listener refers to this load balancer: AWS does not say what that means for the rule")
}

// repairCertificateV2 has none, for one of two reasons.
func repairCertificateV2(t *rule.Target) rule.Repair {
	found := []*graph.Resource{t.Resource}
	if !isListener(t) {
		found = listeners(t).Items
	}
	for _, l := range found {
		if fromACM(l.Attr("certificate_arn")) != logic.True && l.Attr("protocol").Or(graph.String("HTTP")).Is("HTTP") == logic.False {
			return rule.CannotRepair(needsCertificate)
		}
	}
	return rule.CannotRepair("AWS asks every listener for a certificate, and one that speaks HTTP can have none: remove the listener once no client begins with http, or document an exception if it only redirects (safeguard exceptions suggest)")
}

func listenerCertificate(t *rule.Target, l *graph.Resource) rule.Verdict {
	cert := l.Attr("certificate_arn")
	acm := fromACM(cert)
	verdict := rule.Require(acm, cert, "the listener %s has no certificate from ACM (certificate_arn is %s)", l.Address, cert.Display()).
		Named(l.Address + ".certificate_arn")
	if allowed := t.Param("AcmCertificatesAllowed").List(); len(allowed) > 0 && acm != logic.False {
		verdict = rule.All(verdict, rule.Require(cert.OneOf(allowed...), cert, "the certificate of %s is not among the allowed ones", l.Address))
	}
	return verdict
}

var acmARN = regexp.MustCompile(`^arn:[^:]*:acm:`)

// fromACM decides whether a certificate is one of ACM: by its ARN, or by the
// resource or data source that it comes from.
func fromACM(cert graph.Value) logic.Truth {
	if cert.NonEmpty() == logic.False {
		return logic.False
	}
	if acmARN.MatchString(cert.Text()) {
		return logic.True
	}
	if _, literal := cert.Literal(); literal {
		return logic.False
	}
	switch strings.TrimPrefix(cert.SourceType(), "data.") {
	case "aws_acm_certificate", "aws_acm_certificate_validation":
		return logic.True
	case "aws_iam_server_certificate":
		return logic.False
	}
	return logic.Unknown
}

// perhaps is the verdict about a block: a fault in one that may not be there is
// none for certain.
func perhaps(b graph.Block, v rule.Verdict) rule.Verdict {
	if b.Maybe && v.Outcome() != rule.Compliant {
		return rule.Because(graph.AbsentValue().From(graph.At(b.Location())), b.Cause)
	}
	return v
}

func firstUnknown(vs ...graph.Value) graph.Value {
	for _, v := range vs {
		if v.Kind() == graph.KindUnknown {
			return v
		}
	}
	return vs[0]
}
