package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// Matrix writes every safeguard of 45 CFR 164.308 to 164.316 with what the
// assessment says of it, as Markdown: required or addressable, its rules and
// their state, what is open, and what is left to people.
type Matrix struct {
	w     *bufio.Writer
	head  *assessment.Config
	rules map[string]*ruleCount
}

// ruleCount is what an assessment found by one rule.
type ruleCount struct {
	assessment.Counts
	accepted int
	worst    []*assessment.Result // some of the findings
}

// NewMatrix returns a renderer that writes to w when it is flushed.
func NewMatrix(w io.Writer) *Matrix {
	return &Matrix{w: bufio.NewWriter(w), rules: map[string]*ruleCount{}}
}

// Config keeps the message for the headline.
func (m *Matrix) Config(c *assessment.Config) error { m.head = c; return nil }

// Progress does nothing.
func (m *Matrix) Progress(*assessment.Progress) error { return nil }

// Diagnostic does nothing: the matrix is about results.
func (m *Matrix) Diagnostic(*assessment.Diagnostic) error { return nil }

// Summary does nothing: the matrix counts by safeguard.
func (m *Matrix) Summary(*assessment.Summary) error { return nil }

// shownFindings is how many findings of a rule a safeguard names.
const shownFindings = 3

// Result counts a result by its rule.
func (m *Matrix) Result(r *assessment.Result) error {
	c := m.rules[r.Rule]
	if c == nil {
		c = &ruleCount{}
		m.rules[r.Rule] = c
	}
	if r.Exception != nil {
		c.accepted++
		return nil
	}
	c.Add(r.Verdict)
	if r.Verdict == assessment.NonCompliant && len(c.worst) < shownFindings {
		c.worst = append(c.worst, r)
	}
	return nil
}

// status is the state of a safeguard.
type status string

// The states, the gravest first. A safeguard that no rule is about is for people.
const (
	statusOpen      status = "open"      // a finding of one of its rules
	statusUndecided status = "undecided" // a rule that could not be decided
	statusMet       status = "met as far as rules tell"
	statusNothing   status = "nothing to judge" // no resource that its rules are about
	statusPeople    status = "for people"
)

// statusOf is the state of a safeguard with its rules.
func (m *Matrix) statusOf(rules []*hipaa.Rule) status {
	if len(rules) == 0 {
		return statusPeople
	}
	s := statusNothing
	for _, r := range rules {
		c := m.rules[r.Identifier]
		switch {
		case c == nil:
		case c.NonCompliant > 0:
			return statusOpen
		case c.InsufficientData > 0:
			s = statusUndecided
		case (c.Compliant > 0 || c.accepted > 0) && s == statusNothing:
			s = statusMet
		}
	}
	return s
}

// Flush writes the matrix.
func (m *Matrix) Flush() error {
	fmt.Fprintf(m.w, "# HIPAA Security Rule: safeguards and evidence\n\n")
	if m.head != nil {
		fmt.Fprintf(m.w, "%s, assessed %s by %s (%s).\n\n", cell(m.head.Target), m.head.Started.Format("2006-01-02 15:04 MST"), cell(m.head.Pack), cell(m.head.Source))
	}
	m.overview()
	section := ""
	for _, c := range hipaa.Citations() {
		if c.Section() != section {
			section = c.Section()
			fmt.Fprintf(m.w, "\n## %s %s\n", section, c.Safeguard())
		}
		m.citation(c)
	}
	return m.w.Flush()
}

// overview counts the safeguards of each section by their states.
func (m *Matrix) overview() {
	states := []status{statusOpen, statusUndecided, statusMet, statusNothing, statusPeople}
	var sections []string
	counts := map[string]map[status]int{}
	titles := map[string]string{}
	for _, c := range hipaa.Citations() {
		s := c.Section()
		if counts[s] == nil {
			counts[s] = map[status]int{}
			titles[s] = c.Safeguard()
			sections = append(sections, s)
		}
		counts[s][m.statusOf(c.Rules())]++
	}
	m.w.WriteString("| Section | Open | Undecided | Met as far as rules tell | Nothing to judge | For people |\n|---|--:|--:|--:|--:|--:|\n")
	for _, s := range sections {
		fmt.Fprintf(m.w, "| %s %s |", s, titles[s])
		for _, state := range states {
			fmt.Fprintf(m.w, " %d |", counts[s][state])
		}
		m.w.WriteByte('\n')
	}
	m.w.WriteString("\nRules tell about technical controls alone: no safeguard is met without the evidence that each asks for.\n")
}

func (m *Matrix) citation(c *hipaa.Citation) {
	rules := c.Rules()
	fmt.Fprintf(m.w, "\n### %s %s\n\n%s %s, **%s**. %s\n\n", c.ID, c.Title, strings.ToUpper(string(c.Requirement[:1]))+string(c.Requirement[1:]), c.Kind, m.statusOf(rules), c.Text)
	if len(rules) > 0 {
		m.w.WriteString("| Rule | Severity | Compliant | Open | Undecided | Accepted |\n|---|---|--:|--:|--:|--:|\n")
		for _, r := range rules {
			n := m.rules[r.Identifier]
			if n == nil {
				n = &ruleCount{}
			}
			fmt.Fprintf(m.w, "| %s: %s | %s | %d | %d | %d | %d |\n", r.Identifier, cell(r.Title), r.Severity, n.Compliant, n.NonCompliant, n.InsufficientData, n.accepted)
		}
		m.w.WriteByte('\n')
		m.open(rules)
	}
	if c.Evidence != "" {
		fmt.Fprintf(m.w, "Left to people: %s\n", c.Evidence)
	}
}

// open names some of the findings of a safeguard.
func (m *Matrix) open(rules []*hipaa.Rule) {
	named := false
	for _, r := range rules {
		c := m.rules[r.Identifier]
		if c == nil {
			continue
		}
		for _, f := range c.worst {
			fmt.Fprintf(m.w, "- `%s` (%s): %s\n", strings.ReplaceAll(f.Resource.Address, "`", "'"), cell(where(f.Location)), cell(f.Annotation))
			named = true
		}
		if more := c.NonCompliant - len(c.worst); more > 0 {
			fmt.Fprintf(m.w, "- and %d more of %s\n", more, r.Identifier)
		}
	}
	if named {
		m.w.WriteByte('\n')
	}
}
