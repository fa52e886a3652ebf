package iam

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var passwordPolicy = rule.Rule{
	ID:     "IAM_PASSWORD_POLICY",
	Assert: rule.With(evalPasswordPolicy, repairPasswordPolicy),
}

const passwordPolicyType = "aws_iam_account_password_policy"

// flags and numbers are what a password policy must have, with the parameter
// that demands it. What is left out is off; the provider's shortest length is 6.
var (
	flags = []struct{ attr, param string }{
		{"require_uppercase_characters", "RequireUppercaseCharacters"},
		{"require_lowercase_characters", "RequireLowercaseCharacters"},
		{"require_symbols", "RequireSymbols"},
		{"require_numbers", "RequireNumbers"},
	}
	numbers = []struct {
		attr, param string
		def         float64
		atMost      bool
	}{
		{"minimum_password_length", "MinimumPasswordLength", 6, false},
		{"password_reuse_prevention", "PasswordReusePrevention", 0, false},
		{"max_password_age", "MaxPasswordAge", 0, true},
	}
)

func evalPasswordPolicy(t *rule.Target) rule.Verdict {
	bad := ""
	for _, r := range t.Graph.OfType(passwordPolicyType) {
		if f := weakness(t, r); f.truth == logic.True {
			bad = f.text
			break
		}
	}
	return rule.Somewhere(t, passwordPolicyType, func(r *graph.Resource) (logic.Truth, graph.Value) {
		f := weakness(t, r)
		return f.truth.Not(), f.at
	}, bad, passwordPolicyType)
}

// weakness is the first thing in which a password policy is too weak.
func weakness(t *rule.Target, r *graph.Resource) fault {
	var fs []fault
	for _, p := range flags {
		if wanted, _ := t.Param(p.param).Bool(); !wanted {
			continue
		}
		v := r.Attr(p.attr)
		fs = append(fs, decide(v.IsTrue().Not(), v, "", "%s is %s, must be true", p.attr, v.Display()))
	}
	for _, p := range numbers {
		limit, wanted := t.Param(p.param).Int()
		if !wanted {
			continue
		}
		v := r.Attr(p.attr)
		effective := v.Or(graph.Number(p.def, fmt.Sprint(p.def)))
		if p.atMost { // 0 days means that passwords never expire
			holds := effective.AtLeast(1).And(effective.AtLeast(float64(limit) + 1).Not())
			fs = append(fs, decide(holds.Not(), v, "", "%s is %s, must be 1 to %d", p.attr, v.Display(), limit))
			continue
		}
		fs = append(fs, decide(effective.AtLeast(float64(limit)).Not(), v, "", "%s is %s, must be at least %d", p.attr, v.Display(), limit))
	}
	return worst(fs...)
}
