package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
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
	"Expected hours", "Risk closed", "Score after", triage.ColumnOwn,
}

// ItemSheet is a spreadsheet of items: its columns, ItemColumns and those that
// people added, and its rows. The item of a row is nil for what people typed for
// an item that is not there any more, and for a row of their own.
func ItemSheet(plan *triage.Plan) (columns []string, rows iter.Seq2[*triage.Item, []string]) {
	columns = slices.Clone(ItemColumns)
	index := map[string]int{}
	for i, c := range columns {
		index[strings.ToLower(c)] = i
	}
	add := func(e *triage.Edit) {
		for _, c := range e.Other {
			if _, ok := index[strings.ToLower(c.Column)]; !ok {
				index[strings.ToLower(c.Column)] = len(columns)
				columns = append(columns, c.Column)
			}
		}
	}
	for _, item := range plan.Items {
		add(&item.Edit)
	}
	for i := range plan.Gone {
		add(&plan.Gone[i])
	}
	own := func(cells []string, e *triage.Edit) []string {
		cells = slices.Grow(cells, len(columns)-len(cells))[:len(columns)]
		for _, c := range e.Other {
			cells[index[strings.ToLower(c.Column)]] = c.Text
		}
		return cells
	}
	return columns, func(yield func(*triage.Item, []string) bool) {
		for i, item := range plan.Items {
			if !yield(item, own(itemCells(plan, i), &item.Edit)) {
				return
			}
		}
		for i := range plan.Gone {
			if !yield(nil, own(goneCells(&plan.Gone[i]), &plan.Gone[i])) {
				return
			}
		}
	}
}

func itemCells(plan *triage.Plan, i int) []string {
	item := plan.Items[i]
	var after []string
	for _, j := range item.After {
		after = append(after, plan.Items[j].Key)
	}
	first := item.Results[0]
	line := ""
	if item.Location.Line > 0 {
		line = strconv.Itoa(item.Location.Line)
	}
	optimistic, pessimistic := bound(item.Edit.Optimistic, item.Estimate.Optimistic), bound(item.Edit.Pessimistic, item.Estimate.Pessimistic)
	return []string{
		item.Key, strconv.Itoa(i + 1), item.Severity.String(), optimistic, pessimistic, item.Edit.Comments,
		item.Title, first.Resource.Type, string(first.Verdict), printable(first.Annotation), guidance(item), page(item), item.Edit.Owner, item.Edit.Status, number(item.Edit.Actual),
		strings.Join(item.Rules, " "), strings.Join(citations(item), " "), first.Resource.Account, first.Resource.Region, item.Root, item.Address, item.Location.File, line,
		strconv.Itoa(len(item.Results)), riskOf(item), strings.Join(after, " "), strings.Join(item.Needs, "; "),
		hours(item.Estimate.Expected), fmt.Sprintf("%.2f", item.Closes), strings.TrimSpace(percent(plan.Steps[i].ComplianceScore)),
		hours(item.Own.Optimistic) + " to " + hours(item.Own.Pessimistic) + " h",
	}
}

// bound is what people typed, as they did, or the estimate.
func bound(typed *float64, estimate float64) string {
	if typed != nil {
		return number(typed)
	}
	return hours(estimate)
}

func goneCells(e *triage.Edit) []string {
	cells := make([]string, len(ItemColumns))
	if e.Key == "" {
		return cells
	}
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
	return strconv.FormatFloat(*p, 'f', -1, 64)
}

// hours are rounded to quarters, what is less to tenths, and are never none.
func hours(h float64) string {
	if h < 0.25 {
		return fmt.Sprintf("%g", max(math.Round(10*h)/10, 0.1))
	}
	return fmt.Sprintf("%g", triage.Hours(h))
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
	columns, rows := ItemSheet(plan)
	c := csv.NewWriter(w)
	if err := c.Write(guarded(columns)); err != nil {
		return err
	}
	for _, cells := range rows {
		if err := c.Write(guarded(cells)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// guarded are cells of which a spreadsheet takes none for a formula.
func guarded(cells []string) []string {
	for i, c := range cells {
		cells[i] = triage.Guard(c)
	}
	return cells
}
