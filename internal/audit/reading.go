package audit

import (
	"cmp"
	"slices"

	"safeguard/internal/assessment"
)

// A target is one account in one region.
type target struct{ Account, Region string }

// A reading is all that AWS says about a target.
type reading struct {
	Target      target
	Asked       string // what a run was asked for
	Results     []*assessment.Result
	Diagnostics []*assessment.Diagnostic
	Packs       []*packTally
	Controls    map[string]*controlTally // by control id
	// Read says that at least one source could be read.
	Read bool

	pending       []*assessment.Result // without fingerprints yet
	byFingerprint map[string]*assessment.Result
}

func newReading(t target) *reading {
	return &reading{Target: t, Controls: map[string]*controlTally{}, byFingerprint: map[string]*assessment.Result{}}
}

func (r *reading) warn(severity, summary, detail string) {
	r.Diagnostics = append(r.Diagnostics, &assessment.Diagnostic{Severity: severity, Summary: summary, Detail: detail})
}

// add takes a verdict with one source. Several verdicts about one problem are
// one result with several sources, and the gravest verdict counts.
func (r *reading) add(m *assessment.Result) {
	m.Fingerprint = fingerprint(m.Rule, m.Resource)
	old := r.byFingerprint[m.Fingerprint]
	if old == nil {
		r.byFingerprint[m.Fingerprint] = m
		r.Results = append(r.Results, m)
		return
	}
	sources := append(old.Sources, m.Sources...)
	tags := old.Resource.AWSTags
	if tags == nil {
		tags = m.Resource.AWSTags
	}
	if graver(m, old) {
		res := old.Resource
		*old = *m
		old.Resource.ID = cmp.Or(res.ID, old.Resource.ID)
		old.Resource.ARN = cmp.Or(old.Resource.ARN, res.ARN)
	}
	old.Sources, old.Resource.AWSTags = sources, tags
}

// graver reports whether m's verdict counts instead of old's: the gravest does,
// and of equal ones the one that nobody suppressed.
func graver(m, old *assessment.Result) bool {
	a, b := slices.Index(assessment.Verdicts, m.Verdict), slices.Index(assessment.Verdicts, old.Verdict)
	return a < b || a == b && old.Exception != nil && m.Exception == nil
}

// sort puts the results in the order of the stream.
func (r *reading) sort() {
	slices.SortFunc(r.Results, func(a, b *assessment.Result) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Resource.Type, b.Resource.Type),
			cmp.Compare(a.Resource.ARN, b.Resource.ARN), cmp.Compare(a.Resource.ID, b.Resource.ID))
	})
	for _, m := range r.Results {
		slices.SortFunc(m.Sources, func(a, b assessment.Source) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Finding, b.Finding))
		})
	}
}
