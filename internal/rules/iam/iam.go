// Package iam holds the rules about AWS Identity and Access Management.
//
// Rules about managed policies judge those of the customer, aws_iam_policy.
// Rules about inline policies judge the user, role or group that has them, for
// that is what AWS Config records, wherever the policies are written.
package iam

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	customerPolicyBlockedKMS,
	inlinePolicyBlockedKMS,
	noInlinePolicy,
	passwordPolicy,
	noAdminAccess,
	noFullAccess,
	userMFA,
	userNoPolicies,
	consoleMFA,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS
