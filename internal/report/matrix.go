package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/triage"
)

// Matrix writes every safeguard of 45 CFR 164.308 to 164.316 with what the
// assessment says of it, as Markdown: required or addressable, its rules and
// their state, what is open, and what is left to people.
type Matrix struct {
	triage.Collector
	w    *bufio.Writer
	opts Options
}

// NewMatrix returns a renderer that writes to w when it is flushed.
func NewMatrix(w io.Writer, opts Options) *Matrix {
	return &Matrix{w: bufio.NewWriter(w), opts: opts}
}

// shownFindings is how many findings of a rule a safeguard names.
const shownFindings = 3

// Flush writes the matrix.
func (m *Matrix) Flush() error {
	m.w.WriteString("# HIPAA Security Rule: safeguards and evidence\n\n")
	var selected []string
	if m.Head != nil {
		selected = m.Head.Selected
		fmt.Fprintf(m.w, "%s, assessed %s by %s (%s).\n\n", cell(m.Head.Target), m.Head.Started.Format("2006-01-02 15:04 MST"), cell(m.Head.Pack), cell(m.Head.Source))
	}
	results := m.opts.all(m.Results)
	paragraphs := triage.Matrix(results, selected)
	m.overview(paragraphs)
	open := map[string][]*assessment.Result{}
	for _, r := range findings(results) {
		if r.Exception == nil {
			open[r.Rule] = append(open[r.Rule], r)
		}
	}
	section := ""
	for _, p := range paragraphs {
		if p.Section() != section {
			section = p.Section()
			fmt.Fprintf(m.w, "\n## %s %s\n", section, p.Safeguard())
		}
		m.paragraph(p, open)
	}
	return m.w.Flush()
}

// overview counts the safeguards of each section by their status.
func (m *Matrix) overview(paragraphs []triage.Paragraph) {
	m.w.WriteString("| Section |")
	for _, s := range triage.Statuses {
		fmt.Fprintf(m.w, " %s |", sentence(string(s)))
	}
	m.w.WriteString("\n|---|" + strings.Repeat("--:|", len(triage.Statuses)) + "\n")
	for len(paragraphs) > 0 {
		first := paragraphs[0]
		count := map[triage.Status]int{}
		for len(paragraphs) > 0 && paragraphs[0].Section() == first.Section() {
			count[paragraphs[0].Status]++
			paragraphs = paragraphs[1:]
		}
		fmt.Fprintf(m.w, "| %s %s |", first.Section(), first.Safeguard())
		for _, s := range triage.Statuses {
			fmt.Fprintf(m.w, " %d |", count[s])
		}
		m.w.WriteByte('\n')
	}
	m.w.WriteString("\nRules tell about technical controls alone: no safeguard is met without the evidence that each asks for.\n")
}

// sentence is s with a capital.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (m *Matrix) paragraph(p triage.Paragraph, open map[string][]*assessment.Result) {
	fmt.Fprintf(m.w, "\n### %s %s\n\n%s %s, **%s**. %s\n\n", p.ID, p.Title, sentence(string(p.Requirement)), p.Kind, p.Status, p.Text)
	if len(p.States) > 0 {
		m.w.WriteString("| Rule | Severity | State |\n|---|---|---|\n")
		for _, s := range p.States {
			fmt.Fprintf(m.w, "| %s: %s | %s | %s |\n", s.Rule.Identifier, cell(s.Rule.Title), s.Rule.Severity, stateText(s))
		}
		m.w.WriteByte('\n')
		m.open(p.States, open)
	}
	if p.Evidence != "" {
		fmt.Fprintf(m.w, "Left to people: %s\n", p.Evidence)
	}
}

// open names some of the findings of a safeguard.
func (m *Matrix) open(states []triage.RuleState, open map[string][]*assessment.Result) {
	named := false
	for _, s := range states {
		found := open[s.Rule.Identifier]
		for _, f := range found[:min(shownFindings, len(found))] {
			fmt.Fprintf(m.w, "- `%s` (%s): %s\n", strings.ReplaceAll(f.Resource.Address, "`", "'"), cell(where(f.Location)), cell(f.Annotation))
			named = true
		}
		if more := len(found) - shownFindings; more > 0 {
			fmt.Fprintf(m.w, "- and %d more of %s\n", more, s.Rule.Identifier)
		}
	}
	if named {
		m.w.WriteByte('\n')
	}
}

// stateText is what was found under a rule, in numbers.
func stateText(s triage.RuleState) string {
	if !s.Judged {
		return "not judged"
	}
	var words []string
	for _, n := range []struct {
		n    int
		word string
	}{
		{s.Results.NonCompliant - s.Accepted, "non-compliant"}, {s.Accepted, "accepted"},
		{s.Results.InsufficientData, "undecided"}, {s.Results.Compliant, "compliant"},
	} {
		if n.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n.n, n.word))
		}
	}
	if len(words) == 0 {
		return "no resource"
	}
	return strings.Join(words, ", ")
}
