package apigateway

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var wafAssociated = rule.Rule{
	ID:     "API_GW_ASSOCIATED_WITH_WAF",
	Types:  restStages,
	Assert: rule.With(evalWAF, repairWAF),
}

// associations are the resources that tie a web ACL to a stage, with the
// attribute that names the ACL.
var associations = []struct{ typ, acl string }{
	{"aws_wafv2_web_acl_association", "web_acl_arn"},
	{"aws_wafregional_web_acl_association", "web_acl_id"},
}

func evalWAF(t *rule.Target) rule.Verdict {
	if v, ok := stageless(t); ok {
		return v
	}
	var open graph.Cause
	for _, a := range associations {
		found := t.Graph.AttachedIf(t.Resource, a.typ, func(r *graph.Resource) (logic.Truth, graph.Cause) {
			arn := r.Attr("resource_arn")
			return isStage(t, arn), arn.Cause()
		})
		if len(found.Items) > 0 {
			acl := found.Items[0].Attr(a.acl)
			if allowed := t.Param("WebAclArns").List(); len(allowed) > 0 {
				return rule.Require(acl.OneOf(allowed...), acl, "the web ACL %s is not among the allowed ones", acl.Display())
			}
			return rule.Missing(t, found, "")
		}
		if found.Lacks == logic.Unknown {
			open = found.Cause
		}
	}
	if open.Text != "" {
		return rule.Because(t.Here(), open)
	}
	return rule.Fail(t.Here(), "no aws_wafv2_web_acl_association refers to this stage")
}

// isStage decides whether an ARN is that of the target. One that is put
// together names the API, by its id or its own ARN, and the stage, of which
// only both tell: many APIs have a stage "prod".
func isStage(t *rule.Target, arn graph.Value) logic.Truth {
	api, stage, ok := strings.Cut(arn.Text(), "/stages/")
	if !ok {
		return t.Graph.Identifies(arn, t.Resource)
	}
	sameAPI := isAPI(t, api)
	if _, id, named := strings.Cut(api, "/restapis/"); named {
		sameAPI = sameText(graph.String(id), t.Attr("rest_api_id"))
	}
	return sameAPI.And(sameText(graph.String(stage), t.Attr("stage_name")))
}

// isAPI decides whether an ARN is that of the API of the target.
func isAPI(t *rule.Target, arn string) logic.Truth {
	id := t.Attr("rest_api_id")
	if api, found := t.Graph.Referent(id, "aws_api_gateway_rest_api"); found == logic.True {
		return t.Graph.Identifies(graph.String(arn), api)
	}
	owner := func(s string) string { // of an API that is not declared
		if parts := graph.Parts(s); len(parts) == 1 && parts[0].Ref != nil {
			return parts[0].Ref.Address
		}
		return ""
	}
	if mine := owner(id.Text()); mine != "" && mine == owner(arn) {
		return logic.True
	}
	return logic.Unknown
}
