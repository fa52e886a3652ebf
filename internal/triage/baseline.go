package triage

import "safeguard/internal/assessment"

// A Baseline knows the open findings of an earlier assessment. It is a Handler
// that hands on what is new and keeps back what was there, unless All is set.
type Baseline struct {
	Next assessment.Handler
	All  bool // hand known findings on too

	// Before is the summary of the earlier assessment, After that of this one.
	Before, After *assessment.Summary
	// Known are the findings that were there before and still are.
	Known []*assessment.Result

	old   []*assessment.Result
	known map[string]bool // fingerprints of old findings; true once they are found again
}

// NewBaseline makes a Baseline of an earlier assessment. What was accepted then
// is not known: it fails once its exception ends.
func NewBaseline(earlier *Collector) *Baseline {
	b := &Baseline{Before: earlier.Sum, known: map[string]bool{}}
	for _, r := range earlier.Results {
		if open(r) {
			b.old = append(b.old, r)
			b.known[r.Fingerprint] = false
		}
	}
	return b
}

// IsKnown reports whether a finding was in the earlier assessment. It is false
// for a nil Baseline.
func (b *Baseline) IsKnown(r *assessment.Result) bool {
	if b == nil || r.Verdict != assessment.NonCompliant {
		return false
	}
	_, ok := b.known[r.Fingerprint]
	return ok
}

// Fixed lists the old findings that are not there any more, once all results
// have come.
func (b *Baseline) Fixed() []*assessment.Result {
	var fixed []*assessment.Result
	for _, r := range b.old {
		if !b.known[r.Fingerprint] {
			fixed = append(fixed, r)
		}
	}
	return fixed
}

// Config hands the message on.
func (b *Baseline) Config(m *assessment.Config) error { return b.Next.Config(m) }

// Progress hands the message on.
func (b *Baseline) Progress(m *assessment.Progress) error { return b.Next.Progress(m) }

// Diagnostic hands the message on.
func (b *Baseline) Diagnostic(m *assessment.Diagnostic) error { return b.Next.Diagnostic(m) }

// Result keeps known findings back.
func (b *Baseline) Result(r *assessment.Result) error {
	if b.IsKnown(r) {
		b.known[r.Fingerprint] = true
		b.Known = append(b.Known, r)
		if !b.All {
			return nil
		}
	}
	return b.Next.Result(r)
}

// Summary hands the message on: it counts all findings.
func (b *Baseline) Summary(m *assessment.Summary) error {
	b.After = m
	return b.Next.Summary(m)
}

// Flush flushes what it hands on to.
func (b *Baseline) Flush() error { return assessment.Flush(b.Next) }
