package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"safeguard/internal/fix"
	"safeguard/internal/hipaa"
	"safeguard/internal/terraform/trial"
)

// FixOptions say how to render a plan of fixes.
type FixOptions struct {
	TextOptions
	Dir string // paths are shown as they are from here
	// Written says that the files have been changed.
	Written bool
}

// Fix writes what a plan of fixes changes and what it leaves to people, and why.
func Fix(w io.Writer, plan *fix.Plan, opts FixOptions) error {
	buffered := bufio.NewWriter(w)
	t := &Text{w: buffered, opts: opts.TextOptions}
	for i, section := range fixSections {
		var items []*fix.Item
		for _, item := range plan.Items {
			if item.Outcome == section.outcome {
				items = append(items, item)
			}
		}
		if len(items) == 0 {
			continue
		}
		if i > 0 {
			t.line(0, "")
		}
		title := section.title
		if opts.Written && section.written != "" {
			title = section.written
		}
		t.line(0, t.paint(bold, fmt.Sprintf("%s: %s", title, counted(items))))
		section.list(t, items, opts.Dir)
	}
	if len(plan.Items) == 0 {
		t.line(0, "Nothing to fix.")
		return buffered.Flush()
	}
	t.validation(plan.Validation, opts.Dir)
	t.line(0, "")
	t.line(0, "Compliance score   "+percent(plan.Before.ComplianceScore)+"  ->  "+percent(plan.After.ComplianceScore))
	t.line(0, "Rule score         "+percent(plan.Before.RuleScore)+"  ->  "+percent(plan.After.RuleScore))
	return buffered.Flush()
}

// fixSections are the parts of the report, in their order.
var fixSections = []struct {
	outcome        fix.Outcome
	title, written string
	list           func(t *Text, items []*fix.Item, dir string)
}{
	{fix.Fixed, "Would be fixed", "Fixed", listFixed},
	{fix.Risky, "Left out for their risk", "", listRisky},
	{fix.Refused, "Not wanted", "", listFixed},
	{fix.Failed, "Tried, and not proved", "", listReasons},
	{fix.Manual, "For people", "", listManual},
}

// counted is "3 items, 7 findings".
func counted(items []*fix.Item) string {
	findings := 0
	for _, item := range items {
		findings += len(item.Results)
	}
	return plural(len(items), "item") + ", " + plural(findings, "finding")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (t *Text) fixItem(item *fix.Item, dir string) {
	where := "account"
	if item.Location.File != "" {
		where = fmt.Sprintf("%s:%d", fix.Relative(dir, item.Location.File), item.Location.Line)
	}
	fields := []field{{cyan, where}, {severityStyle(item.Severity), item.Rule}}
	if item.Part != "" {
		fields = append(fields, field{"", item.Part})
	}
	if n := len(item.Results); n > 1 {
		fields = append(fields, field{dim, plural(n, "finding")})
	}
	t.fields(2, fields)
}

func listFixed(t *Text, items []*fix.Item, dir string) {
	for _, item := range items {
		t.fixItem(item, dir)
		for _, n := range item.Notes {
			t.wrapped(6, n)
		}
		t.effects(item)
	}
}

// effects tells what terraform would do for an item, one action a line.
func (t *Text) effects(item *fix.Item) {
	for _, action := range []trial.Action{trial.Update, trial.Replace, trial.Create, trial.Destroy} {
		var addresses []string
		for _, c := range item.Effects {
			if c.Action == action {
				addresses = append(addresses, c.Address)
			}
		}
		if len(addresses) > 0 {
			t.wrapped(6, fmt.Sprintf("%s: %s", action, strings.Join(addresses, ", ")))
		}
	}
}

// validation tells what terraform was asked, and by which roots.
func (t *Text) validation(v fix.Validation, dir string) {
	if len(v.Roots)+len(v.Unasked) == 0 {
		return
	}
	t.line(0, "")
	for _, root := range slices.Sorted(maps.Keys(v.Unasked)) {
		t.wrapped(0, "Not validated in "+fix.Relative(dir, root)+", since terraform cannot be asked there, without the changes either: "+v.Unasked[root])
	}
	for _, root := range v.Roots {
		name := fix.Relative(dir, root)
		if why := v.Faulty[root]; why != "" {
			t.wrapped(0, "terraform validate finds no new fault in "+name+"; before the changes too: "+why)
			continue
		}
		t.line(0, "terraform validate finds no fault in "+name)
		if why := v.Unplanned[root]; why != "" {
			t.wrapped(0, "terraform plan fails there, before the changes too: "+why)
		}
	}
}

func listReasons(t *Text, items []*fix.Item, dir string) {
	for _, item := range items {
		t.fixItem(item, dir)
		t.wrapped(6, item.Reason)
	}
}

// listRisky groups by risk, since --risk lets them in by it.
func listRisky(t *Text, items []*fix.Item, dir string) {
	for _, risk := range []hipaa.Risk{hipaa.RiskCost, hipaa.RiskDowntime, hipaa.RiskReplacement, hipaa.RiskDataLoss} {
		first := true
		for _, item := range items {
			if item.Risk != risk {
				continue
			}
			if first {
				t.line(2, fmt.Sprintf("--risk %s: %s", risk, riskWords[risk]))
				first = false
			}
			t.fixItem(item, dir)
			facts, _ := hipaa.Lookup(item.Rule)
			t.wrapped(6, facts.Guide().Fix.Notes)
		}
	}
}

var riskWords = map[hipaa.Risk]string{
	hipaa.RiskCost:        "costs money as long as it exists",
	hipaa.RiskDowntime:    "may interrupt, or break clients",
	hipaa.RiskReplacement: "replaces the resource",
	hipaa.RiskDataLoss:    "may destroy data",
}

// listManual groups by rule and reason: people do the same thing for all. The
// code to start from comes once for a rule, where it is about that.
func listManual(t *Text, items []*fix.Item, dir string) {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b *fix.Item) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Reason, b.Reason))
	})
	for i, item := range sorted {
		t.fixItem(item, dir)
		if i+1 == len(sorted) || sorted[i+1].Rule != item.Rule || sorted[i+1].Reason != item.Reason {
			t.wrapped(6, item.Reason)
		}
		if i+1 < len(sorted) && sorted[i+1].Rule == item.Rule {
			continue
		}
		if facts, ok := hipaa.Lookup(item.Rule); ok && facts.StartingCode() != "" {
			t.line(6, "Start from:")
			t.code(8, facts.StartingCode())
		}
	}
}
