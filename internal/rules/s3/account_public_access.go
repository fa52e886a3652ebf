package s3

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var accountPublicAccess = rule.Rule{
	ID:     "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
	Assert: rule.Func(evalAccountPublicAccess),
}

const accountBlock = "aws_s3_account_public_access_block"

// accountFlags are the attributes by the names of the parameters.
var accountFlags = []struct{ param, attr string }{
	{"BlockPublicAcls", "block_public_acls"},
	{"BlockPublicPolicy", "block_public_policy"},
	{"IgnorePublicAcls", "ignore_public_acls"},
	{"RestrictPublicBuckets", "restrict_public_buckets"},
}

func evalAccountPublicAccess(t *rule.Target) rule.Verdict {
	matches := func(r *graph.Resource) (logic.Truth, graph.Value) {
		result, at := logic.True, graph.AbsentValue()
		for _, flag := range accountFlags {
			v := r.Attr(flag.attr).Or(graph.Bool(false))
			switch truth := matchesParam(t, flag.param, v); {
			case truth == logic.False:
				return truth, v
			case truth == logic.Unknown && result == logic.True:
				result, at = truth, v
			}
		}
		return result, at
	}
	bad := "the block does not have the demanded settings"
	for _, r := range t.Graph.OfType(accountBlock) {
		var wrong []string
		for _, flag := range accountFlags {
			if v := r.Attr(flag.attr).Or(graph.Bool(false)); matchesParam(t, flag.param, v) == logic.False {
				wrong = append(wrong, flag.attr+" is "+v.Display())
			}
		}
		if len(wrong) > 0 {
			bad = strings.Join(wrong, ", ")
			break
		}
	}
	return rule.Somewhere(t, accountBlock, matches, bad, accountBlock)
}

// matchesParam decides whether a flag is what its parameter demands, which is
// true unless it says otherwise.
func matchesParam(t *rule.Target, param string, v graph.Value) logic.Truth {
	if want, ok := t.Param(param).Bool(); ok && !want {
		return v.IsTrue().Not()
	}
	return v.IsTrue()
}
