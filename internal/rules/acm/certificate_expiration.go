package acm

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var certificateExpiration = rule.Rule{
	ID:     "ACM_CERTIFICATE_EXPIRATION_CHECK",
	Types:  []string{"aws_acm_certificate"},
	Assert: rule.Func(evalExpiration),
}

const (
	// past is a day that is over whenever this program runs: what expired
	// before has expired. Rules do not read the clock.
	past = "2026-10-01"
	// validity is the number of days for which ACM issues certificates.
	validity = 198
)

// A certificate that does not exist yet is as far from its end as its validity
// is long; one that does is as far as only the clock tells.
func evalExpiration(t *rule.Target) rule.Verdict {
	body := t.Attr("certificate_body")
	if end, ok := t.Attr("not_after").Literal(); ok && len(end) >= len(past) {
		return ends(end[:len(past)], t.Attr("not_after")).Named("not_after")
	}
	switch {
	case body.NonEmpty() == logic.False:
		return evalIssued(t)
	case t.ID != "":
		return rule.Undecided(t.Here(), "only AWS knows when the certificate expires: run safeguard audit")
	}
	if made := madeBy(t.Graph, body); made != nil {
		return evalMade(t, made)
	}
	end, err := expiry(body)
	if err != nil {
		return rule.Undecided(body, "%s", err).Named("certificate_body")
	}
	return ends(end, body).Named("certificate_body")
}

// ends is the verdict on a certificate that expires on a day.
func ends(day string, at graph.Value) rule.Verdict {
	if day <= past {
		return rule.Fail(at, "the certificate expired on %s", day)
	}
	return rule.Undecided(at, "the certificate expires on %s, and how far that is only the clock tells: run safeguard audit", day)
}

// evalIssued judges a certificate that ACM issues, and renews by itself as long
// as its domains validate.
func evalIssued(t *rule.Target) rule.Verdict {
	if days, _ := t.Param("daysToExpiration").Int(); days >= validity || t.ID != "" {
		return rule.Undecided(t.Here(), "only AWS knows when the certificate expires: run safeguard audit")
	}
	if authority := t.Attr("certificate_authority_arn"); authority.NonEmpty() != logic.False {
		return rule.Require(authority.NonEmpty(), authority, "").Named("certificate_authority_arn")
	}
	method := t.Attr("validation_method")
	if dns := method.Is("DNS"); dns != logic.True {
		if dns == logic.Unknown {
			return rule.Because(method, method.Cause()).Named("validation_method")
		}
		return rule.Undecided(method, "the certificate is issued and renewed only when someone approves: validation_method is %s", method.Display()).Named("validation_method")
	}
	validated := t.Attached("aws_acm_certificate_validation", "certificate_arn")
	if validated.Lacks == logic.False {
		return rule.Missing(t, validated, "")
	}
	if record := validationRecord(t); record != nil {
		return rule.Require(logic.True, method, "").Named("validation_method").
			With(record.Address, "", graph.AbsentValue().From(graph.At(record.Location())))
	}
	if validated.Lacks == logic.Unknown {
		return rule.Because(t.Here(), validated.Cause)
	}
	return rule.Undecided(t.Here(), "the certificate is issued and renewed only when its domain is validated: no aws_acm_certificate_validation or aws_route53_record refers to it")
}

// validationRecord is a DNS record that is made of the certificate's
// validation options.
func validationRecord(t *rule.Target) *graph.Resource {
	for _, r := range t.Graph.OfType("aws_route53_record") {
		for _, v := range []graph.Value{r.Attr("name"), r.Attr("records"), graph.UnknownValue(r.Cause)} {
			for _, address := range sources(v) {
				if address == t.Address {
					return r
				}
			}
		}
	}
	return nil
}

// madeBy is the resource that makes the certificate, nil if it is not made here.
func madeBy(g *graph.Graph, body graph.Value) *graph.Resource {
	for _, address := range sources(body) {
		if r := g.ByAddress(address); r != nil && (r.Type == "tls_self_signed_cert" || r.Type == "tls_locally_signed_cert") {
			return r
		}
	}
	return nil
}

// sources are the addresses of what a value is taken from.
func sources(v graph.Value) []string {
	addresses := []string{v.Cause().Base}
	for _, ref := range v.Refs() {
		addresses = append(addresses, ref.Address)
	}
	return addresses
}

// evalMade judges a certificate that is made when it is imported.
func evalMade(t *rule.Target, made *graph.Resource) rule.Verdict {
	hours := made.Attr("validity_period_hours")
	days, _ := t.Param("daysToExpiration").Int()
	return rule.Require(hours.AtLeast(float64(24*days)+1), hours, "%s is valid for %s hours, must be more than %d days", made.Address, hours.Display(), days).
		Named(made.Address + ".validity_period_hours")
}

// expiry is the day on which a certificate in PEM form expires.
func expiry(body graph.Value) (string, error) {
	text, ok := body.Literal()
	if !ok {
		return "", errors.New(cmp.Or(body.Cause().Text, "certificate_body is not text"))
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return "", errors.New("the certificate cannot be read: it is not in PEM form")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", fmt.Errorf("the certificate cannot be read: %w", err)
	}
	return cert.NotAfter.UTC().Format("2006-01-02"), nil
}
