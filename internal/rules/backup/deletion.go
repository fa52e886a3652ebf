package backup

import (
	"errors"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

const vault = "aws_backup_vault"

var recoveryPointDeletion = rule.Rule{
	ID:     "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
	Types:  []string{vault},
	Assert: rule.With(evalDeletion, repairDeletion),
}

// manualDeletion are the actions by which a person gets rid of recovery points,
// or of what keeps people from it.
var manualDeletion = []string{
	"backup:DeleteRecoveryPoint",
	"backup:UpdateRecoveryPointLifecycle",
	"backup:PutBackupVaultAccessPolicy",
}

// evalDeletion wants a policy that denies the actions to everyone on everything:
// AWS asks for wildcards in Principal and Resource. A vault lock does not count.
func evalDeletion(t *rule.Target) rule.Verdict {
	policies := t.Attached("aws_backup_vault_policy", "backup_vault_name")
	if len(policies.Items) == 0 && (policies.Lacks == logic.True || len(policies.Possible) == 0) {
		return rule.Missing(t, policies, "no aws_backup_vault_policy denies deleting recovery points of this vault")
	}
	var first rule.Verdict
	for i, p := range append(policies.Items, policies.Possible...) {
		v := judgePolicy(p, t.Param("principalArnList").List())
		switch {
		case i == 0:
			first = v
		case v.Outcome() != first.Outcome():
			return rule.Undecided(t.Here(), "several aws_backup_vault_policy are for this vault and differ: the last one that is applied is in effect")
		}
	}
	if len(policies.Items) == 0 && first.Outcome() == rule.Compliant {
		return rule.Because(t.Here(), policies.Cause)
	}
	return first
}

// judgePolicy judges the policy of a vault.
func judgePolicy(p *graph.Resource, except []string) rule.Verdict {
	v := p.Attr("policy")
	if v.Kind() == graph.KindUnknown {
		return rule.Because(v, v.Cause())
	}
	doc, err := policy.Parse(v.Text())
	if unknown, ok := errors.AsType[*policy.UnknownError](err); ok {
		return rule.Undecided(v, "%s", unknown.Cause)
	}
	if err != nil {
		return rule.Undecided(v, "%s: the policy cannot be read: %v", p.Address, err)
	}
	answer := doc.Denies(policy.Question{Actions: manualDeletion, Resources: [][]string{{"*"}}, Except: except})
	switch answer.Truth {
	case logic.True:
		return rule.Require(logic.True, v, "").Named(p.Address + ".policy")
	case logic.Unknown:
		reason := answer.Reason
		if len(answer.Causes) > 0 {
			reason += ": " + strings.Join(answer.Causes, "; ")
		}
		return rule.Undecided(v, "%s", reason).Named(p.Address + ".policy")
	}
	return rule.Fail(v, "%s", answer.Reason).Named(p.Address + ".policy")
}
