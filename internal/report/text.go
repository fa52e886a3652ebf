package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	causes map[string]*cause
	roots  map[string]bool
	sum    *assessment.Summary
}

// A cause is a reason for undecided results.
type cause struct {
	text  string
	count int
}

// NewText returns a renderer that writes to w when it is flushed.
func NewText(w io.Writer, opts TextOptions) *Text {
	return &Text{w: bufio.NewWriter(w), opts: opts, causes: map[string]*cause{}, roots: map[string]bool{}}
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
		text := r.Annotation
		if strings.HasPrefix(text, "only AWS knows") {
			text = "only AWS knows: `safeguard rules NAME` says where to look"
		}
		c := t.causes[text]
		if c == nil {
			c = &cause{text: text}
			t.causes[text] = c
		}
		c.count++
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
	return t.w.Flush()
}

func (t *Text) diagnostic(d *assessment.Diagnostic) {
	style := yellow
	if d.Severity == "error" {
		style = red
	}
	place := ""
	if d.Location.File != "" {
		place = where(d.Location) + ": "
	}
	t.line(0, t.paint(style, d.Severity)+": "+place+d.Summary)
	if d.Detail != "" {
		t.wrapped(4, d.Detail)
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
	if len(groups) > 0 {
		t.line(0, "")
	}
}

func (t *Text) result(r *assessment.Result) {
	place := where(r.Location)
	if place == "" {
		place = "(" + r.Resource.Root + ")"
	}
	head := t.paint(cyan, place) + "  " + r.Resource.Address
	if len(t.opts.Verdicts) > 1 {
		head += "  " + t.paint(verdictStyle(r.Verdict), string(r.Verdict))
	}
	if len(t.roots) > 1 {
		head += t.paint(dim, "  root "+r.Resource.Root)
	}
	t.line(4, head)
	if r.Annotation != "" {
		t.wrapped(8, r.Annotation)
	}
	if place := evidencePlace(r); place != "" {
		t.line(8, t.paint(dim, "see "+place))
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
	t.line(0, "Compliance score  "+t.paint(bold, percent(t.sum.ComplianceScore))+
		fmt.Sprintf("  %d of %d decided rule-resource pairs are compliant", res.Compliant, res.Compliant+res.NonCompliant))
	t.line(0, "Rule score        "+t.paint(bold, percent(t.sum.RuleScore))+
		fmt.Sprintf("  %d of %d decided rules are compliant", rules.Compliant, rules.Compliant+rules.NonCompliant))
	t.line(0, fmt.Sprintf("Results           %d non-compliant, %d compliant, %d undecided, %d not applicable",
		res.NonCompliant, res.Compliant, res.InsufficientData, res.NotApplicable))
	if res.InsufficientData == 0 {
		return
	}
	t.line(0, "")
	t.line(0, fmt.Sprintf("Undecided: %d. What would decide most of them:", res.InsufficientData))
	causes := slices.SortedFunc(maps.Values(t.causes), func(a, b *cause) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.text, b.text))
	})
	const most = 5
	for _, c := range causes[:min(most, len(causes))] {
		t.wrapped(2, fmt.Sprintf("%3d  %s", c.count, c.text))
	}
	if n := len(causes) - most; n > 0 {
		t.line(2, fmt.Sprintf("     and %d more: --verdict INSUFFICIENT_DATA shows all", n))
	}
}

func percent(p *float64) string {
	if p == nil {
		return "     -"
	}
	return fmt.Sprintf("%5.1f %%", *p)
}

func where(l assessment.Location) string {
	if l.Line == 0 {
		return l.File
	}
	return fmt.Sprintf("%s:%d", l.File, l.Line)
}

// line writes one line, indented.
func (t *Text) line(indent int, s string) {
	if s != "" {
		t.w.WriteString(strings.Repeat(" ", indent))
	}
	t.w.WriteString(s)
	t.w.WriteByte('\n')
}

// wrapped writes text over as many lines as it needs, broken at spaces.
func (t *Text) wrapped(indent int, text string) {
	room := max(t.opts.Width-indent, 20)
	hang := 0
	if i := strings.IndexFunc(text, func(r rune) bool { return r != ' ' && !unicode.IsDigit(r) }); i > 0 && strings.Contains(text[:i], "  ") {
		hang = i // a count in front: later lines stand under the text
	}
	line, first := "", true
	flush := func() {
		pad := indent
		if !first {
			pad += hang
		}
		t.line(pad, line)
		line, first = "", false
	}
	lead := text[:hang]
	for i, word := range strings.Fields(printable(text[hang:])) {
		limit := room
		if !first {
			limit -= hang
		}
		switch {
		case i == 0:
			line = lead + word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > limit:
			flush()
			line = word
		default:
			line += " " + word
		}
	}
	if line != "" {
		flush()
	}
}

// printable takes the control characters out of text that comes from the input.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// A style is an ANSI escape sequence.
type style string

const (
	bold   style = "\033[1m"
	dim    style = "\033[2m"
	red    style = "\033[31m"
	green  style = "\033[32m"
	yellow style = "\033[33m"
	blue   style = "\033[34m"
	cyan   style = "\033[36m"
	alarm  style = "\033[1;31m"
)

func (t *Text) paint(s style, text string) string {
	if !t.opts.Color {
		return text
	}
	return string(s) + text + "\033[0m"
}

func severityStyle(s hipaa.Severity) style {
	switch s {
	case hipaa.Critical:
		return alarm
	case hipaa.High:
		return red
	case hipaa.Medium:
		return yellow
	}
	return blue
}

func verdictStyle(v assessment.Verdict) style {
	switch v {
	case assessment.NonCompliant:
		return red
	case assessment.Compliant:
		return green
	case assessment.InsufficientData:
		return yellow
	}
	return dim
}
