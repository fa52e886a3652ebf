package triage

import (
	"slices"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// A Status is how an assessment supports a paragraph of the law.
type Status string

// The statuses, the gravest first. None says that a paragraph is fulfilled: rules
// are technical evidence, and each paragraph leaves something to people.
const (
	StatusGap       Status = "gap"       // a rule is not complied with
	StatusUndecided Status = "undecided" // a rule is undecided or was not judged
	StatusAccepted  Status = "accepted"  // all that is not complied with has an exception
	StatusSupported Status = "supported" // at least one rule is complied with, none is not
	StatusNothing   Status = "no data"   // there is nothing that its rules apply to
	StatusPeople    Status = "people"    // no rule is about it
)

// Statuses are all of them, the gravest first.
var Statuses = []Status{StatusGap, StatusUndecided, StatusAccepted, StatusSupported, StatusNothing, StatusPeople}

// A RuleState is what was found under a rule.
type RuleState struct {
	Rule     *hipaa.Rule
	Judged   bool
	Results  assessment.Counts
	Accepted int // of the findings
}

// A Paragraph is a row of the HIPAA matrix.
type Paragraph struct {
	*hipaa.Citation
	Status Status
	States []RuleState
}

// Matrix says for each paragraph of 45 CFR 164.308 to 164.316 what the results
// show. Rules without a result were judged, and have no resource, unless
// selected lists others: a nil selected stands for all rules.
func Matrix(results []*assessment.Result, selected []string) []Paragraph {
	states := map[string]*RuleState{}
	for _, rule := range hipaa.Rules() {
		states[rule.Identifier] = &RuleState{Rule: rule, Judged: selected == nil || slices.Contains(selected, rule.Identifier)}
	}
	for _, r := range results {
		s, ok := states[r.Rule]
		if !ok {
			continue
		}
		s.Judged = true
		s.Results.Add(r.Verdict)
		if r.Verdict == assessment.NonCompliant && r.Exception != nil {
			s.Accepted++
		}
	}
	var matrix []Paragraph
	for _, c := range hipaa.Citations() {
		p := Paragraph{Citation: c}
		for _, rule := range c.Rules() {
			p.States = append(p.States, *states[rule.Identifier])
		}
		p.Status = status(p.States)
		matrix = append(matrix, p)
	}
	return matrix
}

func status(states []RuleState) Status {
	if len(states) == 0 {
		return StatusPeople
	}
	var undecided, accepted, supported bool
	for _, s := range states {
		if s.Results.NonCompliant > s.Accepted {
			return StatusGap
		}
		undecided = undecided || !s.Judged || s.Results.InsufficientData > 0
		accepted = accepted || s.Accepted > 0
		supported = supported || s.Results.Compliant > 0
	}
	switch {
	case undecided:
		return StatusUndecided
	case accepted:
		return StatusAccepted
	case supported:
		return StatusSupported
	}
	return StatusNothing
}
