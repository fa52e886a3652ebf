package triage

import (
	"cmp"
	"math"
	"slices"

	"safeguard/internal/hipaa"
)

// An Estimate is in hours. The expected value follows PERT with the geometric
// mean of the two bounds as the most likely value, since work takes longer than
// thought more often than shorter:
//
//	Expected = (Optimistic + 4*sqrt(Optimistic*Pessimistic) + Pessimistic) / 6
//	Sigma    = (Pessimistic - Optimistic) / 6
type Estimate struct {
	Optimistic, Pessimistic float64
	Expected, Sigma         float64
}

// Between is the estimate between two bounds.
func Between(optimistic, pessimistic float64) Estimate {
	pessimistic = max(optimistic, pessimistic)
	return Estimate{
		Optimistic: optimistic, Pessimistic: pessimistic,
		Expected: (optimistic + 4*math.Sqrt(optimistic*pessimistic) + pessimistic) / 6,
		Sigma:    (pessimistic - optimistic) / 6,
	}
}

// Plus is the estimate of two independent pieces of work: expected values add
// up, and so do variances. The bounds are 90 % of all cases (1.645 sigma), not
// the sum of best and worst cases.
func (e Estimate) Plus(f Estimate) Estimate {
	sum := Estimate{Expected: e.Expected + f.Expected, Sigma: math.Hypot(e.Sigma, f.Sigma)}
	const within90 = 1.645
	sum.Optimistic = max(sum.Expected-within90*sum.Sigma, 0)
	sum.Pessimistic = sum.Expected + within90*sum.Sigma
	return sum
}

// estimate gives the items their estimates. The first item of a rule costs the
// whole effort, each further one what a repetition costs.
func (o Options) estimate(items []*Item) {
	byRule := slices.Clone(items)
	slices.SortStableFunc(byRule, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(len(b.Results), len(a.Results)))
	})
	done := map[string]bool{}
	for _, item := range byRule {
		var optimistic, pessimistic float64
		for _, id := range item.Rules {
			e := o.effort(id)
			low, high := e.Optimistic, e.Pessimistic
			if done[id] && low > 0 {
				low, high = e.PerExtra, e.PerExtra*high/low
			} else {
				item.First = true
			}
			done[id] = true
			optimistic, pessimistic = max(optimistic, low), max(pessimistic, high)
		}
		factor := cmp.Or(o.Factor, 1)
		item.Estimate = Between(optimistic*factor, pessimistic*factor)
	}
}

func (o Options) effort(id string) hipaa.Effort {
	if o.Effort != nil {
		if e, ok := o.Effort(id); ok {
			return e
		}
	}
	facts, ok := hipaa.Lookup(id)
	if !ok {
		return hipaa.Effort{Optimistic: 1, Pessimistic: 8, PerExtra: 1}
	}
	return facts.Guide().Effort
}
