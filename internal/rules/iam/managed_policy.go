package iam

import (
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

// AWS's own policies are not declared and not judged.
var customerPolicy = []string{"aws_iam_policy"}

var noAdminAccess = rule.Rule{
	ID:     "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
	Types:  customerPolicy,
	Assert: forbids((*policy.Document).HasAdminStatement),
}

var noFullAccess = rule.Rule{
	ID:     "IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
	Types:  customerPolicy,
	Assert: forbids((*policy.Document).FullAccess),
}

var customerPolicyBlockedKMS = rule.Rule{
	ID:    "IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS",
	Types: customerPolicy,
	Assert: rule.With(func(t *rule.Target) rule.Verdict {
		return judgePolicy(t, blockedKMSActions(t))
	}, repairKMSPolicy),
}

// blockedKMSActions asks for an action of the parameter's patterns on all keys.
func blockedKMSActions(t *rule.Target) func(*policy.Document) policy.Answer {
	patterns := t.Param("blockedActionsPatterns").List()
	return func(d *policy.Document) policy.Answer {
		return d.AllowsAction(patterns, policy.AllKMSKeys())
	}
}

func forbids(question func(*policy.Document) policy.Answer) rule.Assertion {
	return rule.Unrepaired(func(t *rule.Target) rule.Verdict { return judgePolicy(t, question) }, ownersPolicy)
}

func judgePolicy(t *rule.Target, question func(*policy.Document) policy.Answer) rule.Verdict {
	verdict := ask(t.Attr("policy"), question).verdict()
	if exclude, _ := t.Param("excludePermissionBoundaryPolicy").Bool(); !exclude || verdict.Outcome() == rule.Compliant {
		return verdict
	}
	boundary := logic.Any(
		t.Attached("aws_iam_user", "permissions_boundary").Exist(),
		t.Attached("aws_iam_role", "permissions_boundary").Exist(),
	)
	switch boundary {
	case logic.True:
		return rule.Skip(t.Here(), "the policy is a permissions boundary, which the rule's parameters exclude")
	case logic.Unknown:
		return rule.Undecided(t.Here(), "the policy may be a permissions boundary, which the rule's parameters exclude")
	}
	return verdict
}
