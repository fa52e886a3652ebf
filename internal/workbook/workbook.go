// Package workbook writes an audit as Excel workbooks. It stands apart from the
// other renderers because the library that writes them can open connections,
// and what scans cannot.
package workbook

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"safeguard/internal/assessment"
	"safeguard/internal/edit"
	"safeguard/internal/hipaa"
)

// The names of the workbooks.
const (
	configWorkbook = "aws_config_non_compliant.xlsx"
	hubWorkbook    = "security_hub_findings.xlsx"
)

// A Writer writes what AWS complains about into two Excel workbooks of a
// directory: the non-compliant evaluations of AWS Config, and the findings of
// Security Hub that are failed or warn and nobody resolved or suppressed. Each has
// a second sheet of where AWS's verdict and the code's own differ. Rows go to disk
// as they come.
type Writer struct {
	dir         string
	config, hub *book
}

var (
	configColumns = []string{"ConfigRuleName", "ResourceId", "ResourceType", "Annotation", "Severity", "Title", "AccountId", "Region", "ConformancePack",
		"Terraform", "Location", "Optimistic estimate (hours)", "Pessimistic estimate (hours)", "Recommendation", "RemediationURL", "HIPAA", "EvaluatedAt", "Comments"}
	hubColumns = []string{"Title", "Severity", "Resource", "ResourceType", "ComplianceStatus", "Description", "Recommendation", "RemediationURL", "Control",
		"WorkflowStatus", "AccountId", "Region", "Terraform", "Location", "Optimistic estimate (hours)", "Pessimistic estimate (hours)", "HIPAA",
		"FirstObservedAt", "UpdatedAt", "FindingId", "Comments"}
	comparisonColumns = []string{"Rule", "Resource", "AccountId", "Region", "Terraform", "Location", "Code", "AWS", "LikelyCause"}
)

// New returns a renderer that writes into dir, which it makes. It is an error if
// workbooks of these names are there already and somebody else's, or saved by
// another program since. Close must be called at the end; Flush writes the files.
func New(dir string) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, name := range []string{configWorkbook, hubWorkbook} {
		if err := mayReplace(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	config, err := newBook("AWS Config", configColumns)
	if err != nil {
		return nil, err
	}
	hub, err := newBook("Security Hub", hubColumns)
	if err != nil {
		return nil, errors.Join(err, config.file.Close())
	}
	return &Writer{dir, config, hub}, nil
}

// Config does nothing.
func (w *Writer) Config(*assessment.Config) error { return nil }

// Progress does nothing.
func (w *Writer) Progress(*assessment.Progress) error { return nil }

// Diagnostic does nothing: the report has it.
func (w *Writer) Diagnostic(*assessment.Diagnostic) error { return nil }

// Summary does nothing.
func (w *Writer) Summary(*assessment.Summary) error { return nil }

// Result writes a row for each of its sources that belongs into a workbook.
func (w *Writer) Result(r *assessment.Result) error {
	compared := map[*book]bool{}
	for i := range r.Sources {
		s := &r.Sources[i]
		of := w.config
		if s.Name == "aws-security-hub" {
			of = w.hub
		}
		if r.Link != nil && r.Link.Offline != "" && !compared[of] {
			compared[of] = true
			if err := of.differ.row(comparisonRow(r)); err != nil {
				return err
			}
		}
		switch {
		case s.Name == "aws-config" && s.Verdict == assessment.NonCompliant:
			if err := w.config.main.row(configRow(r, s)); err != nil {
				return err
			}
		case s.Name == "aws-security-hub" && s.Verdict != assessment.Compliant && (s.Workflow == "NEW" || s.Workflow == "NOTIFIED"):
			if err := w.hub.main.row(hubRow(r, s)); err != nil {
				return err
			}
		}
	}
	return nil
}

func configRow(r *assessment.Result, s *assessment.Source) []any {
	title, fix, url, low, high := about(r)
	return []any{s.Rule, r.Resource.ID, r.Resource.Type, r.Annotation, r.Severity.String(), title, r.Resource.Account, r.Resource.Region, s.Pack,
		r.Resource.Address, place(r), low, high, fix, url, strings.Join(r.Citations, ", "), at(s.Evaluated), comment(r)}
}

func hubRow(r *assessment.Result, s *assessment.Source) []any {
	title, fix, url, low, high := about(r)
	status := "WARNING"
	if s.Verdict == assessment.NonCompliant {
		status = "FAILED"
	}
	return []any{cmp.Or(s.Title, title), cmp.Or(s.Severity, r.Severity.String()), cmp.Or(r.Resource.ARN, r.Resource.ID), r.Resource.Type, status, s.Description,
		cmp.Or(fix, s.Recommendation), cmp.Or(s.URL, url), s.Rule, s.Workflow, r.Resource.Account, r.Resource.Region, r.Resource.Address, place(r), low, high,
		strings.Join(r.Citations, ", "), at(s.FirstSeen), at(s.Evaluated), s.Finding, comment(r)}
}

func comparisonRow(r *assessment.Result) []any {
	return []any{r.Rule, cmp.Or(r.Resource.ARN, r.Resource.ID), r.Resource.Account, r.Resource.Region, r.Resource.Address, place(r),
		string(r.Link.Offline), string(r.Verdict), r.Link.Cause}
}

// about is what this program knows of a result's rule; estimates are nil if
// nothing is known.
func about(r *assessment.Result) (title, fix, url string, optimistic, pessimistic any) {
	facts, ok := hipaa.Lookup(r.Rule)
	if !ok {
		return "", "", "", nil, nil
	}
	g := facts.Guide()
	return facts.Title, g.Fix.Summary, facts.URL(), g.Effort.Optimistic, g.Effort.Pessimistic
}

func place(r *assessment.Result) string { return line(r.Location) }

func line(l assessment.Location) string {
	if l.Line == 0 {
		return l.File
	}
	return fmt.Sprintf("%s:%d", l.File, l.Line)
}

func at(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

// comment is what there is to say besides: why it is not in Terraform, or that
// it is accepted.
func comment(r *assessment.Result) string {
	var parts []string
	if r.Exception != nil {
		parts = append(parts, "accepted: "+r.Exception.Reason)
	}
	if r.Link != nil && r.Link.Reason != "" {
		parts = append(parts, r.Link.Reason)
	}
	if r.Link != nil {
		if len(r.Link.Candidates) > 0 {
			parts = append(parts, strings.Join(r.Link.Candidates, ", "))
		}
		for _, c := range r.Link.Companions {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("with %s %s", c.Address, line(c.Location))))
		}
		if r.Link.Contradiction != "" {
			parts = append(parts, "known contradiction "+r.Link.Contradiction)
		}
	}
	return strings.Join(parts, "; ")
}

// Flush writes the files, each whole or not at all.
func (w *Writer) Flush() error {
	return errors.Join(w.config.save(filepath.Join(w.dir, configWorkbook)), w.hub.save(filepath.Join(w.dir, hubWorkbook)))
}

// Close lets go of what was not flushed.
func (w *Writer) Close() error { return errors.Join(w.config.file.Close(), w.hub.file.Close()) }

// A book is a workbook with a sheet of complaints and one of differences.
type book struct {
	file         *excelize.File
	main, differ *sheet
}

func newBook(name string, columns []string) (*book, error) {
	f := newFile()
	b := &book{file: f}
	err := f.SetSheetName("Sheet1", name)
	if err == nil {
		b.main, err = newSheet(f, name, columns)
	}
	if err == nil {
		_, err = f.NewSheet("Comparison")
	}
	if err == nil {
		b.differ, err = newSheet(f, "Comparison", comparisonColumns)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return b, nil
}

func (b *book) save(path string) error {
	for _, s := range []*sheet{b.main, b.differ} {
		if err := s.stream.Flush(); err != nil {
			return err
		}
	}
	whole, err := b.file.WriteToBuffer()
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return edit.Write(path, whole.Bytes())
}

// A sheet is written row by row.
type sheet struct {
	stream *excelize.StreamWriter
	rows   int
}

func newSheet(f *excelize.File, name string, columns []string) (*sheet, error) {
	stream, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if err := stream.SetColWidth(1, len(columns), 24); err != nil {
		return nil, err
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	s := &sheet{stream: stream}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c}
	}
	return s, s.row(head)
}

// maxRows is what a sheet of Excel holds.
const maxRows = 1 << 20

func (s *sheet) row(cells []any) error {
	if s.rows == maxRows {
		return fmt.Errorf("an Excel sheet holds %d rows and there are more: export fewer accounts at a time", maxRows)
	}
	s.rows++
	for i, c := range cells {
		if text, ok := c.(string); ok { // a cell holds 32,767 characters, and text is never a formula
			if r := []rune(text); len(r) > excelize.TotalCellChars {
				cells[i] = string(r[:excelize.TotalCellChars-1]) + "…"
			}
		}
	}
	cell, err := excelize.CoordinatesToCellName(1, s.rows)
	if err != nil {
		return err
	}
	return s.stream.SetRow(cell, cells)
}
