package apigateway

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var clientCertificate = rule.Rule{
	ID:     "API_GW_SSL_ENABLED",
	Types:  restStages,
	Assert: rule.With(evalClientCertificate, repairClientCertificate),
}

func evalClientCertificate(t *rule.Target) rule.Verdict {
	if v, ok := stageless(t); ok {
		return v
	}
	if t.Type == "aws_api_gateway_deployment" {
		return rule.Fail(t.Here(), "a stage made by a deployment cannot have a client certificate")
	}
	id := t.Attr("client_certificate_id")
	verdict := rule.Require(id.NonEmpty(), id, "client_certificate_id is not set").Named("client_certificate_id")
	if allowed := t.Param("CertificateIDs").List(); len(allowed) > 0 && id.NonEmpty() != logic.False {
		verdict = rule.All(verdict, rule.Require(id.OneOf(allowed...), id, "the client certificate %s is not among the allowed ones", id.Display()))
	}
	return verdict
}
