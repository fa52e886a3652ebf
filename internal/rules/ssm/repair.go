package ssm

import "safeguard/internal/rule"

// repairDocument shares the document with nobody: which accounts are meant, only
// its owner knows.
func repairDocument(*rule.Target) rule.Repair {
	return rule.To(rule.Unset{Names: []string{"permissions"}})
}

// repairInstance gives the instance a profile by which its agent can register;
// that it does, only AWS sees.
func repairInstance(*rule.Target) rule.Repair {
	return rule.CannotRepair("attach an instance profile with AmazonSSMManagedInstanceCore (safeguard fix --rule EC2_INSTANCE_PROFILE_ATTACHED does, for an instance without one), then run safeguard audit: only AWS knows whether the agent registers")
}
