package hipaa

import (
	"sort"
	"strings"
	"sync"
)

// A Rule is one rule of the pack.
type Rule struct {
	// Identifier is AWS's SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED.
	Identifier string `json:"identifier"`
	// Name is AWS's name of the rule: s3-bucket-versioning-enabled.
	Name string `json:"name"`
	// Service is the AWS service in lower case: s3. The manual check has "process".
	Service string `json:"service"`
	// Title says in a few words what should be so, without a final period.
	Title string `json:"title"`
	// Severity is that of the Security Hub control with the same check where
	// there is one; see SeveritySource.
	Severity Severity `json:"severity"`
	// Trigger tells when AWS Config evaluates.
	Trigger Trigger `json:"trigger"`
	// ResourceTypes are AWS's types of the resources that get a result.
	ResourceTypes []string `json:"resource_types"`
	// Parameters are all parameters of the managed rule.
	Parameters []Parameter `json:"parameters,omitempty"`
	// Citations are the paragraphs of the law that AWS maps the rule to.
	Citations []string `json:"citations"`
	// CitationsInferred says that AWS's mapping lacks the rule, and that the
	// citations are those of its nearest relative.
	CitationsInferred bool `json:"citations_inferred,omitempty"`
	// SecurityHub are the controls with the same check.
	SecurityHub []string `json:"security_hub,omitempty"`
	// RelatedControls are Security Hub controls with a similar check.
	RelatedControls []string `json:"related_controls,omitempty"`
	// Decidable tells how much of the verdict Terraform can decide.
	Decidable Decidable `json:"decidable"`
	// OnlyAWS is set for the rules that Terraform cannot decide at all. It reads
	// "only AWS knows ...: run ..." and fits as the annotation of a verdict.
	OnlyAWS string `json:"only_aws,omitempty"`
}

// Trigger tells when AWS Config evaluates a rule or Security Hub a control.
type Trigger string

// The triggers.
const (
	OnChange Trigger = "change"   // when the configuration of a resource changes
	Periodic Trigger = "periodic" // once a day or so
	Both     Trigger = "both"
)

// Decidable tells how much of a verdict Terraform can decide.
type Decidable string

// The degrees of decidability. Unknown values leave a verdict undecided under
// any of them.
const (
	Full    Decidable = "full"
	Partial Decidable = "partial" // one direction only, or hints
	None    Decidable = "none"    // runtime state
)

// Rules lists the rules of the pack in the order of their identifiers.
func Rules() []*Rule { return rulesWith(func(*Rule) bool { return true }) }

// Lookup finds a rule by its identifier, its name or its logical id in the
// pack's template, in upper or lower case.
func Lookup(name string) (*Rule, bool) {
	i, ok := sort.Find(len(pack), func(i int) int { return strings.Compare(name, pack[i].Identifier) })
	if ok {
		return &pack[i], true
	}
	r, ok := rulesByName()[fold(name)]
	return r, ok
}

// IsAccount reports whether the rule gives one result for the whole account
// instead of one for each resource.
func (r *Rule) IsAccount() bool {
	return len(r.ResourceTypes) == 1 && r.ResourceTypes[0] == "AWS::::Account"
}

// SeveritySource says where the severity comes from.
func (r *Rule) SeveritySource() string {
	if len(r.SecurityHub) > 0 {
		return "Security Hub " + r.SecurityHub[0]
	}
	return "own assessment: " + r.Guide().SeverityReason
}

// URL is the page of AWS's documentation about the rule.
func (r *Rule) URL() string {
	page := r.Name
	if r.Service == "process" {
		page = "process-checks"
	}
	return "https://docs.aws.amazon.com/config/latest/developerguide/" + page + ".html"
}

// rulesWith lists the rules with a property, in the order of their identifiers.
func rulesWith(property func(*Rule) bool) []*Rule {
	var with []*Rule
	for i := range pack {
		if property(&pack[i]) {
			with = append(with, &pack[i])
		}
	}
	return with
}

// rulesByName has all spellings but the identifier itself, which needs no index.
var rulesByName = sync.OnceValue(indexRules)

func indexRules() map[string]*Rule {
	byName := make(map[string]*Rule, len(pack))
	for i := range pack {
		r := &pack[i]
		byName[fold(r.Identifier)] = r
		byName[fold(r.Name)] = r
	}
	return byName
}

// fold maps an identifier, a name and a logical id to one spelling. The logical
// id is always the identifier or the name without separators.
func fold(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == '_' {
			return -1
		}
		return c
	}, strings.ToLower(name))
}
