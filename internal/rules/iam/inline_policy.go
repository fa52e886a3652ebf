package iam

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// An identity tells where the inline policies of a user, role or group stand.
type identity struct {
	attr      string // by which a policy names it
	policy    string // type of a policy that is a resource of its own
	exclusive string // type that lists the names of all policies
}

var identities = map[string]identity{
	"aws_iam_group": {"group", "aws_iam_group_policy", "aws_iam_group_policies_exclusive"},
	"aws_iam_role":  {"role", "aws_iam_role_policy", "aws_iam_role_policies_exclusive"},
	"aws_iam_user":  {"user", "aws_iam_user_policy", "aws_iam_user_policies_exclusive"},
}

// identityTypes are what the rules about inline policies judge: identities, and
// the policies of those that are not declared here.
var identityTypes = []string{
	"aws_iam_group", "aws_iam_role", "aws_iam_user",
	"aws_iam_group_policy", "aws_iam_role_policy", "aws_iam_user_policy",
}

var noInlinePolicy = rule.Rule{
	ID:    "IAM_NO_INLINE_POLICY_CHECK",
	Types: identityTypes,
	Assert: rule.With(func(t *rule.Target) rule.Verdict {
		return judgeInline(t, func(graph.Value) fault {
			return fault{truth: logic.True, at: graph.AbsentValue()}
		})
	}, repairInline),
}

var inlinePolicyBlockedKMS = rule.Rule{
	ID:    "IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS",
	Types: identityTypes,
	Assert: rule.With(func(t *rule.Target) rule.Verdict {
		question := blockedKMSActions(t)
		return judgeInline(t, func(document graph.Value) fault { return ask(document, question) })
	}, repairInlineKMS),
}

// judgeInline judges the inline policies of the target, or the target as one.
func judgeInline(t *rule.Target, judge func(document graph.Value) fault) rule.Verdict {
	if _, ok := identities[t.Type]; ok {
		return inlineFault(t, judge).verdict()
	}
	typ := strings.TrimSuffix(t.Type, "_policy")
	if !ofElsewhere(t, t.Attr(identities[typ].attr), typ) {
		return rule.Nothing()
	}
	f := judge(t.Attr("policy")).orText("this is an inline policy of a %s", identities[typ].attr)
	if f.at.Location() == (graph.Location{}) {
		f.at = t.Here()
	}
	return f.verdict().Fault()
}

// ofElsewhere reports whether name is that of an identity that is not declared here.
func ofElsewhere(t *rule.Target, name graph.Value, typ string) bool {
	_, declared := t.Graph.Referent(name, typ)
	told := name.Kind() == graph.KindString || name.Cause().Exact
	return declared != logic.True && told
}

// inlineFault judges all inline policies of the target and returns the worst
// fault. A fault without a text gets one that names the policy.
func inlineFault(t *rule.Target, judge func(document graph.Value) fault) fault {
	id := identities[t.Type]
	var fs []fault
	var names []graph.Value
	for i, b := range t.Blocks("inline_policy").Items {
		names = append(names, b.Attr("name"))
		fs = append(fs, blockFault(i, b, judge))
	}
	companions := t.Attached(id.policy, id.attr)
	fs = append(fs, companionFaults(t, companions, func(r *graph.Resource) fault {
		names = append(names, r.Attr("name"))
		return judge(r.Attr("policy")).orText("%s is an inline policy of this %s", r.Address, id.attr)
	})...)
	fs = append(fs, companionFaults(t, t.Attached(id.exclusive, id.attr+"_name"), func(r *graph.Resource) fault {
		return undeclared(r, names)
	})...)
	return worst(append(fs, elsewhere(t))...)
}

// blockFault judges the i-th inline_policy block. A block without a policy
// declares none: an empty one tells the provider to remove all.
func blockFault(i int, b graph.Block, judge func(graph.Value) fault) fault {
	document := b.Attr("policy")
	if document.NonEmpty() == logic.False {
		return none
	}
	f := judge(document).orText("inline_policy %d is an inline policy of this role", i+1)
	f.named = "inline_policy"
	if f.at.Location() == (graph.Location{}) {
		f.at = f.at.From(graph.At(b.Location()))
	}
	if document.NonEmpty() == logic.Unknown && document.SourceType() != "data.aws_iam_policy_document" {
		f = f.perhaps(document.Cause())
	}
	if b.Maybe {
		f = f.perhaps(b.Cause)
	}
	return f
}

// undeclared is the fault that a list of all inline policies may name one that
// is declared nowhere here, and so has an unknown document.
func undeclared(exclusive *graph.Resource, declared []graph.Value) fault {
	v := exclusive.Attr("policy_names")
	names, ok := v.Elements()
	if !ok {
		return fault{at: v, named: "policy_names", text: v.Cause().Text}
	}
	for _, name := range names {
		known := logic.False
		for _, d := range declared {
			known = known.Or(sameName(name, d))
		}
		if known == logic.False {
			return fault{at: v, named: "policy_names", text: fmt.Sprintf("inline policy %s is declared elsewhere: run safeguard audit", name.Display())}
		}
	}
	return none
}

// sameName decides whether two names may be the same; one that AWS or a
// variable gives may be any.
func sameName(a, b graph.Value) logic.Truth {
	if a.Kind() != graph.KindString || b.Kind() != graph.KindString {
		return logic.Unknown
	}
	return graph.SameText(a.Text(), b.Text())
}

// orText is f with a text, where it has none.
func (f fault) orText(format string, args ...any) fault {
	if f.text == "" {
		f.text = fmt.Sprintf(format, args...)
	}
	return f
}
