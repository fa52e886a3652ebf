package assessment

import "math"

// A Scorer counts results into a Summary.
type Scorer struct {
	results Counts
	rules   map[string]Verdict
}

// Add counts a result.
func (s *Scorer) Add(r *Result) {
	if s.rules == nil {
		s.rules = map[string]Verdict{}
	}
	s.results.Add(r.Verdict)
	if old, ok := s.rules[r.Rule]; !ok || gravity(r.Verdict) > gravity(old) {
		s.rules[r.Rule] = r.Verdict
	}
}

func gravity(v Verdict) int {
	switch v {
	case NonCompliant:
		return 3
	case InsufficientData:
		return 2
	case Compliant:
		return 1
	}
	return 0
}

// Summary is the count so far. Rules without any result are not counted.
func (s *Scorer) Summary() *Summary {
	sum := &Summary{Results: s.results}
	for _, v := range s.rules {
		sum.Rules.Add(v)
	}
	sum.ComplianceScore = Percent(sum.Results)
	sum.RuleScore = Percent(sum.Rules)
	return sum
}

// Percent is the share of compliant ones among the decided, to two decimals
// and never rounded up to 100; nil if none is decided.
func Percent(c Counts) *float64 {
	decided := c.Compliant + c.NonCompliant
	if decided == 0 {
		return nil
	}
	p := math.Round(float64(c.Compliant)*10000/float64(decided)) / 100
	if c.NonCompliant > 0 {
		p = min(p, 99.99)
	}
	return &p
}
