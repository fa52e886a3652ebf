package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

var publicReadProhibited = rule.Rule{
	ID:    "S3_BUCKET_PUBLIC_READ_PROHIBITED",
	Types: orParts(splitPolicy, "aws_s3_bucket_acl"),
	Assert: access{
		actions:     []string{"s3:Get*", "s3:List*"},
		permissions: []string{"READ", "READ_ACP", "FULL_CONTROL"},
	}.prohibited(),
}

var publicWriteProhibited = rule.Rule{
	ID:    "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
	Types: orParts(splitPolicy, "aws_s3_bucket_acl"),
	Assert: access{
		actions: []string{"s3:Put*", "s3:Delete*", "s3:Create*", "s3:Update*", "s3:Abort*", "s3:Replicate*", "s3:Restore*",
			"s3:Bypass*", "s3:Tag*", "s3:Untag*"},
		permissions: []string{"WRITE", "WRITE_ACP", "FULL_CONTROL"},
	}.prohibited(),
}

// access is reading or writing, in the words of policies and of ACLs.
type access struct{ actions, permissions []string }

// prohibited asserts that the public does not have the access: neither by the
// policy nor by the ACL, unless a public access block takes it back.
//
// Where the configuration grants something to the public and says nothing of a
// block, there is none: S3 refuses public grants while the block is on that new
// buckets begin with. For the same reason the flags that refuse new grants do not
// help a bucket that has one; those that ignore grants do.
func (a access) prohibited() rule.Assertion {
	return withParts{forbids: true, Assertion: rule.With(func(t *rule.Target) rule.Verdict {
		switch t.Type {
		case splitPolicy:
			return a.byPolicy(t)
		case "aws_s3_bucket_acl":
			return a.byACL(t)
		}
		return rule.All(a.byPolicy(t), a.byACL(t))
	}, repairPublic)}
}

func (a access) byPolicy(t *rule.Target) rule.Verdict {
	public := askPolicy(t, func(d *policy.Document) policy.Answer { return d.AllowsPublic(a.actions...) }, "there is no bucket policy")
	return guarded(public, blocked(t, "restrict_public_buckets")).verdict()
}

func (a access) byACL(t *rule.Target) rule.Verdict {
	public := granted(t, func(public logic.Truth, permission graph.Value) logic.Truth {
		return public.And(permission.OneOf(a.permissions...))
	})
	return guarded(public, blocked(t, "ignore_public_acls"), ownerEnforced(t)).verdict()
}

// guarded decides whether a public grant is absent, or without effect because
// the block or another guard is True. It is undecided because of the grant, if
// that is, else because of a guard.
func guarded(public, block finding, others ...finding) finding {
	result := public
	result.truth = public.truth.Not()
	if result.truth == logic.False && block.truth == logic.False {
		result.wrong += ", and " + block.wrong
	}
	for _, g := range append([]finding{block}, others...) {
		switch {
		case result.truth == logic.True:
			return result
		case g.truth == logic.True:
			return g
		case g.truth == logic.Unknown && result.truth == logic.False:
			result = finding{at: g.at, named: g.named, open: public.wrong + "; " + g.reason()}
		}
	}
	return result
}

// blocked decides whether a flag of the bucket's public access block, or of the
// account's, is on.
func blocked(t *rule.Target, flag string) finding {
	f := setting{
		split: "aws_s3_bucket_public_access_block",
		ofSplit: func(r *graph.Resource) finding {
			v := r.Attr(flag).Or(graph.Bool(false))
			return finding{truth: v.IsTrue(), at: v, named: flag, wrong: flag + " is " + v.Display()}
		},
	}.find(t, "no aws_s3_bucket_public_access_block is on")
	if f.truth == logic.True {
		return f
	}
	for _, r := range t.Graph.OfType(accountBlock) {
		v := r.Attr(flag).Or(graph.Bool(false))
		truth := v.IsTrue()
		if r.Maybe && truth != logic.False {
			truth, v = logic.Unknown, graph.UnknownValue(r.Cause)
		}
		if truth == logic.True || truth == logic.Unknown && f.truth == logic.False {
			f = finding{truth: truth, at: v, named: r.Address + "." + flag}
		}
	}
	return f
}
