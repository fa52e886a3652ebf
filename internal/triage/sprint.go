package triage

import (
	"errors"
	"fmt"
	"math"

	"safeguard/internal/hipaa"
)

// A Sprint is what a team does in one period.
type Sprint struct {
	Parts []Part
	Hours float64 // expected; never more than the capacity
	Step  Step    // how things stand after it
}

// A Part is an item, or a piece of one that is too long for a sprint.
type Part struct {
	Item   int // index in the plan
	Hours  float64
	Number int // 1 of Of
	Of     int
}

// Window reports whether an item should wait for a maintenance window: it may
// interrupt, replace or destroy something.
func (item *Item) Window() bool {
	return riskRank(item.Risk) >= riskRank(hipaa.RiskDowntime)
}

// Sprints packs the plan's items into sprints of the capacity, in expected hours
// of the whole team. Items keep their order as far as they fit: each goes into
// the first sprint with room that is not before one that it has to come after.
// An item that is longer than a sprint is cut into parts that fill sprints of
// their own.
func (p *Plan) Sprints(capacity float64) ([]Sprint, error) {
	if capacity <= 0 || math.IsInf(capacity, 0) || math.IsNaN(capacity) {
		return nil, fmt.Errorf("pack sprints of %g hours: want a positive capacity", capacity)
	}
	if len(p.Items) > 0 && p.Steps[len(p.Steps)-1].Hours/capacity > 10_000 {
		return nil, errors.New("pack sprints: the capacity is too small: it would take more than 10,000 of them")
	}
	var sprints []Sprint
	last := make([]int, len(p.Items)) // the sprint in which an item ends
	grow := func(n int) {
		for len(sprints) <= n {
			sprints = append(sprints, Sprint{})
		}
	}
	const slack = 1e-9
	for i, item := range p.Items {
		at := 0
		for _, j := range item.After {
			at = max(at, last[j])
		}
		hours := item.Estimate.Expected
		if hours <= capacity+slack {
			for grow(at); sprints[at].Hours+hours > capacity+slack; grow(at) {
				at++
			}
			sprints[at].add(Part{i, hours, 1, 1})
			last[i] = at
			continue
		}
		of := int(math.Ceil(hours/capacity - slack))
		for number := 1; number <= of; number++ {
			part := min(capacity, hours-float64(number-1)*capacity)
			for grow(at); sprints[at].Hours+part > capacity+slack; grow(at) {
				at++
			}
			sprints[at].add(Part{i, part, number, of})
			last[i] = at
			at++
		}
	}
	p.score(sprints, last)
	return sprints, nil
}

func (s *Sprint) add(part Part) {
	s.Parts = append(s.Parts, part)
	s.Hours += part.Hours
}

// score says how things stand after each sprint, with the items that end in it.
func (p *Plan) score(sprints []Sprint, last []int) {
	s := newScore(p.results)
	hours := 0.0
	for n := range sprints {
		for _, part := range sprints[n].Parts {
			if part.Number != part.Of || last[part.Item] != n {
				continue
			}
			for _, r := range p.Items[part.Item].Results {
				s.close(r)
			}
		}
		hours += sprints[n].Hours
		sum := s.summary()
		sprints[n].Step = Step{Hours: hours, ComplianceScore: sum.ComplianceScore, RuleScore: sum.RuleScore, Open: sum.Results.NonCompliant}
	}
}
