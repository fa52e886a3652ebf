package iam

import (
	"errors"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// ask asks the policy document v, the attribute policy of something, whether it
// has a fault.
func ask(v graph.Value, question func(*policy.Document) policy.Answer) fault {
	f := fault{at: v, named: "policy"}
	switch {
	case v.Kind() == graph.KindUnknown:
		f.text = v.Cause().Text
		return f
	case v.NonEmpty() == logic.False:
		f.text = "there is no policy document"
		return f
	}
	doc, err := policy.Parse(v.Text())
	if unknown, ok := errors.AsType[*policy.UnknownError](err); ok {
		f.text = unknown.Cause
		return f
	}
	if err != nil {
		f.text = "the policy document cannot be read: " + err.Error()
		return f
	}
	answer := question(doc)
	f.truth, f.text = answer.Truth, answer.Reason
	if f.truth == logic.Unknown && len(answer.Causes) > 0 {
		f.text += ": " + strings.Join(answer.Causes, "; ")
	}
	return f
}
