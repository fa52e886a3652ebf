package workbook_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/assessment"
	"safeguard/internal/report"
	"safeguard/internal/triage"
	"safeguard/internal/workbook"
)

// edits is what somebody types into the first item, and beside the table.
var edits = map[string]string{
	triage.ColumnOptimistic: "1.3", triage.ColumnPessimistic: "7", triage.ColumnComments: "ask Ann; \"soon\", naïve €\nsecond line",
	triage.ColumnOwner: "ann", triage.ColumnStatus: "2026-12-01", triage.ColumnActual: "0.1", "Ticket": "OPS-7", "Sponsor": `=HYPERLINK("x")`,
}

// TestLibreOffice has LibreOffice open the workbook and the CSV of a plan, type
// into cells and save, and merges what it saved: nothing is lost, in two rounds.
func TestLibreOffice(t *testing.T) {
	t.Parallel()
	office := newOffice(t)
	results := stream(t)
	for _, format := range []string{"xlsx", "csv"} {
		t.Run(format, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "plan."+format)
			write(t, file, triage.Make(results, triage.Options{}), results)
			office.edit(t, file, edits)

			merged := merge(t, file, results)
			if diff := cmp.Diff(edits, got(merged)); diff != "" {
				t.Errorf("after the first round (-want +got):\n%s", diff)
			}
			write(t, file, merged, results)
			office.edit(t, file, nil)
			again := merge(t, file, results)
			if diff := cmp.Diff(edits, got(again)); diff != "" {
				t.Errorf("after the second round (-want +got):\n%s", diff)
			}
			if saved, err := os.ReadFile(file); err != nil || format == "xlsx" && !workbook.Wrote(saved) {
				t.Errorf("what LibreOffice saved is not known as ours (%v)", err)
			}
			for _, item := range again.Items[1:] {
				if e := item.Edit; e.Optimistic != nil || e.Pessimistic != nil || len(e.Other) > 0 || e.Comments != "" {
					t.Errorf("nobody edited %s, and it has %+v", item.Key, e)
				}
			}
		})
	}
}

// got is what the edited item has.
func got(plan *triage.Plan) map[string]string {
	for _, item := range plan.Items {
		e := item.Edit
		if e.Owner == "" {
			continue
		}
		found := map[string]string{
			triage.ColumnComments: e.Comments, triage.ColumnOwner: e.Owner, triage.ColumnStatus: e.Status,
		}
		for name, p := range map[string]*float64{triage.ColumnOptimistic: e.Optimistic, triage.ColumnPessimistic: e.Pessimistic, triage.ColumnActual: e.Actual} {
			if p != nil {
				found[name] = fmt.Sprint(*p)
			}
		}
		for _, c := range e.Other {
			found[c.Column] = c.Text
		}
		return found
	}
	return nil
}

func stream(t *testing.T) []*assessment.Result {
	t.Helper()
	file, err := os.Open("../report/testdata/stream.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	found := &triage.Collector{}
	if err := assessment.Read(file, found); err != nil {
		t.Fatal(err)
	}
	return found.Results
}

func write(t *testing.T, file string, plan *triage.Plan, results []*assessment.Result) {
	t.Helper()
	var out bytes.Buffer
	var err error
	if strings.HasSuffix(file, ".csv") {
		var render report.PlanFunc
		if render, err = report.PlanRenderer("csv"); err == nil {
			err = render(&out, plan, report.PlanOptions{})
		}
	} else {
		err = workbook.Plan(&out, plan, results)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func merge(t *testing.T, file string, results []*assessment.Result) *triage.Plan {
	t.Helper()
	typed, err := workbook.ReadEdits(file)
	if err != nil {
		t.Fatal(err)
	}
	plan := triage.Make(results, triage.Options{Edits: typed})
	if len(plan.Gone) > 0 {
		t.Errorf("rows that are not of the plan came back: %+v", plan.Gone)
	}
	return plan
}

// An office is LibreOffice with a profile of its own and a macro that edits.
type office struct {
	program string
	profile string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice (soffice) is not on PATH")
	}
	o := &office{program, t.TempDir()}
	o.run(t, "--terminate_after_init") // makes the profile
	macro, err := os.ReadFile("testdata/edit.bas")
	if err != nil {
		t.Fatal(err)
	}
	var module bytes.Buffer
	module.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">`)
	if err := xml.EscapeText(&module, macro); err != nil {
		t.Fatal(err)
	}
	module.WriteString("</script:module>")
	if err := os.WriteFile(filepath.Join(o.profile, "user", "basic", "Standard", "Module1.xba"), module.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return o
}

// edit types the cells into the first row of items and saves the file as what
// it is. The macro reads a line for each cell: the column, a tab and the text.
func (o *office) edit(t *testing.T, file string, cells map[string]string) {
	t.Helper()
	var lines strings.Builder
	for column, text := range cells {
		fmt.Fprintf(&lines, "%s\t%s\n", column, strings.ReplaceAll(text, "\n", "\\n"))
	}
	todo := file + ".edits"
	if err := os.WriteFile(todo, []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	out := o.run(t, fmt.Sprintf(`macro:///Standard.Module1.TypeIn("%s","%s")`, file, todo))
	if _, err := os.Stat(todo + ".done"); err != nil {
		t.Fatalf("LibreOffice did not run the macro: %s", out)
	}
	if err := os.Remove(todo + ".done"); err != nil {
		t.Fatal(err)
	}
}

func (o *office) run(t *testing.T, arg string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), o.program, "--headless", "--norestore", "-env:UserInstallation=file://"+o.profile, arg).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", o.program, arg, err, out)
	}
	return out
}
