package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// TextOptions say how text is written.
type TextOptions struct {
	Verdicts []assessment.Verdict // what to show; the summary counts all
	Width    int                  // columns
	Color    bool
}

// Text writes for people: grouped by severity, then rule, with a summary.
type Text struct {
	w      *bufio.Writer
	opts   TextOptions
	config *assessment.Config
	diags  []*assessment.Diagnostic
	shown  []*assessment.Result
	differ []*assessment.Result // from the code's verdict
	causes causes
	roots  map[string]bool
	sum    *assessment.Summary
	open   severityCount // findings that nobody accepted
}

// NewText returns a renderer that writes to w when it is flushed.
func NewText(w io.Writer, opts TextOptions) *Text {
	return &Text{w: bufio.NewWriter(w), opts: opts, causes: causes{}, roots: map[string]bool{}, open: severityCount{}}
}

// Config keeps the message for the headline.
func (t *Text) Config(m *assessment.Config) error { t.config = m; return nil }

// Progress does nothing: text shows no progress.
func (t *Text) Progress(*assessment.Progress) error { return nil }

// Diagnostic keeps the message.
func (t *Text) Diagnostic(m *assessment.Diagnostic) error { t.diags = append(t.diags, m); return nil }

// Result keeps the result if it is to be shown, and its cause if it is undecided.
func (t *Text) Result(r *assessment.Result) error {
	t.roots[r.Resource.Root] = true
	if r.Verdict == assessment.InsufficientData {
		t.causes.add(r)
	}
	if differs(r) {
		t.differ = append(t.differ, r)
	}
	if r.Verdict == assessment.NonCompliant && r.Exception == nil {
		t.open[r.Severity]++
	}
	if slices.Contains(t.opts.Verdicts, r.Verdict) {
		t.shown = append(t.shown, r)
	}
	return nil
}

// Summary keeps the message.
func (t *Text) Summary(m *assessment.Summary) error { t.sum = m; return nil }

// Flush writes the report.
func (t *Text) Flush() error {
	for _, d := range t.diags {
		t.diagnostic(d)
	}
	t.results()
	t.summary()
	t.comparison()
	return t.w.Flush()
}

func (t *Text) diagnostic(d *assessment.Diagnostic) {
	style := yellow
	if d.Severity == "error" {
		style = red
	}
	head := printable(d.Summary)
	if d.Location.File != "" {
		head = where(d.Location) + ": " + head
	}
	t.filled(0, t.paint(style, d.Severity)+":", 4, head)
	for line := range strings.Lines(d.Detail) {
		t.wrapped(4, line)
	}
}

func (t *Text) results() {
	type group struct {
		facts   *hipaa.Rule
		results []*assessment.Result
	}
	byRule := map[string]*group{}
	for _, r := range t.shown {
		g := byRule[r.Rule]
		if g == nil {
			facts, ok := hipaa.Lookup(r.Rule)
			if !ok {
				facts = &hipaa.Rule{Identifier: r.Rule, Severity: r.Severity}
			}
			g = &group{facts: facts}
			byRule[r.Rule] = g
		}
		g.results = append(g.results, r)
	}
	groups := slices.SortedFunc(maps.Values(byRule), func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.facts.Severity, a.facts.Severity), cmp.Compare(a.facts.Identifier, b.facts.Identifier))
	})
	var severity hipaa.Severity
	for i, g := range groups {
		if i == 0 || g.facts.Severity != severity {
			severity = g.facts.Severity
			if i > 0 || len(t.diags) > 0 {
				t.line(0, "")
			}
			t.line(0, t.paint(severityStyle(severity), severity.String()))
		}
		t.line(2, t.paint(bold, g.facts.Identifier)+fmt.Sprintf(" (%d)", len(g.results)))
		t.wrapped(4, g.facts.Title)
		for _, r := range g.results {
			t.result(r)
		}
	}
	if len(groups) > 0 || len(t.diags) > 0 {
		t.line(0, "")
	}
}

func (t *Text) result(r *assessment.Result) {
	head := headOf(r)
	if len(t.opts.Verdicts) > 1 {
		head = append(head, field{verdictStyle(r.Verdict), string(r.Verdict)})
	}
	if len(t.roots) > 1 && r.Resource.Root != "" {
		head = append(head, field{dim, "root " + printable(r.Resource.Root)})
	}
	t.fields(4, head)
	if r.Annotation != "" {
		t.wrapped(8, r.Annotation)
	}
	if e := r.Exception; e != nil {
		until := ""
		if e.Expires != "" {
			until = " until " + e.Expires
		}
		t.filled(8, t.paint(yellow, "accepted"+until+":"), 8, e.Reason)
	}
	if place := evidencePlace(r); place != "" {
		t.line(8, t.paint(dim, "see "+place))
	}
	if r.Link != nil {
		t.link(r)
	}
}

// link writes what a resource of AWS is in Terraform besides its address.
func (t *Text) link(r *assessment.Result) {
	if r.Link.Reason != "" {
		t.wrapped(8, r.Link.Reason)
	}
	for _, c := range r.Link.Candidates {
		t.line(10, printable(c))
	}
	for _, c := range r.Link.Companions {
		text := printable(c.Address)
		if c.Location.File != "" {
			text = where(c.Location) + "  " + text
		}
		t.line(8, t.paint(dim, "with "+text))
	}
	if id := r.Link.Contradiction; id != "" {
		t.line(8, t.paint(dim, "known contradiction "+id+": safeguard exceptions suggest"))
	}
}

// evidencePlace is where the deciding value stands, if that is not within the
// resource's own block.
func evidencePlace(r *assessment.Result) string {
	for _, e := range r.Evidence {
		l := e.Location
		if l.File != "" && (l.File != r.Location.File || l.Line < r.Location.Line || l.Line > max(r.Location.EndLine, r.Location.Line)) {
			return where(l)
		}
	}
	return ""
}

func (t *Text) summary() {
	if t.sum == nil {
		return
	}
	res, rules := t.sum.Results, t.sum.Rules
	if len(t.sum.Scores) > 0 {
		t.scores()
	} else {
		t.total("Compliance score", percent(t.sum.ComplianceScore),
			fmt.Sprintf("%d of %d decided rule-resource pairs are compliant", res.Compliant, res.Compliant+res.NonCompliant))
		t.total("Rule score", percent(t.sum.RuleScore),
			fmt.Sprintf("%d of %d decided rules are compliant", rules.Compliant, rules.Compliant+rules.NonCompliant))
	}
	if t.sum.Accepted > 0 {
		t.total("Without accepted", percent(t.sum.AcceptedScore), plural(t.sum.Accepted, "finding")+" with an exception left out")
	}
	t.total("Results", "", fmt.Sprintf("%d non-compliant, %d compliant, %d undecided, %d not applicable",
		res.NonCompliant, res.Compliant, res.InsufficientData, res.NotApplicable))
	if t.open.total() > 0 {
		t.total("To be done", "", t.open.String())
	}
	if res.InsufficientData > 0 {
		t.undecided(res.InsufficientData)
	}
}

// total writes a line of the summary.
func (t *Text) total(name, score, text string) {
	const column = 18
	lead := fmt.Sprintf("%-*s", column-1, name)
	if score != "" {
		lead += " " + t.paint(bold, score) + " "
	}
	t.filled(0, lead, column, text)
}

func percent(p *float64) string {
	if p == nil {
		return "     -"
	}
	return fmt.Sprintf("%5.1f %%", *p)
}

func where(l assessment.Location) string {
	file := printable(l.File)
	if l.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, l.Line)
}
