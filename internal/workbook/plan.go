package workbook

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
	"safeguard/internal/triage"
)

// itemsSheet is the sheet that people edit and that is read back.
const itemsSheet = "Items"

// Plan writes a plan as a workbook with four sheets: the items, all results, the
// safeguards of the law, and the scores.
func Plan(w io.Writer, plan *triage.Plan, results []*assessment.Result) (err error) {
	f := newFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", itemsSheet); err != nil {
		return err
	}
	columns, items := report.ItemSheet(plan)
	resultColumns, found := report.ResultSheet(plan, results)
	style, err := newStyles(f)
	if err != nil {
		return err
	}
	for _, sheet := range []struct {
		name    string
		columns []string
		write   func(row func([]string, hipaa.Severity) error) error
	}{
		{itemsSheet, columns, func(row func([]string, hipaa.Severity) error) error {
			for item, cells := range items {
				severity := hipaa.Severity(0)
				if item != nil {
					severity = item.Severity
				}
				if err := row(cells, severity); err != nil {
					return err
				}
			}
			return nil
		}},
		{"Results", resultColumns, func(row func([]string, hipaa.Severity) error) error {
			for r, cells := range found {
				if err := row(cells, r.Severity); err != nil {
					return err
				}
			}
			return nil
		}},
		{"HIPAA matrix", matrixColumns, func(row func([]string, hipaa.Severity) error) error { return matrix(results, row) }},
		{"Scores", []string{"After", "Hours", "Compliance score", "Rule score", "Open findings"}, func(row func([]string, hipaa.Severity) error) error {
			return scores(plan, row)
		}},
	} {
		if err := write(f, style, sheet.name, sheet.columns, sheet.write); err != nil {
			return fmt.Errorf("write the sheet %s: %w", sheet.name, err)
		}
	}
	return f.Write(w)
}

// styles are those of cells.
type styles struct {
	head     int
	severity map[hipaa.Severity]int
}

func newStyles(f *excelize.File) (*styles, error) {
	s := &styles{severity: map[hipaa.Severity]int{}}
	var err error
	if s.head, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}); err != nil {
		return nil, err
	}
	for severity, color := range map[hipaa.Severity]string{
		hipaa.Critical: "F4B6B6", hipaa.High: "F9D5B0", hipaa.Medium: "FBF0B2", hipaa.Low: "D7E6F5",
	} {
		if s.severity[severity], err = f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// widths are those of columns that hold more than a word.
var widths = map[string]float64{
	"Title": 44, "Description": 50, "Recommendation": 50, "Comments": 40, "Terraform address": 40, "Rules": 36, "HIPAA citations": 30,
	"Annotation": 50, "Rule": 40, "File": 30, "Text": 60, "Evidence": 60, "RemediationURL": 40, "Key": 16, "Needs": 30,
	"Order": 8, "Line": 8, "Findings": 10, "Severity": 11, "Resource": 26, "Risk": 30, "After": 24, "Fingerprint": 34,
}

// write writes a sheet row by row, with a frozen head and filters.
func write(f *excelize.File, style *styles, name string, columns []string, rows func(func([]string, hipaa.Severity) error) error) error {
	if name != itemsSheet {
		if _, err := f.NewSheet(name); err != nil {
			return err
		}
	}
	stream, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, c := range columns {
		width := widths[c]
		if width == 0 {
			width = 14
		}
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	n := 0
	put := func(cells []any, opts ...excelize.RowOpts) error {
		if n++; n > maxRows {
			return fmt.Errorf("a sheet holds %d rows and there are more", maxRows)
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		return stream.SetRow(at, cells, opts...)
	}
	head := make([]any, len(columns))
	severity := -1
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: style.head, Value: c}
		if c == "Severity" {
			severity = i
		}
	}
	if err := put(head, excelize.RowOpts{Height: 30}); err != nil { // two lines
		return err
	}
	if err := rows(func(row []string, s hipaa.Severity) error {
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = typed(columns[i], text)
			if id := style.severity[s]; i == severity && id != 0 {
				cells[i] = excelize.Cell{StyleID: id, Value: text}
			}
		}
		return put(cells)
	}); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(columns), max(n, 2))
	if err != nil {
		return err
	}
	if err := f.AutoFilter(name, "A1:"+last, nil); err != nil { // the stream ends with it
		return err
	}
	return stream.Flush()
}

// numeric are the columns of numbers, by which people count. In all others what
// looks like a number is a name: an account keeps its zeros.
var numeric = map[string]bool{
	triage.ColumnOptimistic: true, triage.ColumnPessimistic: true, triage.ColumnActual: true, "Order": true, "Line": true, "Findings": true,
	"Expected hours": true, "Risk closed": true, "Compliant": true, "Open": true, "Undecided": true, "Accepted": true,
	"Hours": true, "Compliance score": true, "Rule score": true, "Open findings": true,
}

// typed is a cell's value: a number in the columns of numbers, and else text,
// which is never a formula, not even once the sheet is saved as CSV.
func typed(column, text string) any {
	if numeric[column] {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	}
	text = triage.Guard(text)
	if r := []rune(text); len(r) > excelize.TotalCellChars {
		return string(r[:excelize.TotalCellChars-1]) + "…"
	}
	return text
}

var matrixColumns = []string{"Paragraph", "Title", "Requirement", "Safeguard", "Rules", "Compliant", "Open", "Undecided", "Accepted", "Text", "Evidence"}

// matrix writes a row for each safeguard of the law.
func matrix(results []*assessment.Result, row func([]string, hipaa.Severity) error) error {
	counts := map[string]*assessment.Counts{}
	accepted := map[string]int{}
	for _, r := range results {
		if r.Exception != nil {
			accepted[r.Rule]++
			continue
		}
		if counts[r.Rule] == nil {
			counts[r.Rule] = &assessment.Counts{}
		}
		counts[r.Rule].Add(r.Verdict)
	}
	for _, c := range hipaa.Citations() {
		var names []string
		var sum assessment.Counts
		taken := 0
		for _, r := range c.Rules() {
			names = append(names, r.Identifier)
			taken += accepted[r.Identifier]
			if n := counts[r.Identifier]; n != nil {
				sum.Compliant += n.Compliant
				sum.NonCompliant += n.NonCompliant
				sum.InsufficientData += n.InsufficientData
			}
		}
		if err := row([]string{c.ID, c.Title, string(c.Requirement), c.Safeguard(), strings.Join(names, " "), strconv.Itoa(sum.Compliant),
			strconv.Itoa(sum.NonCompliant), strconv.Itoa(sum.InsufficientData), strconv.Itoa(taken), c.Text, c.Evidence}, 0); err != nil {
			return err
		}
	}
	return nil
}

// scores writes the burn-up.
func scores(plan *triage.Plan, row func([]string, hipaa.Severity) error) error {
	score := func(p *float64) string {
		if p == nil {
			return ""
		}
		return strconv.FormatFloat(*p, 'f', 2, 64)
	}
	if err := row([]string{"now", "0", score(plan.Before.ComplianceScore), score(plan.Before.RuleScore), strconv.Itoa(plan.Before.Results.NonCompliant)}, 0); err != nil {
		return err
	}
	for i, s := range plan.Steps {
		if err := row([]string{plan.Items[i].Key, strconv.FormatFloat(s.Hours, 'f', 2, 64), score(s.ComplianceScore), score(s.RuleScore), strconv.Itoa(s.Open)}, 0); err != nil {
			return err
		}
	}
	return nil
}
