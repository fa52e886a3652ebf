package iam

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var userMFA = rule.Rule{
	ID:    "IAM_USER_MFA_ENABLED",
	Types: user,
	Assert: rule.Func(func(t *rule.Target) rule.Verdict {
		return assigned(t, "only AWS knows whether the user has an MFA device, which Terraform cannot assign: run safeguard audit")
	}),
}

var consoleMFA = rule.Rule{
	ID:     "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
	Types:  user,
	Assert: rule.Func(evalConsoleMFA),
}

// A user without a password needs no MFA device here.
func evalConsoleMFA(t *rule.Target) rule.Verdict {
	switch profiles := t.Attached("aws_iam_user_login_profile", "user"); profiles.Lacks {
	case logic.True:
		return rule.Pass(logic.True, t.Here(), "no aws_iam_user_login_profile gives this user a password")
	case logic.False:
		return assigned(t, "the user has a password, and only AWS knows whether it has an MFA device: run safeguard audit").
			With(profiles.Items[0].Address, "", graph.AbsentValue().From(graph.At(profiles.Items[0].Location())))
	default:
		return rule.Because(t.Here(), profiles.Cause)
	}
}

// assigned is COMPLIANT if a device is known to be the user's, as a state may
// tell, and undecided otherwise: aws_iam_virtual_mfa_device makes a device but
// gives it to nobody.
func assigned(t *rule.Target, otherwise string) rule.Verdict {
	if devices := t.Attached("aws_iam_virtual_mfa_device", "user_name"); devices.Lacks == logic.False {
		return rule.Missing(t, devices, "no MFA device")
	}
	return rule.Undecided(t.Here(), "%s", otherwise)
}
