package elasticloadbalancing

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var wafEnabled = rule.Rule{
	ID:     "ALB_WAF_ENABLED",
	Types:  v2,
	Assert: rule.With(evalWAF, repairWAF),
}

func evalWAF(t *rule.Target) rule.Verdict {
	if v, ok := applicationOnly(t); !ok {
		return v
	}
	found := either(t.Attached("aws_wafv2_web_acl_association", "resource_arn"), t.Attached("aws_wafregional_web_acl_association", "resource_arn"))
	if _, managed := t.Graph.Find(func(r *graph.Resource) logic.Truth {
		return r.Attr("resource_type").Is("AWS::ElasticLoadBalancingV2::LoadBalancer").Or(r.Attr("resource_type_list").Has("AWS::ElasticLoadBalancingV2::LoadBalancer"))
	}, "aws_fms_policy"); found.Lacks == logic.True && managed == logic.True {
		return rule.Undecided(t.Here(), "a Firewall Manager policy of this configuration may associate a web ACL: run safeguard audit")
	}
	verdict := rule.Missing(t, found, "no aws_wafv2_web_acl_association refers to this load balancer")
	if allowed := t.Param("wafWebAclIds").List(); len(allowed) > 0 && len(found.Items) > 0 {
		acl := found.Items[0].Attr("web_acl_arn").Or(found.Items[0].Attr("web_acl_id"))
		verdict = rule.Require(acl.OneOf(allowed...), acl, "the web ACL %s is not among the allowed ones", acl.Display())
	}
	return verdict
}
