// Package rule says what a rule is: a value that names an AWS Config rule, the
// Terraform types it starts from and an Assertion that decides one resource.
//
// Rules are pure functions of a Target. A verdict can only be made from a
// logic.Truth, so that a case forgotten is undecided and never compliant.
// Title, severity, citations and effort belong to package hipaa, by identifier.
package rule

import (
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
)

// A Rule judges resources as the AWS Config managed rule of the same
// identifier does.
type Rule struct {
	// ID is AWS's SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED.
	ID string
	// Types are the Terraform types of the resources that AWS evaluates under
	// the rule; each instance of them gets one verdict. Empty for a rule about
	// the account, which gets one verdict per root and a Target without Resource.
	Types []string
	// Assert decides.
	Assert Assertion
}

// IsAccount reports whether the rule is about the account as a whole.
func (r *Rule) IsAccount() bool { return len(r.Types) == 0 }

// An Assertion decides one resource and, where it can, repairs it.
type Assertion interface {
	// Eval decides. It must be a pure function of the target.
	Eval(*Target) Verdict
	// Repair is what would make the resource compliant; the zero Repair means
	// that there is no automatic one and the guidance from hipaa applies.
	Repair(*Target) Repair
}

// Func adapts a plain function to an Assertion without a repair.
type Func func(*Target) Verdict

// Eval calls f.
func (f Func) Eval(t *Target) Verdict { return f(t) }

// Repair returns the zero Repair.
func (f Func) Repair(*Target) Repair { return Repair{} }

// A Target is one resource under judgement, or the account.
type Target struct {
	*graph.Resource              // nil for a rule about the account
	Graph           *graph.Graph // the whole root
	// WholeAccount says that the graph is all there is in the account, so that
	// what is not declared does not exist.
	WholeAccount bool
	// Param gives the rule's parameters by AWS's names, the pack's defaults
	// unless the user set others; "" for one that is unset.
	Param func(name string) hipaa.Value
}

// Attached finds the resources of typ whose attribute at path refers to the target.
func (t *Target) Attached(typ, path string) graph.Companions {
	return t.Graph.Attached(t.Resource, typ, path)
}

// Here is the target itself as a place for a verdict to point at.
func (t *Target) Here() graph.Value {
	if t.Resource == nil {
		return graph.AbsentValue()
	}
	return graph.AbsentValue().From(graph.At(t.Location()))
}
