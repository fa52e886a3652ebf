package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// markdownLimit is what a comment on a pull request of GitHub holds: 65,536
// characters. The rest is room for what others put around it.
const markdownLimit = 65000

// Markdown writes a comment for a pull request: scores, findings by severity,
// and what is to be done first; with a baseline, how the score changed, what is
// new and what is fixed. It is always shorter than markdownLimit characters; what
// does not fit is counted.
type Markdown struct {
	triage.Collector
	w    io.Writer
	opts Options
}

// NewMarkdown returns a renderer that writes to w when it is flushed.
func NewMarkdown(w io.Writer, opts Options) *Markdown { return &Markdown{w: w, opts: opts} }

// Flush writes the comment.
func (m *Markdown) Flush() error {
	found := m.found()
	c := &comment{}
	c.add(m.head(found))
	for _, part := range slices.Concat(m.items(), m.comparison()) {
		c.add(part)
	}
	title := "Findings"
	if m.opts.Baseline != nil {
		title = "New findings"
		c.table("Fixed", m.opts.Baseline.Fixed(), 20)
	}
	c.table(title, found, len(found))
	_, err := io.WriteString(m.w, c.b.String())
	return err
}

// found are the findings to show: with a baseline, the new ones.
func (m *Markdown) found() []*assessment.Result {
	return slices.DeleteFunc(findings(m.Results), m.opts.Baseline.IsKnown)
}

// A comment is text with room for so much.
type comment struct {
	b       strings.Builder
	written int
}

// add writes a part if there is room for it, and for a line about what is left
// out.
func (c *comment) add(part string) bool {
	const room = 200
	n := utf8.RuneCountInString(part)
	if c.written+n > markdownLimit-room {
		return false
	}
	c.written += n
	c.b.WriteString(part)
	return true
}

// table writes at most so many of the findings, and counts the others.
func (c *comment) table(title string, found []*assessment.Result, most int) {
	if len(found) == 0 || !c.add("\n### "+title+"\n\n| Severity | Rule | Where | What |\n|---|---|---|---|\n") {
		return
	}
	for i, r := range found {
		if i == most || !c.add(findingRow(r)) {
			line := fmt.Sprintf("\n%s more: see the full report.\n", plural(len(found)-i, "finding"))
			c.written += len(line)
			c.b.WriteString(line)
			return
		}
	}
}

func (m *Markdown) head(found []*assessment.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## HIPAA assessment of `%s`\n\n", short(m.Head.Target, 200))
	for i, d := range m.Diagnostics {
		if i == 20 {
			fmt.Fprintf(&b, "\n%s more about the input.\n", plural(len(m.Diagnostics)-i, "message"))
			break
		}
		fmt.Fprintf(&b, "> **%s** %s %s\n", d.Severity, short(where(d.Location), 200), short(d.Summary, 300))
	}
	if len(m.Diagnostics) > 0 {
		b.WriteByte('\n')
	}
	if s := m.Sum; s != nil {
		var before assessment.Summary
		if m.opts.Baseline != nil && m.opts.Baseline.Before != nil {
			before = *m.opts.Baseline.Before
		}
		b.WriteString("| Compliance score | Rule score | Non-compliant | Compliant | Undecided | Not applicable |\n|--:|--:|--:|--:|--:|--:|\n")
		fmt.Fprintf(&b, "| **%s**%s | %s%s | %d | %d | %d | %d |\n\n",
			strings.TrimSpace(percent(s.ComplianceScore)), change(before.ComplianceScore, s.ComplianceScore),
			strings.TrimSpace(percent(s.RuleScore)), change(before.RuleScore, s.RuleScore),
			s.Results.NonCompliant, s.Results.Compliant, s.Results.InsufficientData, s.Results.NotApplicable)
	}
	if base := m.opts.Baseline; base != nil {
		fmt.Fprintf(&b, "New findings: %s. Fixed: %d. Known before and still open: %d.", bySeverity(found), len(base.Fixed()), len(base.Known))
	} else {
		fmt.Fprintf(&b, "Findings: %s.", bySeverity(found))
	}
	accepted := 0
	for _, r := range found {
		if r.Exception != nil {
			accepted++
		}
	}
	if accepted > 0 {
		fmt.Fprintf(&b, " Accepted by an exception: %d.", accepted)
	}
	if m.Sum != nil && m.Sum.AcceptedScore != nil {
		fmt.Fprintf(&b, " Compliance score without what is accepted: %s.", strings.TrimSpace(percent(m.Sum.AcceptedScore)))
	}
	b.WriteByte('\n')
	return b.String()
}

// change is by how much a score differs from an earlier one; "" if there is none.
func change(before, after *float64) string {
	if before == nil || after == nil {
		return ""
	}
	if d := fmt.Sprintf("%+.1f", *after-*before); d != "+0.0" && d != "-0.0" {
		return " (" + d + ")"
	}
	return " (unchanged)"
}

// bySeverity counts findings: "2 critical, 1 low".
func bySeverity(found []*assessment.Result) string {
	count := severityCount{}
	for _, r := range found {
		count[r.Severity]++
	}
	return count.String()
}

// items are the first items of the plan: of what is new, if a baseline has it.
func (m *Markdown) items() []string {
	plan := m.opts.plan(m.Results)
	if len(plan.Items) == 0 {
		return nil
	}
	parts := []string{"\n### What to do first\n\n| # | Item | Where | Estimate | Closes | Score after |\n|--:|---|---|---|--:|--:|\n"}
	for i, item := range plan.Items[:min(10, len(plan.Items))] {
		parts = append(parts, fmt.Sprintf("| %d | %s | `%s` | %s | %d | %s |\n", i+1, short(item.Title, 200), short(itemPlace(item), 200),
			span(item.Estimate), len(item.Results), strings.TrimSpace(percent(plan.Steps[i].ComplianceScore))))
	}
	return parts
}

func findingRow(r *assessment.Result) string {
	place := r.Resource.Address
	if r.Location.File != "" {
		place = where(r.Location) + " " + place
	}
	what := r.Annotation
	if r.Exception != nil {
		what = "accepted until " + r.Exception.Expires + ": " + r.Exception.Reason
	}
	rule := short(r.Rule, 100)
	if facts, ok := hipaa.Lookup(r.Rule); ok {
		rule = "[" + rule + "](" + facts.URL() + ")"
	}
	return fmt.Sprintf("| %s | %s | `%s` | %s |\n", r.Severity, rule, short(place, 300), short(what, 300))
}

// short is text for a cell of a table, cut after n characters.
func short(s string, n int) string {
	if utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n]) + "…"
	}
	return cell(s)
}
