package hipaa

import "sync"

// A Guide tells people what a rule checks in all its corners, how Terraform
// decides it and how to fix it.
type Guide struct {
	// Rule is the identifier of the rule.
	Rule string `json:"rule"`
	// Compliant, NonCompliant and NotApplicable say when AWS gives that result.
	// NotApplicable is empty where AWS documents no such case.
	Compliant     string `json:"compliant"`
	NonCompliant  string `json:"non_compliant"`
	NotApplicable string `json:"not_applicable,omitempty"`
	// CornerCases are what one would not expect.
	CornerCases []string `json:"corner_cases,omitempty"`
	// SeverityReason is the reason for a severity that no Security Hub control
	// gives, without a final period.
	SeverityReason string `json:"severity_reason,omitempty"`
	// Terraform tells how the configuration decides.
	Terraform Terraform `json:"terraform"`
	// Fix tells what makes a resource compliant.
	Fix Fix `json:"fix"`
	// Effort is what the fix costs.
	Effort Effort `json:"effort"`
	// Confidence is ConfidenceMedium where AWS's documentation is ambiguous.
	Confidence Confidence `json:"confidence,omitempty"`
}

// Terraform tells how a configuration decides a rule or a control.
type Terraform struct {
	// Resources are the resource types and data sources to look at, the ones
	// that are judged first.
	Resources []string `json:"resources,omitempty"`
	// How is the reasoning from their attributes to a verdict.
	How string `json:"how"`
}

// A Fix tells what makes a resource compliant.
type Fix struct {
	Kind FixKind `json:"kind"`
	Risk Risk    `json:"risk"`
	// Summary says what to do.
	Summary string `json:"summary"`
	// Terraform names the attributes and resources to write: notes, no code that
	// could be copied as it is.
	Terraform string `json:"terraform,omitempty"`
	// Notes are side effects and traps.
	Notes string `json:"notes,omitempty"`
}

// FixKind is the sort of work that a fix is.
type FixKind string

// The kinds of fixes.
const (
	FixOption       FixKind = "option"       // change an attribute
	FixNewResource  FixKind = "new-resource" // add a resource
	FixArchitecture FixKind = "architecture" // build it differently, move data
	FixAccount      FixKind = "account"      // a setting of the account
	FixProcess      FixKind = "process"      // people do something
)

// Risk is the worst that a fix does to what runs.
type Risk string

// The risks.
const (
	RiskNone        Risk = "none"
	RiskCost        Risk = "cost"        // costs money as long as it exists
	RiskDowntime    Risk = "downtime"    // may interrupt, or break clients
	RiskReplacement Risk = "replacement" // replaces the resource
	RiskDataLoss    Risk = "data-loss"   // may destroy data
)

// Effort is an estimate in hours for a senior engineer.
type Effort struct {
	// Optimistic and Pessimistic are for the first resource.
	Optimistic  float64 `json:"optimistic"`
	Pessimistic float64 `json:"pessimistic"`
	// PerExtra is for each further one.
	PerExtra float64 `json:"per_extra"`
}

// Confidence tells how sure a fact is.
type Confidence string

// The degrees of confidence.
const (
	ConfidenceHigh   Confidence = ""
	ConfidenceMedium Confidence = "medium"
)

// String is "high" or "medium".
func (c Confidence) String() string {
	if c == ConfidenceHigh {
		return "high"
	}
	return string(c)
}

// Guide is the guidance for the rule; empty for a rule that is not in the pack.
func (r *Rule) Guide() *Guide {
	if g, ok := guides()[r.Identifier]; ok {
		return g
	}
	return &Guide{Rule: r.Identifier}
}

var guides = sync.OnceValue(func() map[string]*Guide {
	all := decode[Guide](guidesJSON)
	byRule := make(map[string]*Guide, len(all))
	for _, g := range all {
		byRule[g.Rule] = g
	}
	return byRule
})
