package workbook

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// TestCells reads the cells back.
func TestCells(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "results")
	w, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	config := assessment.Source{Name: "aws-config", Rule: "s3-bucket-versioning-enabled-conformance-pack-x", Pack: "hipaa", Verdict: assessment.NonCompliant}
	hub := assessment.Source{Name: "aws-security-hub", Rule: "S3.14", Verdict: assessment.NonCompliant, Workflow: "NEW", Severity: "LOW",
		Title: "=HYPERLINK(1)", URL: "https://docs.aws.amazon.com/x", Description: "about", Finding: "f1"}
	suppressed, passed := hub, config
	suppressed.Workflow, passed.Verdict = "SUPPRESSED", assessment.Compliant
	result := &assessment.Result{
		Rule: "S3_BUCKET_VERSIONING_ENABLED", Verdict: assessment.NonCompliant, Severity: hipaa.Low, Annotation: "off", Citations: []string{"164.312(c)(1)"},
		Resource: assessment.Resource{Type: "AWS::S3::Bucket", ID: "records", ARN: "arn:aws:s3:::records", Account: "111111111111", Region: "eu-central-1", Address: "aws_s3_bucket.records"},
		Location: assessment.Location{File: "main.tf", Line: 3}, Sources: []assessment.Source{config, hub, suppressed, passed},
		Link: &assessment.Link{Offline: assessment.Compliant, Cause: "drift", Companions: []assessment.Companion{{Address: "aws_s3_bucket_versioning.v", Location: assessment.Location{File: "main.tf", Line: 9}}}},
	}
	if err := w.Result(result); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		sheet   string
		columns []string
		cells   map[string]string
	}{
		configWorkbook: {"AWS Config", configColumns, map[string]string{"A2": config.Rule, "B2": "records", "D2": "off", "E2": "LOW", "F2": "Buckets have versioning",
			"G2": "111111111111", "J2": "aws_s3_bucket.records", "K2": "main.tf:3", "L2": "0.25", "P2": "164.312(c)(1)", "R2": "with aws_s3_bucket_versioning.v main.tf:9", "A3": ""}},
		hubWorkbook: {"Security Hub", hubColumns, map[string]string{"A2": "=HYPERLINK(1)", "B2": "LOW", "C2": "arn:aws:s3:::records", "E2": "FAILED", "H2": hub.URL, "T2": "f1", "A3": ""}},
	} {
		f, err := excelize.OpenFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows(want.sheet)
		if err != nil || len(rows) != 2 || !slices.Equal(rows[0], want.columns) {
			t.Errorf("%s: got %q, %v", name, rows, err)
		}
		differ, err := f.GetRows("Comparison")
		if err != nil || len(differ) != 2 || !slices.Equal(differ[1], []string{result.Rule, "arn:aws:s3:::records", "111111111111", "eu-central-1", "aws_s3_bucket.records", "main.tf:3", "COMPLIANT", "NON_COMPLIANT", "drift"}) {
			t.Errorf("%s: got the comparison %q, %v", name, differ, err)
		}
		for cell, text := range want.cells {
			got, _ := f.GetCellValue(want.sheet, cell)
			if got != text {
				t.Errorf("%s %s: got %q, want %q", name, cell, got, text)
			}
			if formula, _ := f.GetCellFormula(want.sheet, cell); formula != "" {
				t.Errorf("%s %s is a formula: %q", name, cell, formula)
			}
		}
	}
}
