package ssm

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var documentNotPublic = rule.Rule{
	ID:     "SSM_DOCUMENT_NOT_PUBLIC",
	Types:  []string{"aws_ssm_document"},
	Assert: rule.With(evalDocument, repairDocument),
}

func evalDocument(t *rule.Target) rule.Verdict {
	const path = "permissions.account_ids"
	v := t.Get(path)
	return rule.Require(sharedWithAll(v).Not(), v, "the document is shared with everyone: account_ids is %s", v.Display()).Named(path)
}

// sharedWithAll decides whether account IDs, separated by commas, hold the word
// that stands for all accounts.
func sharedWithAll(v graph.Value) logic.Truth {
	if v.Kind() == graph.KindUnknown {
		return logic.Unknown
	}
	shared := logic.False
	for _, p := range graph.Parts(v.Text()) {
		for id := range strings.SplitSeq(p.Literal, ",") {
			shared = shared.Or(logic.Of(strings.EqualFold(strings.TrimSpace(id), "all")))
		}
		if p.Hole != nil {
			shared = shared.Or(logic.Unknown)
		}
	}
	return shared
}
