package report

import (
	"fmt"
	"text/tabwriter"

	"safeguard/internal/assessment"
)

// differs reports whether the code that made a resource of AWS gets another
// verdict than AWS gives.
func differs(r *assessment.Result) bool { return r.Link != nil && r.Link.Offline != "" }

// comparison writes a table of where the code and AWS disagree, and why they may.
func (t *Text) comparison() {
	if len(t.differ) == 0 {
		return
	}
	t.line(0, "")
	t.line(0, t.paint(bold, "AWS and the code disagree"))
	tw := tabwriter.NewWriter(t.w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "RULE\tADDRESS\tWHERE\tCODE\tAWS\tLIKELY CAUSE")
	for _, r := range t.differ {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", printable(r.Rule), printable(r.Resource.Address), where(r.Location), r.Link.Offline, r.Verdict, printable(r.Link.Cause))
	}
	_ = tw.Flush() // to a bufio.Writer, which keeps its error
}

// comparison is the same table in Markdown, in parts.
func (m *Markdown) comparison() []string {
	var parts []string
	for _, r := range m.Results {
		if !differs(r) {
			continue
		}
		if parts == nil {
			parts = []string{"\n### AWS and the code disagree\n\n| Rule | Where | Code | AWS | Likely cause |\n|---|---|---|---|---|\n"}
		}
		parts = append(parts, fmt.Sprintf("| %s | `%s` | %s | %s | %s |\n", short(r.Rule, 100), short(where(r.Location)+" "+r.Resource.Address, 300), r.Link.Offline, r.Verdict, short(r.Link.Cause, 200)))
	}
	return parts
}
