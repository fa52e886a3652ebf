package ec2

import (
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var gatewayAuthorized = rule.Rule{
	ID:     "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY",
	Types:  []string{"aws_internet_gateway"},
	Assert: rule.Func(evalGateway),
}

func evalGateway(t *rule.Target) rule.Verdict {
	vpc := t.Attr("vpc_id")
	attachments := t.Attached("aws_internet_gateway_attachment", "internet_gateway_id")
	if vpc.NonEmpty() == logic.False && len(attachments.Items) > 0 {
		vpc = attachments.Items[0].Attr("vpc_id")
	}
	attached := vpc.NonEmpty()
	if attached == logic.Unknown && base(t.Graph, vpc) != nil {
		attached = logic.True // the attribute of a thing that there is
	}
	switch {
	case attached == logic.Unknown:
		return rule.Because(vpc, vpc.Cause()).Named("vpc_id")
	case attached == logic.False && attachments.Lacks == logic.Unknown:
		return rule.Because(t.Here(), attachments.Cause)
	case attached == logic.False:
		return rule.Pass(logic.True, t.Here(), "the gateway is not attached to a VPC")
	}
	authorized := isAuthorized(t, vpc)
	if authorized == logic.Unknown {
		return rule.Undecided(vpc, "only AWS knows whether %s is among the authorized VPCs", vpc.Display()).Named("vpc_id")
	}
	return rule.Require(authorized, vpc, "the gateway is attached to %s, which is not among the authorized VPCs", vpc.Display()).Named("vpc_id")
}

// isAuthorized decides whether a VPC is among those that the rule's parameter
// names (by id, or by Terraform address), or that a conformance pack declared
// here passes as that parameter.
func isAuthorized(t *rule.Target, vpc graph.Value) logic.Truth {
	ids := t.Param("AuthorizedVpcIds").List()
	result := logic.False
	for _, id := range ids {
		if strings.HasPrefix(id, "vpc-") {
			result = result.Or(vpc.Is(id))
		}
	}
	declared, found := t.Graph.Referent(vpc, vpcs...)
	if found == logic.True {
		if slices.Contains(ids, declared.Address) {
			return logic.True
		}
		if declared.ID != "" {
			result = logic.Of(slices.Contains(ids, declared.ID))
		}
	}
	for _, pack := range t.Graph.OfType("aws_config_conformance_pack", "aws_config_organization_conformance_pack") {
		passed := pack.Blocks("input_parameter").Any(func(b graph.Block) logic.Truth {
			if named := b.Attr("parameter_name").Is("InternetGatewayAuthorizedVpcOnlyParamAuthorizedVpcIds"); named != logic.True {
				return named
			}
			return lists(b.Attr("parameter_value"), vpc)
		})
		if pack.Maybe {
			passed = passed.And(logic.Unknown)
		}
		result = result.Or(passed)
	}
	return result
}

// lists decides whether the text, ids separated by commas, holds the id v.
func lists(text, v graph.Value) logic.Truth {
	if text.Kind() == graph.KindUnknown {
		return logic.Unknown
	}
	result := logic.False
	for id := range strings.SplitSeq(text.Text(), ",") {
		if id = strings.TrimSpace(id); id != "" {
			result = result.Or(v.Is(id))
		}
	}
	return result
}
