package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// ItemColumns are the columns of a spreadsheet of items: those that people edit
// are read back by triage.ReadEdits.
var ItemColumns = []string{
	triage.ColumnKey, "Order", "Severity", triage.ColumnOptimistic, triage.ColumnPessimistic, triage.ColumnComments, "Title", "Resource",
	"ComplianceStatus", "Description", "Recommendation", "RemediationURL", triage.ColumnOwner, triage.ColumnStatus, triage.ColumnActual,
	"Rules", "HIPAA citations", "Account", "Region", "Root", "Terraform address", "File", "Line", "Findings", "Risk", "After", "Needs",
	"Expected hours", "Risk closed", "Score after",
}

// ItemCells are the cells of an item.
func ItemCells(plan *triage.Plan, i int) []string {
	item := plan.Items[i]
	var after []string
	for _, j := range item.After {
		after = append(after, plan.Items[j].Key)
	}
	first := item.Results[0]
	line := ""
	if item.Location.Line > 0 {
		line = fmt.Sprint(item.Location.Line)
	}
	return []string{
		item.Key, fmt.Sprint(i + 1), item.Severity.String(), hours(item.Estimate.Optimistic), hours(item.Estimate.Pessimistic), item.Edit.Comments,
		item.Title, first.Resource.Type, string(first.Verdict), printable(first.Annotation), guidance(item), page(item), item.Edit.Owner, item.Edit.Status, number(item.Edit.Actual),
		strings.Join(item.Rules, " "), strings.Join(citations(item), " "), first.Resource.Account, first.Resource.Region, item.Root, item.Address, item.Location.File, line,
		fmt.Sprint(len(item.Results)), riskOf(item), strings.Join(after, " "), strings.Join(item.Needs, "; "),
		hours(item.Estimate.Expected), fmt.Sprintf("%.2f", item.Closes), strings.TrimSpace(percent(plan.Steps[i].ComplianceScore)),
	}
}

// GoneCells are the cells of what people typed for an item that is not there any
// more.
func GoneCells(e triage.Edit) []string {
	cells := make([]string, len(ItemColumns))
	for name, value := range map[string]string{
		triage.ColumnKey: e.Key, triage.ColumnOwner: e.Owner, triage.ColumnStatus: e.Status, triage.ColumnComments: e.Comments,
		triage.ColumnOptimistic: number(e.Optimistic), triage.ColumnPessimistic: number(e.Pessimistic), triage.ColumnActual: number(e.Actual),
		"Title": "no longer found",
	} {
		cells[slices.Index(ItemColumns, name)] = value
	}
	return cells
}

func number(p *float64) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(*p)
}

// page is AWS's page of the gravest rule of an item.
func page(item *triage.Item) string {
	if facts, ok := hipaa.Lookup(item.Rules[0]); ok {
		return facts.URL()
	}
	return ""
}

// planCSV writes one row an item, for spreadsheets.
func planCSV(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	if err := rows(w, plan, ItemColumns, func(i int, _ *triage.Item) []string { return ItemCells(plan, i) }); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	for _, e := range plan.Gone {
		cells := GoneCells(e)
		for i := range cells {
			cells[i] = neutral(cells[i])
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// planJira writes what Jira's CSV importer maps by itself: Summary, Issue Type,
// Priority, Labels (a column each), Description, Original Estimate in seconds,
// and the key as External issue ID, by which a later import updates the issue.
// Source: Atlassian support, "Import data from a CSV file".
func planJira(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	priority := map[hipaa.Severity]string{hipaa.Critical: "Highest", hipaa.High: "High", hipaa.Medium: "Medium", hipaa.Low: "Low"}
	return rows(w, plan, []string{
		"Summary", "Issue Type", "Priority", "Labels", "Labels", "Labels", "Original Estimate", "External issue ID", "Description",
	}, func(_ int, item *triage.Item) []string {
		return []string{
			item.Title + " (" + item.Address + ")", "Task", priority[item.Severity], "hipaa", "safeguard", item.Key,
			fmt.Sprint(int(item.Estimate.Expected * 3600)), item.Key, describe(plan, item),
		}
	})
}

// planLinear writes what Linear's importer for CSV files reads: Title,
// Description, Priority, Status, Labels (separated by commas), Estimate.
func planLinear(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	priority := map[hipaa.Severity]string{hipaa.Critical: "Urgent", hipaa.High: "High", hipaa.Medium: "Medium", hipaa.Low: "Low"}
	return rows(w, plan, []string{"ID", "Title", "Description", "Priority", "Status", "Labels", "Estimate"}, func(_ int, item *triage.Item) []string {
		return []string{
			item.Key, item.Title + " (" + item.Address + ")", describe(plan, item), priority[item.Severity], "Backlog", "hipaa, " + item.Key,
			fmt.Sprint(max(1, int(triage.Hours(item.Estimate.Expected)))),
		}
	})
}

// planGitHub writes a shell script for gh, the command line of GitHub. It finds
// the issue of an item by the key in its title, and updates it or makes it, so
// that it can be run again.
func planGitHub(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	var b strings.Builder
	b.WriteString(`#!/bin/sh
# Makes an issue for each item of the plan, or updates it: run it in a clone of
# the repository, with gh signed in.
set -eu
gh label create hipaa --color 5319e7 --force >/dev/null

item() { # KEY TITLE, description on standard input
	number=$(gh issue list --state all --search "$1 in:title" --json number --jq '.[0].number // empty')
	if [ -n "$number" ]; then
		gh issue edit "$number" --title "$2 [$1]" --body-file -
	else
		gh issue create --title "$2 [$1]" --label hipaa --body-file -
	fi
}
`)
	for _, item := range plan.Items {
		mark := "END-" + item.Key
		fmt.Fprintf(&b, "\nitem %s %s <<'%s'\n%s%s\n", item.Key, quoted(item.Title+" ("+item.Address+")"), mark, describe(plan, item), mark)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quoted is a word for a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(printable(s), "'", `'\''`) + "'" }

func rows(w io.Writer, plan *triage.Plan, head []string, row func(int, *triage.Item) []string) error {
	c := csv.NewWriter(w)
	if err := c.Write(head); err != nil {
		return err
	}
	for i, item := range plan.Items {
		cells := row(i, item)
		for j := range cells {
			cells[j] = neutral(cells[j])
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// neutral keeps a spreadsheet from taking a cell for a formula.
func neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func hours(h float64) string { return fmt.Sprintf("%g", triage.Hours(h)) }

// citations are the paragraphs of the law that the rules of an item are about.
func citations(item *triage.Item) []string {
	var all []string
	seen := map[string]bool{}
	for _, id := range item.Rules {
		if facts, ok := hipaa.Lookup(id); ok {
			for _, c := range facts.Citations {
				if !seen[c] {
					seen[c] = true
					all = append(all, c)
				}
			}
		}
	}
	return all
}

// guidance says what to do, from the facts of the rules.
func guidance(item *triage.Item) string {
	var parts []string
	for _, id := range item.Rules {
		if facts, ok := hipaa.Lookup(id); ok {
			fix := facts.Guide().Fix
			parts = append(parts, strings.TrimSpace(fix.Summary+" "+fix.Notes))
		}
	}
	return strings.Join(parts, " ")
}

// ruleLine is a rule with its title and citations.
func ruleLine(id string) string {
	facts, ok := hipaa.Lookup(id)
	if !ok {
		return id
	}
	return fmt.Sprintf("%s: %s (%s, %s)", id, facts.Title, facts.Severity, strings.Join(facts.Citations, ", "))
}
