package triage

import (
	"math"

	"safeguard/internal/assessment"
)

// burnUp scores the assessment again after each item, with the findings that
// are closed so far counted as compliant.
func (p *Plan) burnUp(results []*assessment.Result) {
	s := newScore(results)
	p.Before = s.summary()
	hours := 0.0
	for _, item := range p.Items {
		for _, r := range item.Results {
			s.close(r)
		}
		hours += item.Estimate.Expected
		sum := s.summary()
		p.Steps = append(p.Steps, Step{
			Hours: hours, ComplianceScore: sum.ComplianceScore, RuleScore: sum.RuleScore,
			Open: sum.Results.NonCompliant,
		})
	}
}

// A score keeps what assessment.Scorer would say while findings are closed, at
// the cost of the findings alone.
type score struct {
	results assessment.Counts
	rules   map[string]*assessment.Counts
	state   assessment.Counts // of rules
}

func newScore(results []*assessment.Result) *score {
	s := &score{rules: map[string]*assessment.Counts{}}
	for _, r := range results {
		s.results.Add(r.Verdict)
		c := s.rules[r.Rule]
		if c == nil {
			c = &assessment.Counts{}
			s.rules[r.Rule] = c
		}
		c.Add(r.Verdict)
	}
	for _, c := range s.rules {
		s.state.Add(stateOf(c))
	}
	return s
}

// stateOf is the state of a rule with these results.
func stateOf(c *assessment.Counts) assessment.Verdict {
	switch {
	case c.NonCompliant > 0:
		return assessment.NonCompliant
	case c.InsufficientData > 0:
		return assessment.InsufficientData
	case c.Compliant > 0:
		return assessment.Compliant
	}
	return assessment.NotApplicable
}

// close counts a finding as compliant.
func (s *score) close(r *assessment.Result) {
	c := s.rules[r.Rule]
	before := stateOf(c)
	c.NonCompliant--
	c.Compliant++
	s.results.NonCompliant--
	s.results.Compliant++
	if after := stateOf(c); after != before {
		s.move(before, -1)
		s.move(after, 1)
	}
}

func (s *score) move(v assessment.Verdict, by int) {
	switch v {
	case assessment.NonCompliant:
		s.state.NonCompliant += by
	case assessment.InsufficientData:
		s.state.InsufficientData += by
	case assessment.Compliant:
		s.state.Compliant += by
	default:
		s.state.NotApplicable += by
	}
}

func (s *score) summary() *assessment.Summary {
	return &assessment.Summary{
		Results: s.results, Rules: s.state,
		ComplianceScore: assessment.Percent(s.results), RuleScore: assessment.Percent(s.state),
	}
}

// Hours rounds to quarters of an hour, as people plan.
func Hours(h float64) float64 { return math.Round(h*4) / 4 }
