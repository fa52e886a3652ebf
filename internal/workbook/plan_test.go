package workbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/xuri/excelize/v2"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
	"safeguard/internal/workbook"
)

// TestSheets looks at what makes a sheet usable: a frozen head, filters over all
// columns, colours by severity, widths.
func TestSheets(t *testing.T) {
	t.Parallel()
	results := stream(t)
	file := filepath.Join(t.TempDir(), "plan.xlsx")
	write(t, file, triage.Make(results, triage.Options{}), results)
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, name := range []string{"Items", "Results", "HIPAA matrix", "Scores"} {
		part, err := archive.Open(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			t.Fatal(err)
		}
		defer part.Close()
		xml, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(name)
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: got %d rows, %v", name, len(rows), err)
		}
		last, err := excelize.CoordinatesToCellName(len(rows[0]), len(rows))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`<autoFilter ref="\$?A\$?1:` + regexp.QuoteMeta(last) + `"`, `<pane [^>]*state="frozen"`, `<col [^>]*width="14"`} {
			if !regexp.MustCompile(want).Match(bytes.ReplaceAll(xml, []byte("$"), nil)) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
	colors := map[string]bool{}
	for _, cell := range []string{"C2", "C3", "C4"} {
		style, err := f.GetCellStyle("Items", cell)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.GetStyle(style)
		if err != nil {
			t.Fatal(err)
		}
		colors[fmt.Sprint(s.Fill.Color)] = true
	}
	if len(colors) < 2 || colors["[]"] {
		t.Errorf("severities have the colours %v", colors)
	}
}

// TestNamesKeepTheirZeros: an account is no number.
func TestNamesKeepTheirZeros(t *testing.T) {
	t.Parallel()
	r := &assessment.Result{
		Rule: "S3_BUCKET_VERSIONING_ENABLED", Verdict: assessment.NonCompliant, Severity: hipaa.Low, Annotation: "=1+1",
		Resource: assessment.Resource{Type: "AWS::S3::Bucket", ID: "007", Account: "012345678901"}, Fingerprint: "1e5",
	}
	var out bytes.Buffer
	if err := workbook.Plan(&out, triage.Make([]*assessment.Result{r}, triage.Options{}), []*assessment.Result{r}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range []string{"Items", "Results"} {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		cells := map[string]string{}
		for i, c := range rows[0] {
			if i < len(rows[1]) {
				cells[c] = rows[1][i]
			}
		}
		if cells["Account"] != "012345678901" || cells["Description"][:2] != "'=" {
			t.Errorf("%s: account %q, description %q", sheet, cells["Account"], cells["Description"])
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	var results []*assessment.Result
	rules := hipaa.Rules()
	for i := range 20_000 {
		rule := rules[i%len(rules)]
		results = append(results, &assessment.Result{
			Rule: rule.Identifier, Verdict: assessment.NonCompliant, Severity: rule.Severity, Annotation: "versioning is off", Citations: rule.Citations,
			Resource: assessment.Resource{Type: "AWS::S3::Bucket", Address: fmt.Sprintf("aws_s3_bucket.b%d", i), Root: "."},
			Location: assessment.Location{File: "main.tf", Line: i + 1, EndLine: i + 1},
		})
	}
	plan := triage.Make(results, triage.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := workbook.Plan(io.Discard, plan, results); err != nil {
			b.Fatal(err)
		}
	}
}
