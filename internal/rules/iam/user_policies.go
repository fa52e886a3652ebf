package iam

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var user = []string{"aws_iam_user"}

var userNoPolicies = rule.Rule{
	ID:     "IAM_USER_NO_POLICIES_CHECK",
	Types:  []string{"aws_iam_user", "aws_iam_user_policy", "aws_iam_user_policy_attachment", "aws_iam_policy_attachment"},
	Assert: rule.With(evalUserPolicies, repairUserPolicies),
}

// A permissions boundary is no policy of the user. What gives a policy to a user
// that is not declared here is judged in its place.
func evalUserPolicies(t *rule.Target) rule.Verdict {
	switch t.Type {
	case "aws_iam_policy_attachment":
		users, _ := t.Attr("users").Elements()
		return givesPolicy(t, users...)
	case "aws_iam_user_policy", "aws_iam_user_policy_attachment":
		return givesPolicy(t, t.Attr("user"))
	}
	is := func(format string) func(*graph.Resource) fault {
		return func(r *graph.Resource) fault {
			return decide(logic.True, graph.AbsentValue(), "", format, r.Address)
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

// givesPolicy is the fault of giving a policy to users of whom none is declared.
func givesPolicy(t *rule.Target, users ...graph.Value) rule.Verdict {
	for _, u := range users {
		if u.NonEmpty() == logic.False || !ofElsewhere(t, u, "aws_iam_user") {
			return rule.Nothing()
		}
	}
	if len(users) == 0 {
		return rule.Nothing()
	}
	return rule.Fail(t.Here(), "this gives a policy to a user: users get theirs from groups and roles")
}
