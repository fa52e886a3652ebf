package triage

import "safeguard/internal/assessment"

// A Baseline is a Handler that knows the findings of an earlier assessment: it
// hands on what is new and keeps what was there back, unless All is set.
type Baseline struct {
	Next assessment.Handler
	All  bool // hand known findings on too
	Old  []*assessment.Result

	known map[string]bool // fingerprints of old findings; true once they are found again
	Known int             // findings that were there
}

// NewBaseline makes a Baseline of the findings of an earlier assessment.
func NewBaseline(next assessment.Handler, old []*assessment.Result) *Baseline {
	b := &Baseline{Next: next, known: map[string]bool{}}
	for _, r := range old {
		if r.Verdict == assessment.NonCompliant {
			b.Old = append(b.Old, r)
			b.known[r.Fingerprint] = false
		}
	}
	return b
}

// IsKnown reports whether a finding was in the earlier assessment.
func (b *Baseline) IsKnown(r *assessment.Result) bool {
	_, ok := b.known[r.Fingerprint]
	return ok && r.Verdict == assessment.NonCompliant
}

// Fixed lists the old findings that are not there any more, once all results
// have come.
func (b *Baseline) Fixed() []*assessment.Result {
	var fixed []*assessment.Result
	for _, r := range b.Old {
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
		b.Known++
		if !b.All {
			return nil
		}
	}
	return b.Next.Result(r)
}

// Summary hands the message on: it counts all findings.
func (b *Baseline) Summary(m *assessment.Summary) error { return b.Next.Summary(m) }

// Flush flushes what it hands on to.
func (b *Baseline) Flush() error { return assessment.Flush(b.Next) }
