package hipaa

import (
	"slices"
	"strings"
	"sync"
)

// Regulation is the law that the citations are from.
const Regulation = "45 CFR Part 164 Subpart C (HIPAA Security Rule)"

// A Citation is a standard or an implementation specification of the Security
// Rule, sections 164.308 to 164.316.
type Citation struct {
	// ID is the paragraph: 164.312(a)(1).
	ID    string       `json:"id"`
	Title string       `json:"title"`
	Kind  CitationKind `json:"kind"`
	// Requirement tells how binding it is.
	Requirement Requirement `json:"requirement"`
	// Text is what the paragraph demands, in our words and not in the law's.
	Text string `json:"text"`
	// Evidence is what an auditor asks for besides technical results.
	Evidence string `json:"evidence"`
	// SupportingRules are rules that AWS does not map to the paragraph although
	// their results help to show it: our own assessment.
	SupportingRules []string `json:"supporting_rules,omitempty"`
	Note            string   `json:"note,omitempty"`
}

// CitationKind tells standards from their implementation specifications.
type CitationKind string

// The kinds of citations.
const (
	Standard      CitationKind = "standard"
	Specification CitationKind = "specification"
)

// Requirement tells how binding a paragraph is.
type Requirement string

// The requirements. A standard always binds; how, its specifications say.
const (
	Required Requirement = "required"
	// Addressable is not optional: implement it if reasonable and appropriate,
	// otherwise document why not and do something equivalent (164.306(d)).
	Addressable Requirement = "addressable"
)

// Citations lists all citations in the order of the law, also those without a rule.
func Citations() []*Citation { return slices.Clone(citations().all) }

// LookupCitation finds a citation by its id.
func LookupCitation(id string) (*Citation, bool) {
	c, ok := citations().byID[id]
	return c, ok
}

// Section is the section of the law: 164.312.
func (c *Citation) Section() string {
	section, _, _ := strings.Cut(c.ID, "(")
	return section
}

// Safeguard is the heading of the section: Technical safeguards.
func (c *Citation) Safeguard() string {
	switch c.Section() {
	case "164.308":
		return "Administrative safeguards"
	case "164.310":
		return "Physical safeguards"
	case "164.312":
		return "Technical safeguards"
	case "164.314":
		return "Organizational requirements"
	case "164.316":
		return "Policies, procedures and documentation"
	}
	return ""
}

// Rules lists the rules that AWS maps to the citation, in the order of their identifiers.
func (c *Citation) Rules() []*Rule {
	return rulesWith(func(r *Rule) bool { return slices.Contains(r.Citations, c.ID) })
}

type citationTable struct {
	all  []*Citation
	byID map[string]*Citation
}

var citations = sync.OnceValue(func() *citationTable {
	t := &citationTable{all: decode[Citation](citationsJSON), byID: map[string]*Citation{}}
	for _, c := range t.all {
		t.byID[c.ID] = c
	}
	return t
})
