package audit

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"safeguard/internal/assessment"
)

// A packTally counts what a conformance pack says in one target.
type packTally struct {
	Name  string                // without what AWS adds in member accounts
	AWS   string                // AWS's own score, "" if it gives none
	Rules map[string]*ruleTally // by the name of the rule in AWS Config
}

// A ruleTally counts combinations of a rule and a resource.
type ruleTally struct{ Compliant, NonCompliant int }

func (p *packTally) add(rule string, v assessment.Verdict) {
	t := p.Rules[rule]
	if t == nil {
		t = &ruleTally{}
		p.Rules[rule] = t
	}
	switch v {
	case assessment.Compliant:
		t.Compliant++
	case assessment.NonCompliant:
		t.NonCompliant++
	}
}

// A controlTally is what the findings of a Security Hub control say in one target.
type controlTally struct {
	Passed, Failed, Unknown bool
	Standards               []string
}

func (c *controlTally) add(o *controlTally) {
	c.Passed, c.Failed, c.Unknown = c.Passed || o.Passed, c.Failed || o.Failed, c.Unknown || o.Unknown
	for _, s := range o.Standards {
		if !slices.Contains(c.Standards, s) {
			c.Standards = append(c.Standards, s)
		}
	}
}

// scores adds up tallies over accounts and regions: numerators and denominators,
// never percentages. Controls are counted once however many accounts have them:
// one that failed in one of them failed.
type scores struct {
	packs    map[scoreKey]*packSum
	controls map[target]map[string]*controlTally
}

type scoreKey struct {
	name string
	target
}

type packSum struct {
	compliant, combinations int
	rules                   map[string]bool // compliant?
	aws                     string
}

func newScores() *scores {
	return &scores{packs: map[scoreKey]*packSum{}, controls: map[target]map[string]*controlTally{}}
}

// levels are what a target counts for: itself, its account, and all.
func levels(t target) []target { return []target{t, {Account: t.Account}, {}} }

func (s *scores) add(r *reading) {
	for _, p := range r.Packs {
		for _, level := range levels(r.Target) {
			key := scoreKey{p.Name, level}
			sum := s.packs[key]
			if sum == nil {
				sum = &packSum{rules: map[string]bool{}}
				s.packs[key] = sum
			}
			if level == r.Target {
				sum.aws = p.AWS
			}
			for name, t := range p.Rules {
				sum.compliant += t.Compliant
				sum.combinations += t.Compliant + t.NonCompliant
				if t.Compliant+t.NonCompliant > 0 {
					was, ok := sum.rules[baseName(name)]
					sum.rules[baseName(name)] = (was || !ok) && t.NonCompliant == 0
				}
			}
		}
	}
	for id, c := range r.Controls {
		for _, level := range levels(r.Target) {
			if s.controls[level] == nil {
				s.controls[level] = map[string]*controlTally{}
			}
			if s.controls[level][id] == nil {
				s.controls[level][id] = &controlTally{}
			}
			s.controls[level][id].add(c)
		}
	}
}

// Kinds of scores.
const (
	kindPack = "conformance-pack"
	kindHub  = "security-hub"
)

// all lists the scores: totals first, then accounts, then regions.
func (s *scores) all() []assessment.Score {
	var all []assessment.Score
	for key, sum := range s.packs {
		good := 0
		for _, ok := range sum.rules {
			if ok {
				good++
			}
		}
		all = append(all, assessment.Score{
			Kind: kindPack, Name: key.name, Account: key.Account, Region: key.Region,
			Passed: sum.compliant, Counted: sum.combinations, Percent: share(sum.compliant, sum.combinations),
			RulesPassed: good, RulesCounted: len(sum.rules), AWS: sum.aws,
		})
	}
	for level, controls := range s.controls {
		all = append(all, hubScores(level, controls)...)
	}
	slices.SortFunc(all, func(a, b assessment.Score) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// hubScores are the security scores of each standard and, named "", of all: passed
// controls over controls with a status, as a whole number.
func hubScores(level target, controls map[string]*controlTally) []assessment.Score {
	byStandard := map[string]*assessment.Score{}
	count := func(standard string, passed bool) {
		sc := byStandard[standard]
		if sc == nil {
			sc = &assessment.Score{Kind: kindHub, Name: standard, Account: level.Account, Region: level.Region}
			byStandard[standard] = sc
		}
		sc.Counted++
		if passed {
			sc.Passed++
		}
	}
	for _, c := range controls {
		if !c.Passed && !c.Failed && !c.Unknown {
			continue // no data: not in the denominator
		}
		passed := c.Passed && !c.Failed && !c.Unknown
		count("", passed)
		for _, s := range c.Standards {
			count(s, passed)
		}
	}
	var all []assessment.Score
	for _, name := range slices.Sorted(maps.Keys(byStandard)) {
		sc := byStandard[name]
		p := math.Round(float64(sc.Passed) * 100 / float64(sc.Counted))
		sc.Percent = &p
		all = append(all, *sc)
	}
	return all
}

// share is n of m in percent, to two decimals and never rounded up to 100; nil
// if m is 0.
func share(n, m int) *float64 {
	if m == 0 {
		return nil
	}
	p := math.Round(float64(n)*10000/float64(m)) / 100
	if n < m {
		p = min(p, 99.99)
	}
	return &p
}

// differs reports whether AWS gives a score that is not ours.
func differs(s *assessment.Score) bool {
	aws, err := strconv.ParseFloat(s.AWS, 64)
	return err == nil && (s.Percent == nil || math.Abs(aws-*s.Percent) > 0.05)
}
