package iam

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// ownersPolicy says why nobody but its owner can narrow a policy.
const ownersPolicy = "what the policy is used for, the code does not say: take the actions and resources from IAM Access Analyzer or last-accessed data"

// repairPasswordPolicy makes the account's password policy as strong as the pack
// asks for. It is declared once for an account, so that none is made here.
func repairPasswordPolicy(t *rule.Target) rule.Repair {
	policies := t.Graph.OfType("aws_iam_account_password_policy")
	if len(policies) != 1 {
		return rule.CannotRepair("declare one aws_iam_account_password_policy for the account, in the configuration that sets it up")
	}
	return rule.To(rule.Set{On: policies[0], Code: `
		require_uppercase_characters = true
		require_lowercase_characters = true
		require_symbols              = true
		require_numbers              = true
		minimum_password_length      = 14
		password_reuse_prevention    = 24
		max_password_age             = 90
	`})
}

// repairInline makes a managed policy of the inline one, and attaches it to the
// same identity.
func repairInline(t *rule.Target) rule.Repair {
	id, ok := identities[t.Type]
	if !ok {
		return rule.CannotRepair("the identity is not declared here")
	}
	if t.Blocks("inline_policy").Exist() != logic.False {
		return rule.CannotRepair("the policy is an inline_policy block: make an aws_iam_policy of it with an attachment, apply that, then remove the block")
	}
	r := rule.Repair{Notes: []string{"while it is applied, the identity is without this policy for seconds"}}
	for _, p := range t.Attached(id.policy, id.attr).Items {
		r.Changes = append(r.Changes, managed(t.Graph, p, id.attr, id.policy+"_attachment")...)
	}
	return r
}
