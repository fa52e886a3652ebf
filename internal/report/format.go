package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// Options say how an assessment is rendered.
type Options struct {
	TextOptions
	// Plan says how work is planned, for the formats that tell of it.
	Plan triage.Options
	// Baseline is the earlier assessment to compare with; it holds what was kept
	// back from the renderer. Nil is none.
	Baseline *triage.Baseline
}

// all are the results of a renderer with those that a baseline keeps back.
func (o *Options) all(results []*assessment.Result) []*assessment.Result {
	if o.Baseline == nil || o.Baseline.All {
		return results
	}
	return slices.Concat(results, o.Baseline.Known)
}

// plan is the work plan of the results of a renderer. What a baseline keeps back
// stays open in it.
func (o *Options) plan(results []*assessment.Result) *triage.Plan {
	opts := o.Plan
	if o.Baseline != nil {
		opts.Known = o.Baseline.IsKnown
	}
	return triage.Make(o.all(results), opts)
}

// formats are the formats of an assessment, with the ending of their files.
var formats = []struct {
	name, ending string
	new          func(io.Writer, Options) assessment.Handler
}{
	{"text", "txt", func(w io.Writer, o Options) assessment.Handler { return NewText(w, o.TextOptions) }},
	{"json", "jsonl", func(w io.Writer, _ Options) assessment.Handler { return NewJSON(w) }},
	{"csv", "csv", func(w io.Writer, o Options) assessment.Handler { return NewCSV(w, o) }},
	{"markdown", "md", func(w io.Writer, o Options) assessment.Handler { return NewMarkdown(w, o) }},
	{"sarif", "sarif", func(w io.Writer, _ Options) assessment.Handler { return NewSARIF(w) }},
	{"html", "html", func(w io.Writer, o Options) assessment.Handler { return NewHTML(w, o) }},
	{"junit", "xml", func(w io.Writer, _ Options) assessment.Handler { return NewJUnit(w) }},
	{"ocsf", "ocsf.jsonl", func(w io.Writer, _ Options) assessment.Handler { return NewOCSF(w) }},
	{"matrix", "matrix.md", func(w io.Writer, o Options) assessment.Handler { return NewMatrix(w, o) }},
}

// Formats are the names of the formats of assessments.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// New returns the renderer of a format that writes to w, and the ending of the
// files that hold it.
func New(format string, w io.Writer, opts Options) (h assessment.Handler, ending string, err error) {
	for _, f := range formats {
		if f.name == format {
			return f.new(w, opts), f.ending, nil
		}
	}
	names := Formats()
	last := len(names) - 1
	return nil, "", fmt.Errorf("%q: want %s or %s", format, strings.Join(names[:last], ", "), names[last])
}

// findings are the results that are not compliant, the gravest first.
func findings(results []*assessment.Result) []*assessment.Result {
	var found []*assessment.Result
	for _, r := range results {
		if r.Verdict == assessment.NonCompliant {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b *assessment.Result) int { return int(b.Severity) - int(a.Severity) })
	return found
}

// A severityCount counts findings.
type severityCount map[hipaa.Severity]int

func (c severityCount) total() (n int) {
	for _, m := range c {
		n += m
	}
	return n
}

// String is "2 critical, 1 low", or "none".
func (c severityCount) String() string {
	var words []string
	for _, s := range hipaa.Severities() {
		if c[s] > 0 {
			words = append(words, fmt.Sprintf("%d %s", c[s], strings.ToLower(s.String())))
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}
