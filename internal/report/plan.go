package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/triage"
)

// PlanOptions say how to render a plan.
type PlanOptions struct {
	TextOptions
	Target  string    // what was assessed
	Started time.Time // when
	Sprints []triage.Sprint
	Sprint  time.Duration // length of one
	Percent *float64      // a score to reach, by the items Chosen
	Chosen  []int
	All     bool // all items, not the first ones
	Results []*assessment.Result
}

// A PlanFunc renders a plan.
type PlanFunc func(io.Writer, *triage.Plan, PlanOptions) error

var planFormats = []struct {
	name   string
	render PlanFunc
}{
	{"text", planText},
	{"markdown", planMarkdown},
	{"json", planJSON},
	{"csv", planCSV},
	{"jira", planJira},
	{"github", planGitHub},
	{"linear", planLinear},
}

// PlanFormats are the names of the formats of plans.
func PlanFormats() []string {
	var names []string
	for _, f := range planFormats {
		names = append(names, f.name)
	}
	return names
}

// PlanRenderer finds the renderer for a format.
func PlanRenderer(name string) (PlanFunc, error) {
	i := slices.IndexFunc(planFormats, func(f struct {
		name   string
		render PlanFunc
	}) bool {
		return f.name == name
	})
	if i < 0 {
		return nil, fmt.Errorf("%q: want %s", name, strings.Join(PlanFormats(), ", "))
	}
	return planFormats[i].render, nil
}

// span is an estimate for people: "0.5-2 h".
func span(e triage.Estimate) string {
	low, high := max(triage.Hours(e.Optimistic), 0.1), max(triage.Hours(e.Pessimistic), 0.1)
	if low == high {
		return fmt.Sprintf("%g h", low)
	}
	return fmt.Sprintf("%g-%g h", low, high)
}

// itemPlace is where an item is: file:line, or the account.
func itemPlace(item *triage.Item) string {
	if item.Location.File == "" {
		return item.Address
	}
	return where(item.Location)
}

// describe is the text of an item for a ticket, in Markdown.
func describe(plan *triage.Plan, item *triage.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Closes %s of AWS's conformance pack for HIPAA:\n\n", plural(len(item.Results), "finding"))
	for _, id := range item.Rules {
		fmt.Fprintf(&b, "- %s\n", ruleLine(id))
	}
	fmt.Fprintf(&b, "\nWhere: `%s`, %s\n\n", itemPlace(item), strings.ReplaceAll(item.Address, "`", ""))
	for i, r := range item.Results {
		if i == 20 {
			fmt.Fprintf(&b, "- and %d more\n", len(item.Results)-i)
			break
		}
		fmt.Fprintf(&b, "- `%s`: %s\n", r.Resource.Address, printable(r.Annotation))
	}
	fmt.Fprintf(&b, "\nWhat to do: %s\n", guidance(item))
	if len(item.Needs) > 0 {
		fmt.Fprintf(&b, "\nIt needs %s.\n", strings.Join(item.Needs, "; "))
	}
	for _, j := range item.After {
		fmt.Fprintf(&b, "\nAfter %s: %s.\n", plan.Items[j].Key, plan.Items[j].Title)
	}
	fmt.Fprintf(&b, "\nEstimate %s, risk: %s. Key %s.\n", span(item.Estimate), riskOf(item), item.Key)
	return b.String()
}

func riskOf(item *triage.Item) string {
	if item.Risk == "" {
		return "none"
	}
	if item.Window() {
		return string(item.Risk) + " (maintenance window)"
	}
	return string(item.Risk)
}

// points are the items of a burn-up: the score at the start and after each.
func points(plan *triage.Plan) []triage.Step {
	start := triage.Step{ComplianceScore: plan.Before.ComplianceScore, RuleScore: plan.Before.RuleScore, Open: plan.Before.Results.NonCompliant}
	return append([]triage.Step{start}, plan.Steps...)
}
