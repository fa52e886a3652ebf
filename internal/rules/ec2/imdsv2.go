package ec2

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var imdsv2 = rule.Rule{
	ID:     "EC2_IMDSV2_CHECK",
	Types:  instances,
	Assert: rule.With(evalIMDSv2, repairIMDSv2),
}

// evalIMDSv2 goes the way by which AWS finds the option: what the launch says,
// then the default of the account, then that of the image, then "optional".
func evalIMDSv2(t *rule.Target) rule.Verdict {
	if v, none := launchesNone(t); none {
		return v
	}
	const path = "metadata_options.http_tokens"
	l := launchOf(t)
	tokens := l.setting(path, path, path)
	if tokens.NonEmpty() != logic.False {
		return rule.Require(tokens.Is("required"), tokens, "%s is %s, must be \"required\"", path, tokens.Display()).Named(path)
	}
	for _, d := range t.Graph.OfType("aws_ec2_instance_metadata_defaults") {
		v := d.Attr("http_tokens").Or(graph.String("no-preference"))
		required := v.Is("required").And(sameRegion(d, t.Resource))
		switch {
		case required == logic.False:
		case d.Maybe:
			return rule.Because(t.Here(), d.Cause)
		case required == logic.True:
			return rule.Pass(required, v, "%s requires tokens", d.Address)
		case v.Kind() == graph.KindUnknown:
			return rule.Because(v, v.Cause())
		default:
			return rule.Undecided(v, "the Region of %s is not known", d.Address)
		}
	}
	if image := l.setting("ami", "image_id", "image_id"); imageRequiresTokens(t.Graph, image) {
		return rule.Pass(logic.True, image, "the image requires tokens unless told otherwise").Named("ami")
	}
	return rule.Require(logic.False, t.Here(), "%s is not set (default \"optional\"), must be \"required\"", path).Named(path)
}

// imageRequiresTokens reports whether an image is known to have the option
// imds_support v2.0, as that of Amazon Linux 2023 has.
func imageRequiresTokens(g *graph.Graph, image graph.Value) bool {
	if s, ok := image.Literal(); ok {
		return strings.Contains(s, amazonLinux2023)
	}
	r := base(g, image)
	switch {
	case r == nil:
		return false
	case r.Type == "aws_ssm_parameter":
		name, _ := r.Attr("name").Literal()
		return strings.Contains(name, amazonLinux2023)
	case r.Type != "aws_ami":
		return false
	case !r.Data:
		return r.Attr("imds_support").Is("v2.0") == logic.True
	}
	return r.Blocks("filter").Any(func(b graph.Block) logic.Truth {
		names, _ := b.Attr("values").Elements()
		all := logic.Of(len(names) > 0)
		for _, n := range names {
			s, _ := n.Literal()
			all = all.And(logic.Of(strings.HasPrefix(s, amazonLinux2023)))
		}
		return b.Attr("name").Is("name").And(all)
	}) == logic.True
}

// amazonLinux2023 begins the names of AWS's images of Amazon Linux 2023, and is
// part of the names of the parameters that hold their ids.
const amazonLinux2023 = "al2023-ami-"
