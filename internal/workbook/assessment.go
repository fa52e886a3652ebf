package workbook

import (
	"io"

	"safeguard/internal/triage"
)

// An Assessment is a renderer that writes an assessment as the workbook of its
// plan: items, results, the safeguards of the law, and scores.
type Assessment struct {
	triage.Collector
	w    io.Writer
	opts triage.Options
}

// NewAssessment returns a renderer that writes to w when it is flushed.
func NewAssessment(w io.Writer, opts triage.Options) *Assessment {
	return &Assessment{w: w, opts: opts}
}

// Flush writes the workbook.
func (a *Assessment) Flush() error {
	return Plan(a.w, triage.Make(a.Results, a.opts), a.Results)
}
