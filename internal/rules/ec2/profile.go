package ec2

import (
	"strings"

	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var profileAttached = rule.Rule{
	ID:     "EC2_INSTANCE_PROFILE_ATTACHED",
	Types:  instances,
	Assert: rule.With(evalProfile, repairProfile),
}

func evalProfile(t *rule.Target) rule.Verdict {
	if v, none := launchesNone(t); none {
		return v
	}
	l := launchOf(t)
	profile := l.setting("iam_instance_profile", "iam_instance_profile.name", "iam_instance_profile")
	if arn := l.setting("iam_instance_profile", "iam_instance_profile.arn", "iam_instance_profile"); profile.NonEmpty() == logic.False {
		profile = arn
	}
	verdict := rule.Require(profile.NonEmpty(), profile, "no instance profile is attached").Named("iam_instance_profile")
	allowed := t.Param("IamInstanceProfileArnList").List()
	if len(allowed) == 0 || verdict.Outcome() != rule.Compliant {
		return verdict
	}
	listed := logic.False
	for _, arn := range allowed {
		listed = listed.Or(profile.Is(arn)).Or(profile.Is(arn[strings.LastIndexByte(arn, '/')+1:]))
	}
	return rule.Require(listed, profile, "the instance profile %s is not among the allowed ones", profile.Display()).Named("iam_instance_profile")
}
