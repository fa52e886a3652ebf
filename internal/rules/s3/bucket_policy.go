package s3

import (
	"errors"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

const splitPolicy = "aws_s3_bucket_policy"

// askPolicy asks the policy of a bucket a question: False, with missing, if it
// has none. The policy stands in a resource of its own or in the bucket.
func askPolicy(t *rule.Target, question func(*policy.Document) policy.Answer, missing string) finding {
	return setting{
		split: splitPolicy,
		ofSplit: func(r *graph.Resource) finding {
			return askDocument(r.Attr("policy"), question, missing)
		},
	}.orInline(t, missing, func() (finding, bool) {
		v := t.Attr("policy")
		return askDocument(v, question, missing), v.NonEmpty() != logic.False
	})
}

func askDocument(v graph.Value, question func(*policy.Document) policy.Answer, missing string) finding {
	f := finding{at: v, named: "policy", wrong: missing}
	text := v.Text()
	switch {
	case v.Kind() == graph.KindUnknown:
		return f
	case strings.TrimSpace(text) == "":
		f.truth = logic.False
		return f
	}
	doc, err := policy.Parse(text)
	if unknown, ok := errors.AsType[*policy.UnknownError](err); ok {
		f.open = unknown.Cause
		return f
	}
	if err != nil {
		f.open = "the policy cannot be read: " + err.Error()
		return f
	}
	answer := question(doc)
	f.truth, f.wrong = answer.Truth, answer.Reason
	if f.truth == logic.Unknown {
		f.open = answer.Reason
		if len(answer.Causes) > 0 {
			f.open += ": " + strings.Join(answer.Causes, "; ")
		}
	}
	return f
}

// partitions are those of AWS in which a literal ARN may be.
var partitions = []string{"aws", "aws-us-gov", "aws-cn"}

// arns are the ways in which a policy may spell the ARN of a bucket: by
// reference, and by name as far as the configuration tells it. The resource is
// the bucket or its policy.
func arns(r *graph.Resource) []string {
	var spellings []string
	if refs := r.Attr("bucket").Refs(); r.Type != splitPolicy {
		spellings = append(spellings, graph.Ref{Address: r.Address, Attribute: "arn"}.Placeholder())
	} else if len(refs) > 0 {
		spellings = append(spellings, graph.Ref{Address: refs[0].Address, Attribute: "arn"}.Placeholder())
	}
	if r.ARN != "" {
		spellings = append(spellings, r.ARN)
	}
	name := r.Attr("bucket")
	text := name.Text()
	if c := name.Cause(); name.Kind() == graph.KindUnknown && c.Exact {
		text = c.Placeholder()
	}
	if text != "" {
		for _, p := range partitions {
			spellings = append(spellings, "arn:"+p+":s3:::"+text)
		}
	}
	return spellings
}
