package iam

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var user = []string{"aws_iam_user"}

var userNoPolicies = rule.Rule{
	ID:     "IAM_USER_NO_POLICIES_CHECK",
	Types:  user,
	Assert: rule.Func(evalUserPolicies),
}

// A permissions boundary is no policy of the user.
func evalUserPolicies(t *rule.Target) rule.Verdict {
	is := func(format string) func(*graph.Resource) fault {
		return func(r *graph.Resource) fault {
			return decide(graph.True, graph.AbsentValue(), "", format, r.Address)
		}
	}
	fs := companionFaults(t, t.Attached("aws_iam_user_policy", "user"), is("%s is an inline policy of this user"))
	fs = append(fs, companionFaults(t, t.Attached("aws_iam_user_policy_attachment", "user"), is("%s attaches a policy to this user"))...)
	fs = append(fs, companionFaults(t, t.Attached("aws_iam_policy_attachment", "users"), is("%s attaches a policy to this user"))...)
	fs = append(fs, companionFaults(t, t.Attached("aws_iam_user_policy_attachments_exclusive", "user_name"), func(r *graph.Resource) fault {
		v := r.Attr("policy_arns")
		return decide(v.NonEmpty(), v, "policy_arns", "%s attaches policies to this user", r.Address)
	})...)
	return worst(append(fs, elsewhere(t))...).verdict()
}
