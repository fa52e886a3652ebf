package report

import (
	"fmt"
	"io"
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
// and what is to be done first. It is always shorter than markdownLimit
// characters; what does not fit is counted.
type Markdown struct {
	triage.Collector
	w io.Writer
}

// NewMarkdown returns a renderer that writes to w when it is flushed.
func NewMarkdown(w io.Writer) *Markdown { return &Markdown{w: w} }

// Flush writes the comment.
func (m *Markdown) Flush() error {
	const room = 200 // for the line about what was left out
	found := findings(m.Results)
	parts := []string{m.head(found)}
	parts = append(parts, m.items()...)
	if len(found) > 0 {
		parts = append(parts, "\n### Findings\n\n| Severity | Rule | Where | What |\n|---|---|---|---|\n")
	}
	written, left := 0, 0
	var b strings.Builder
	add := func(part string) bool {
		n := utf8.RuneCountInString(part)
		if written+n > markdownLimit-room {
			return false
		}
		written += n
		b.WriteString(part)
		return true
	}
	for _, p := range parts {
		add(p)
	}
	for _, r := range found {
		if left > 0 || !add(findingRow(r)) {
			left++
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s more: see the full report.\n", plural(left, "finding"))
	}
	_, err := io.WriteString(m.w, b.String())
	return err
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
		b.WriteString("| Compliance score | Rule score | Non-compliant | Compliant | Undecided | Not applicable |\n|--:|--:|--:|--:|--:|--:|\n")
		fmt.Fprintf(&b, "| **%s** | %s | %d | %d | %d | %d |\n\n", strings.TrimSpace(percent(s.ComplianceScore)), strings.TrimSpace(percent(s.RuleScore)),
			s.Results.NonCompliant, s.Results.Compliant, s.Results.InsufficientData, s.Results.NotApplicable)
	}
	count := map[hipaa.Severity]int{}
	accepted := 0
	for _, r := range found {
		count[r.Severity]++
		if r.Exception != nil {
			accepted++
		}
	}
	var words []string
	for _, s := range hipaa.Severities() {
		if count[s] > 0 {
			words = append(words, fmt.Sprintf("%d %s", count[s], strings.ToLower(s.String())))
		}
	}
	if len(words) == 0 {
		words = []string{"none"}
	}
	fmt.Fprintf(&b, "Findings: %s.", strings.Join(words, ", "))
	if accepted > 0 {
		fmt.Fprintf(&b, " Accepted by an exception: %d.", accepted)
	}
	if m.Sum != nil && m.Sum.AcceptedScore != nil {
		fmt.Fprintf(&b, " Compliance score without them: %s.", strings.TrimSpace(percent(m.Sum.AcceptedScore)))
	}
	b.WriteByte('\n')
	return b.String()
}

// items are the first items of the plan.
func (m *Markdown) items() []string {
	plan := triage.Make(m.Results, triage.Options{})
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
