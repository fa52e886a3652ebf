package report

import (
	"fmt"
	"io"
	"strings"

	"safeguard/internal/triage"
)

// planMarkdown writes a plan as a document.
func planMarkdown(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# HIPAA work plan\n\n")
	if len(plan.Items) == 0 {
		b.WriteString("Nothing to do: there are no findings.\n")
		_, err := io.WriteString(w, b.String())
		return err
	}
	last := plan.Steps[len(plan.Steps)-1]
	fmt.Fprintf(&b, "%s, %s (9 of 10 cases). Compliance score now %s, after all of it %s.\n\n",
		plural(len(plan.Items), "item"), span(plan.Total),
		strings.TrimSpace(percent(plan.Before.ComplianceScore)), strings.TrimSpace(percent(last.ComplianceScore)))
	if opts.Percent != nil {
		fmt.Fprintf(&b, "To reach %g %%: %s.\n\n", *opts.Percent, span(plan.Sum(opts.Chosen)))
	}
	b.WriteString("| # | Item | Severity | Where | Estimate | Risk | Findings | Score after | Key |\n|--:|---|---|---|---|---|--:|--:|---|\n")
	chosen := map[int]bool{}
	for _, i := range opts.Chosen {
		chosen[i] = true
	}
	for i, item := range plan.Items {
		if opts.Percent != nil && !chosen[i] {
			continue
		}
		fmt.Fprintf(&b, "| %d | %s | %s | `%s` | %s | %s | %d | %s | %s |\n", i+1, cell(item.Title), item.Severity,
			cell(itemPlace(item)), span(item.Estimate), riskOf(item), len(item.Results), strings.TrimSpace(percent(plan.Steps[i].ComplianceScore)), item.Key)
	}
	for n, s := range opts.Sprints {
		fmt.Fprintf(&b, "\n## Sprint %d\n\n%.1f h, score after it %s.\n\n", n+1, s.Hours, strings.TrimSpace(percent(s.Step.ComplianceScore)))
		for _, part := range s.Parts {
			item := plan.Items[part.Item]
			fmt.Fprintf(&b, "- %s (%.1f h, %s)", cell(item.Title), part.Hours, item.Key)
			if part.Of > 1 {
				fmt.Fprintf(&b, ", part %d of %d", part.Number, part.Of)
			}
			if item.Window() {
				b.WriteString(", maintenance window")
			}
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell is text for a cell of a Markdown table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "`", "'", "<", "&lt;").Replace(printable(s))
}
