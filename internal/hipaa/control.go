package hipaa

import (
	"slices"
	"strings"
	"sync"
)

// A Control is a control of Security Hub: all of AWS's Foundational Security Best
// Practices, and those of other standards that check what a rule checks.
type Control struct {
	// ID is AWS's spelling: S3.14, Opensearch.1.
	ID string `json:"id"`
	// Title says in a few words what should be so, without a final period.
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	Trigger  Trigger  `json:"trigger"`
	// FSBP says that it belongs to AWS Foundational Security Best Practices.
	FSBP bool `json:"fsbp,omitempty"`
	// Retiring says that AWS announced its end.
	Retiring bool `json:"retiring,omitempty"`
	// ConfigRule is the name of the AWS Config rule behind it; empty if it has
	// none or the name is not known.
	ConfigRule string `json:"config_rule,omitempty"`
	// Custom says that Security Hub made that rule itself: it is no managed rule.
	Custom bool `json:"custom,omitempty"`
	// ResourceTypes are AWS's types of the resources that get a finding.
	ResourceTypes []string `json:"resource_types"`
	// Terraform tells how a configuration would decide it; nil if a rule has the
	// same check, whose Guide tells it.
	Terraform *ControlTerraform `json:"terraform,omitempty"`
	// Note is where the control differs from the rule.
	Note string `json:"note,omitempty"`
}

// ControlTerraform tells how, and how much, a configuration would decide a control.
type ControlTerraform struct {
	Decidable Decidable `json:"decidable"`
	Terraform
}

// Controls lists all controls by service and number.
func Controls() []*Control { return slices.Clone(controls().all) }

// LookupControl finds a control by its id in upper or lower case.
func LookupControl(id string) (*Control, bool) {
	c, ok := controls().byID[strings.ToLower(id)]
	return c, ok
}

// Rules lists the rules with the same check, in the order of their identifiers.
func (c *Control) Rules() []*Rule {
	return rulesWith(func(r *Rule) bool { return slices.Contains(r.SecurityHub, c.ID) })
}

// RelatedRules lists the rules with a similar check, in the order of their identifiers.
func (c *Control) RelatedRules() []*Rule {
	return rulesWith(func(r *Rule) bool { return slices.Contains(r.RelatedControls, c.ID) })
}

type controlTable struct {
	all  []*Control
	byID map[string]*Control
}

var controls = sync.OnceValue(func() *controlTable {
	t := &controlTable{all: decode[Control](controlsJSON), byID: map[string]*Control{}}
	for _, c := range t.all {
		t.byID[strings.ToLower(c.ID)] = c
	}
	return t
})
