package report

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// resultColumns are the columns of a table of results. People fill in Comments,
// Owner, Status and Actual hours.
var resultColumns = []string{
	"Severity", "Optimistic estimate", "Pessimistic estimate", "Comments", "Title", "Resource", "ComplianceStatus",
	"Description", "Recommendation", "RemediationURL", "Rule", "HIPAA citations", "Account", "Region",
	"Terraform address", "File", "Line", "Item key", "Owner", "Status", "Actual hours",
}

// CSV writes a row for each result, in the columns of resultColumns. The
// estimates, in hours, are those of the item that closes the finding.
type CSV struct {
	triage.Collector
	w    io.Writer
	opts Options
}

// NewCSV returns a renderer that writes to w when it is flushed.
func NewCSV(w io.Writer, opts Options) *CSV { return &CSV{w: w, opts: opts} }

// Flush writes the table.
func (c *CSV) Flush() error {
	w := csv.NewWriter(c.w)
	if err := w.Write(resultColumns); err != nil {
		return err
	}
	items := itemsOf(c.opts.plan(c.Results))
	for _, r := range c.Results {
		if err := w.Write(guarded(resultRow(r, items[r]))); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// ResultSheet is a spreadsheet of results: the columns of CSV but those that
// people fill in, which stand with the items, and what identifies a result.
func ResultSheet(plan *triage.Plan, results []*assessment.Result) (columns []string, rows iter.Seq2[*assessment.Result, []string]) {
	filled := func(i int) bool {
		switch resultColumns[i] {
		case triage.ColumnComments, triage.ColumnOwner, triage.ColumnStatus, triage.ColumnActual:
			return true
		}
		return false
	}
	pick := func(cells []string) (picked []string) {
		for i, c := range cells {
			if !filled(i) {
				picked = append(picked, c)
			}
		}
		return picked
	}
	items := itemsOf(plan)
	return append(pick(resultColumns), "Root", "Exception", "Fingerprint"), func(yield func(*assessment.Result, []string) bool) {
		for _, r := range results {
			accepted := ""
			if e := r.Exception; e != nil {
				accepted = strings.TrimSpace(e.Reason + " " + e.Expires)
			}
			if !yield(r, append(pick(resultRow(r, items[r])), r.Resource.Root, accepted, r.Fingerprint)) {
				return
			}
		}
	}
}

// itemsOf finds the item that closes a finding.
func itemsOf(plan *triage.Plan) map[*assessment.Result]*triage.Item {
	items := map[*assessment.Result]*triage.Item{}
	for _, item := range plan.Items {
		for _, r := range item.Results {
			items[r] = item
		}
	}
	return items
}

// resultRow is a row of a table of results; item is nil for what is no finding.
func resultRow(r *assessment.Result, item *triage.Item) []string {
	facts, ok := hipaa.Lookup(r.Rule)
	if !ok {
		facts = &hipaa.Rule{Identifier: r.Rule, Title: r.Rule}
	}
	guide := facts.Guide()
	var optimistic, pessimistic, key, link, line, status string
	if item != nil {
		optimistic, pessimistic, key = hours(item.Estimate.Optimistic), hours(item.Estimate.Pessimistic), item.Key
	}
	if ok {
		link = facts.URL()
	}
	if r.Location.Line > 0 {
		line = strconv.Itoa(r.Location.Line)
	}
	if r.Exception != nil {
		status = "accepted until " + r.Exception.Expires
	}
	return []string{
		r.Severity.String(), optimistic, pessimistic, "", facts.Title, resourceName(r), string(r.Verdict),
		strings.TrimSpace(r.Annotation + "\n" + guide.NonCompliant), guide.Fix.Summary, link, r.Rule, strings.Join(r.Citations, " "), r.Resource.Account, r.Resource.Region,
		r.Resource.Address, r.Location.File, line, key, "", status, "",
	}
}

// resourceName is what AWS calls a resource, as far as it is known.
func resourceName(r *assessment.Result) string {
	for _, name := range []string{r.Resource.ARN, r.Resource.ID, r.Resource.Address} {
		if name != "" {
			return name
		}
	}
	return r.Resource.Type
}
