package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var aclProhibited = rule.Rule{
	ID:     "S3_BUCKET_ACL_PROHIBITED",
	Types:  orParts("aws_s3_bucket_acl"),
	Assert: withParts{Assertion: rule.With(evalACLProhibited, repairACL), forbids: true},
}

// A grant to others is a fault unless Object Ownership disables ACLs; it does
// where nothing says otherwise since April 2023, and then S3 refuses the ACL, so
// that a bucket that has one has them enabled.
func evalACLProhibited(t *rule.Target) rule.Verdict {
	enforced := ownerEnforced(t)
	if enforced.truth == logic.True {
		return enforced.verdict()
	}
	grants := granted(t, func(logic.Truth, graph.Value) logic.Truth { return logic.True })
	told := partsOf(t, ownershipControls).Lacks != logic.True
	switch {
	case grants.truth == logic.True && enforced.truth == logic.False:
		return rule.Fail(grants.at, "%s", grants.wrong).Named(grants.named)
	case grants.truth == logic.False && !told:
		return rule.Pass(logic.True, t.Here(), "S3 disables the ACLs of new buckets, and none grants anything to others than the owner")
	case enforced.truth == logic.Unknown:
		return enforced.verdict()
	case grants.truth == logic.Unknown:
		return rule.Undecided(grants.at, "%s", grants.reason()).Named(grants.named)
	}
	return rule.Undecided(enforced.at, "%s: ACLs are enabled but grant nothing to others than the owner, and AWS does not document whether that passes: use \"BucketOwnerEnforced\", or run safeguard audit", enforced.wrong).Named(enforced.named)
}

const ownershipControls = "aws_s3_bucket_ownership_controls"

// ownerEnforced decides whether the configuration says that ACLs are disabled.
func ownerEnforced(t *rule.Target) finding {
	return setting{
		split: ownershipControls,
		ofSplit: func(r *graph.Resource) finding {
			const path = "object_ownership"
			f := anyOf(r.Blocks("rule"), path, func(v graph.Value) logic.Truth { return v.Is("BucketOwnerEnforced") })
			f.wrong = "object_ownership is " + f.at.Display()
			return f.under("rule")
		},
	}.find(t, "no aws_s3_bucket_ownership_controls refers to this bucket")
}
