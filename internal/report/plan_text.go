package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// shownItems is how many items text shows unless it is to show all.
const shownItems = 15

// planText writes a plan for people.
func planText(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	t := &Text{w: bufio.NewWriter(w), opts: opts.TextOptions}
	if len(plan.Items) == 0 {
		t.line(0, "Nothing to do: there are no findings.")
		return t.w.Flush()
	}
	findings := 0
	for _, item := range plan.Items {
		findings += len(item.Results)
	}
	t.line(0, t.paint(bold, fmt.Sprintf("%s closing %s, in %s (9 of 10 cases)", plural(len(plan.Items), "item"), plural(findings, "finding"), span(plan.Total))))
	t.line(0, "")
	t.burnUp(plan)
	t.line(0, "")
	switch {
	case opts.Percent != nil:
		t.target(plan, opts)
	case opts.Sprints != nil:
		t.sprints(plan, opts)
	default:
		t.items(plan, opts.All)
	}
	return t.w.Flush()
}

// items lists the items in their order, with the score after each.
func (t *Text) items(plan *triage.Plan, all bool) {
	t.line(0, t.paint(bold, "Quick wins first"))
	for i, item := range plan.Items {
		if i == shownItems && !all {
			t.line(0, "")
			t.line(0, fmt.Sprintf("and %d more: --all shows them", len(plan.Items)-i))
			return
		}
		t.planItem(plan, i, item)
	}
}

func (t *Text) planItem(plan *triage.Plan, i int, item *triage.Item) {
	head := fmt.Sprintf("%3d  %s", i+1, percent(plan.Steps[i].ComplianceScore))
	t.filled(0, t.paint(bold, head)+"  "+t.paint(severityStyle(item.Severity), fmt.Sprintf("%-8s", item.Severity)), 5, item.Title)
	t.fields(5, []field{{cyan, itemPlace(item)}, {dim, item.Address}})
	about := []field{{"", span(item.Estimate)}, {"", plural(len(item.Results), "finding")}}
	if item.Risk != hipaa.RiskNone && item.Risk != "" {
		about = append(about, field{yellow, "risk: " + riskOf(item)})
	}
	for _, j := range item.After {
		about = append(about, field{dim, fmt.Sprintf("after %d", j+1)})
	}
	t.fields(5, append(about, field{dim, item.Key}))
}

// burnUp draws the score over the hours as bars.
func (t *Text) burnUp(plan *triage.Plan) {
	const bars = 8
	all := points(plan)
	total := all[len(all)-1].Hours
	width := min(t.opts.Width-34, 50)
	at := 0
	for n := range bars + 1 {
		limit := total * float64(n) / bars
		for at+1 < len(all) && all[at+1].Hours <= limit+1e-9 {
			at++
		}
		step := all[at]
		filled := 0
		if step.ComplianceScore != nil {
			filled = int(math.Round(*step.ComplianceScore / 100 * float64(width)))
		}
		bar := t.paint(green, strings.Repeat("█", filled)) + t.paint(dim, strings.Repeat("·", width-filled))
		t.line(2, fmt.Sprintf("%6.1f h  %s %s  %d open", limit, bar, percent(step.ComplianceScore), step.Open))
	}
}

func (t *Text) target(plan *triage.Plan, opts PlanOptions) {
	sum := plan.Sum(opts.Chosen)
	t.line(0, t.paint(bold, fmt.Sprintf("To reach %g %%: %s, %s", *opts.Percent, plural(len(opts.Chosen), "item"), span(sum))))
	for _, i := range opts.Chosen {
		t.planItem(plan, i, plan.Items[i])
	}
}

func (t *Text) sprints(plan *triage.Plan, opts PlanOptions) {
	for n, s := range opts.Sprints {
		if n > 0 {
			t.line(0, "")
		}
		when := ""
		if !opts.Started.IsZero() {
			begin := opts.Started.Add(time.Duration(n) * opts.Sprint)
			when = ", from " + begin.Format(time.DateOnly)
		}
		t.line(0, t.paint(bold, fmt.Sprintf("Sprint %d%s: %.1f h, then %s", n+1, when, s.Hours, strings.TrimSpace(percent(s.Step.ComplianceScore)))))
		for _, part := range s.Parts {
			item := plan.Items[part.Item]
			lead := fmt.Sprintf("%5.1f h", part.Hours)
			if part.Of > 1 {
				lead += fmt.Sprintf(" (part %d of %d)", part.Number, part.Of)
			}
			t.filled(2, lead+"  "+t.paint(severityStyle(item.Severity), item.Severity.String()), 11, item.Title)
			fields := []field{{cyan, itemPlace(item)}, {dim, item.Key}}
			if item.Window() {
				fields = append(fields, field{yellow, "maintenance window: " + string(item.Risk)})
			}
			t.fields(11, fields)
		}
	}
}
