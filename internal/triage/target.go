package triage

import (
	"cmp"
	"fmt"
	"slices"

	"safeguard/internal/assessment"
)

// Target finds a cheap set of items that brings the compliance score to at least
// percent, as indexes in the plan's order, with everything that has to come
// first. It takes the item, with what is still to be done before it, that closes
// most findings in an expected hour, until the score is reached, and then takes
// out what is not needed, the dearest first. The error is for a score that no
// set of items reaches.
func (p *Plan) Target(percent float64) ([]int, error) {
	decided := p.Before.Results.Compliant + p.Before.Results.NonCompliant
	if percent < 0 || percent > 100 || percent != percent {
		return nil, fmt.Errorf("target %g %%: want 0 to 100", percent)
	}
	reached := func(closed int) bool {
		c := p.Before.Results
		c.Compliant, c.NonCompliant = c.Compliant+closed, c.NonCompliant-closed
		score := assessment.Percent(c)
		return score != nil && *score >= percent
	}
	if decided == 0 {
		return nil, fmt.Errorf("target %g %%: nothing is decided, so that there is no score", percent)
	}
	chosen := map[int]bool{}
	closed := 0
	for !reached(closed) {
		best, rate := -1, 0.0
		for i := range p.Items {
			if chosen[i] {
				continue
			}
			findings, hours := 0, 0.0
			for j := range p.closure(i, chosen) {
				findings += len(p.Items[j].Results)
				hours += p.Items[j].Estimate.Expected
			}
			if r := float64(findings) / max(hours, 0.05); best < 0 || r > rate {
				best, rate = i, r
			}
		}
		if best < 0 {
			return nil, fmt.Errorf("target %g %%: all items together reach less", percent)
		}
		for j := range p.closure(best, chosen) {
			chosen[j] = true
			closed += len(p.Items[j].Results)
		}
	}
	p.prune(chosen, closed, reached)
	set := make([]int, 0, len(chosen))
	for i := range chosen {
		set = append(set, i)
	}
	slices.Sort(set)
	return set, nil
}

// closure is an item with all that has to come before it and is not chosen yet.
func (p *Plan) closure(i int, chosen map[int]bool) map[int]bool {
	set := map[int]bool{}
	var add func(int)
	add = func(i int) {
		if set[i] || chosen[i] {
			return
		}
		set[i] = true
		for _, j := range p.Items[i].After {
			add(j)
		}
	}
	add(i)
	return set
}

// prune takes out of the chosen items what the score can do without.
func (p *Plan) prune(chosen map[int]bool, closed int, reached func(int) bool) {
	for {
		var free []int // nothing chosen comes after them
		for i := range chosen {
			needed := false
			for j := range chosen {
				needed = needed || slices.Contains(p.Items[j].After, i)
			}
			if !needed && reached(closed-len(p.Items[i].Results)) {
				free = append(free, i)
			}
		}
		if len(free) == 0 {
			return
		}
		dearest := slices.MaxFunc(free, func(a, b int) int {
			return cmp.Or(cmp.Compare(p.Items[a].Estimate.Expected, p.Items[b].Estimate.Expected), cmp.Compare(a, b))
		})
		delete(chosen, dearest)
		closed -= len(p.Items[dearest].Results)
	}
}

// Sum is the estimate of some items together.
func (p *Plan) Sum(items []int) Estimate {
	var sum Estimate
	for _, i := range items {
		sum = sum.Plus(p.Items[i].Estimate)
	}
	return sum
}
