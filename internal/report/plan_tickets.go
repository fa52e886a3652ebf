package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

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
		if err := c.Write(guarded(row(i, item))); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

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
