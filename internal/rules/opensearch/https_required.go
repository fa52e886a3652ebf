package opensearch

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var httpsRequired = rule.Rule{
	ID:     "OPENSEARCH_HTTPS_REQUIRED",
	Types:  openSearchDomain,
	Assert: rule.With(evalHTTPS, repairHTTPS),
}

// The provider's default within domain_endpoint_options is true; without the
// block AWS's own applies, which is false.
func evalHTTPS(t *rule.Target) rule.Verdict {
	const path = "domain_endpoint_options.enforce_https"
	options := t.Blocks("domain_endpoint_options")
	if options.Exist() == logic.False {
		return rule.Fail(t.Here(), "no domain_endpoint_options: HTTPS is not enforced")
	}
	enforced := t.Get(path).Or(graph.Bool(true))
	verdict := rule.Require(enforced.IsTrue(), enforced, "%s is false, must be true", path).Named(path)
	if allowed := t.Param("tlsPolicies").List(); len(allowed) > 0 {
		policy := t.Get("domain_endpoint_options.tls_security_policy")
		verdict = rule.All(verdict, rule.Require(policy.OneOf(allowed...), policy, "the TLS policy %s is not allowed", policy.Display()))
	}
	return verdict
}
