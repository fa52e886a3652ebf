package hipaa

import (
	"slices"
	"strings"
	"sync"
)

// A Contradiction is a known conflict, trap or false positive of rules of the
// pack, with what to write into the register of exceptions. A person must
// approve each exception.
type Contradiction struct {
	// ID is a stable name: S3-SAL-TARGET-NO-KMS.
	ID    string            `json:"id"`
	Title string            `json:"title"`
	Kind  ContradictionKind `json:"kind"`
	// Rules and SecurityHub are what it touches.
	Rules       []string `json:"rules"`
	SecurityHub []string `json:"security_hub,omitempty"`
	// ResourceTypes are AWS's types of the resources that it happens to.
	ResourceTypes []string `json:"resource_types"`
	// TerraformTypes are the types of Terraform whose resources it can happen to,
	// where a type of AWS's holds others too; empty for all.
	TerraformTypes []string `json:"terraform_types,omitempty"`
	// NamePatterns are shell patterns, with a star for any text, of names that AWS
	// or a tool gives to such resources: good enough to propose an exception.
	NamePatterns []string `json:"name_patterns,omitempty"`
	// NameHints are patterns of names that people use: never apply them by themselves.
	NameHints []string `json:"name_hints,omitempty"`
	// Selectors say in words which of the resources are meant.
	Selectors []string `json:"selectors,omitempty"`
	// Why explains it.
	Why string `json:"why"`
	// Exception is a proposal for the register; empty where no exception is due.
	Exception string `json:"exception,omitempty"`
	// Compensation is what protects the resource instead.
	Compensation string `json:"compensation,omitempty"`
	// Resolution is the way out without an exception; empty if there is none.
	Resolution string     `json:"resolution,omitempty"`
	Confidence Confidence `json:"confidence,omitempty"`
	// Sources are pages of AWS's documentation, or what else it rests on.
	Sources []string `json:"sources"`
}

// ContradictionKind sorts contradictions by their cause.
type ContradictionKind string

// The kinds of contradictions.
const (
	MutualContradiction ContradictionKind = "mutual-contradiction" // one rule, or the function itself, breaks the other
	PlatformManaged     ContradictionKind = "platform-managed"     // AWS owns the resource, nobody else can change it
	ScopeNoise          ContradictionKind = "scope-noise"          // hits resources that it is not meant for, or several times
	ServiceLimitation   ContradictionKind = "service-limitation"   // the service cannot do what the rule wants
	FalsePositive       ContradictionKind = "false-positive"       // fails although its aim is met
	ParameterTrap       ContradictionKind = "parameter-trap"       // pack, rule page and Security Hub differ
	FunctionalTrap      ContradictionKind = "functional-trap"      // passing it can break a function
	ObsoleteRule        ContradictionKind = "obsolete-rule"        // about a retired feature
)

// Contradictions lists all contradictions in the order of their ids.
func Contradictions() []*Contradiction { return slices.Clone(contradictions()) }

// LookupContradiction finds a contradiction by its id in upper or lower case.
func LookupContradiction(id string) (*Contradiction, bool) {
	for _, c := range contradictions() {
		if strings.EqualFold(c.ID, id) {
			return c, true
		}
	}
	return nil, false
}

// Contradictions lists those that touch the rule.
func (r *Rule) Contradictions() []*Contradiction {
	touching := []*Contradiction{}
	for _, c := range contradictions() {
		if slices.Contains(c.Rules, r.Identifier) {
			touching = append(touching, c)
		}
	}
	return touching
}

var contradictions = sync.OnceValue(func() []*Contradiction {
	return decode[Contradiction](contradictionsJSON)
})
