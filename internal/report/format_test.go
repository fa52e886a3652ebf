package report_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// rendered is testdata/stream.jsonl in a format.
func rendered(t *testing.T, format string) []byte {
	t.Helper()
	stream, err := os.Open("testdata/stream.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var out bytes.Buffer
	render(t, format, &out, func(h assessment.Handler) error { return assessment.Read(stream, h) })
	return out.Bytes()
}

func render(t testing.TB, format string, w io.Writer, send func(assessment.Handler) error) {
	t.Helper()
	h, _, err := report.New(format, w, report.Options{TextOptions: report.TextOptions{Width: 80, Verdicts: assessment.Verdicts}})
	if err != nil {
		t.Fatal(err)
	}
	if err := send(h); err != nil {
		t.Fatal(err)
	}
	if err := assessment.Flush(h); err != nil {
		t.Fatal(err)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			got := rendered(t, format)
			golden := filepath.Join("testdata", "golden."+format)
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got), rewrite it with -update:\n%s", golden, diff)
			}
		})
	}
}

func TestJSONIsTheStream(t *testing.T) {
	t.Parallel()
	want := rendered(t, "json")
	var again bytes.Buffer
	render(t, "json", &again, func(h assessment.Handler) error { return assessment.Read(bytes.NewReader(want), h) })
	if diff := cmp.Diff(string(want), again.String()); diff != "" {
		t.Errorf("a stream that was read is written differently (-want +got):\n%s", diff)
	}
}

func TestSARIFSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	log, err := jsonschema.UnmarshalJSON(bytes.NewReader(rendered(t, "sarif")))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(log); err != nil {
		t.Error(err)
	}
	bad, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"version":"2.1.0","runs":[{}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if schema.Validate(bad) == nil {
		t.Error("the schema takes a run without a tool")
	}
}

// TestOCSFSchema checks every kind of finding, one of an account in AWS too: types,
// required attributes, enums, unknown and deprecated attributes, and the names that
// belong to the numbers.
func TestOCSFSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.NewCompiler().Compile("testdata/ocsf-compliance-finding-1.8.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var live bytes.Buffer
	render(t, "ocsf", &live, func(h assessment.Handler) error {
		if err := h.Config(&assessment.Config{Schema: assessment.Schema, Version: "1"}); err != nil {
			return err
		}
		return h.Result(&assessment.Result{Rule: "X", Verdict: assessment.Compliant, Resource: assessment.Resource{
			Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::a", ID: "a", Account: "012345678901", Region: "us-east-1",
		}})
	})
	seen := map[string]bool{}
	for line := range bytes.Lines(slices.Concat(rendered(t, "ocsf"), live.Bytes())) {
		finding, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(finding); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		f := finding.(map[string]any)
		compliance := f["compliance"].(map[string]any)
		seen[fmt.Sprintf("compliance %v %v", compliance["status_id"], compliance["status"])] = true
		seen[fmt.Sprintf("status %v %v", f["status_id"], f["status"])] = true
		r := f["resources"].([]any)[0].(map[string]any)
		if r["name"] == "" && r["uid"] == "" {
			t.Errorf("%s: a resource needs a name or a uid", line)
		}
		if fmt.Sprint(f["type_uid"]) != fmt.Sprint(f["class_uid"])+"0"+fmt.Sprint(f["activity_id"]) {
			t.Errorf("%s: type_uid is not class_uid * 100 + activity_id", line)
		}
	}
	for _, want := range []string{"compliance 1 Pass", "compliance 2 Warning", "compliance 3 Fail", "status 1 New", "status 3 Suppressed"} {
		if !seen[want] {
			t.Errorf("no finding has %s: %v", want, seen)
		}
	}
	bad, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"class_uid":2003}`))
	if err != nil {
		t.Fatal(err)
	}
	if schema.Validate(bad) == nil {
		t.Error("the schema takes a finding without what is required")
	}
}

// TestSARIFKeepsToLimits sends more than GitHub takes of a run: the gravest stay,
// and what is left out is told.
func TestSARIFKeepsToLimits(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	render(t, "sarif", &out, func(h assessment.Handler) error {
		if err := h.Config(&assessment.Config{Schema: assessment.Schema}); err != nil {
			return err
		}
		return many(h, 26_000, "off")
	})
	var log struct {
		Runs []struct {
			Results     []struct{ Level string }
			Invocations []struct {
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
			Tool struct {
				Driver struct {
					Rules []struct{ Properties struct{ Tags []string } }
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	levels := map[string]int{}
	for _, r := range run.Results {
		levels[r.Level]++
	}
	grave := map[string]int{}
	rules := hipaa.Rules()
	for i := range 26_000 {
		switch severity := rules[i%len(rules)].Severity; {
		case severity >= hipaa.High:
			grave["error"]++
		case severity == hipaa.Medium:
			grave["warning"]++
		}
	}
	if len(run.Results) != 25_000 || levels["error"] != grave["error"] || levels["warning"] != grave["warning"] {
		t.Errorf("got %d results, %v of %v", len(run.Results), levels, grave)
	}
	if n := run.Invocations[0].ToolExecutionNotifications; len(n) != 1 || !strings.HasPrefix(n[0].Message.Text, "1000 findings, the least severe, are left out") {
		t.Errorf("got notifications %v", n)
	}
	for _, r := range run.Tool.Driver.Rules {
		if len(r.Properties.Tags) > 10 {
			t.Errorf("a rule has %d tags", len(r.Properties.Tags))
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(out.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() > 10<<20 {
		t.Errorf("the compressed log has %d bytes, and GitHub takes 10 MB", packed.Len())
	}
}

// TestSARIFHasWhatGitHubRequires looks for the properties that GitHub marks as
// required, which must not be empty. Source: GitHub, "SARIF support for code
// scanning".
func TestSARIFHasWhatGitHubRequires(t *testing.T) {
	t.Parallel()
	var live bytes.Buffer
	render(t, "sarif", &live, func(h assessment.Handler) error {
		if err := h.Config(&assessment.Config{Schema: assessment.Schema, Version: "1"}); err != nil {
			return err
		}
		return h.Result(&assessment.Result{Rule: "OWN_RULE", Verdict: assessment.NonCompliant, Severity: hipaa.Low, Fingerprint: "f",
			Resource: assessment.Resource{Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::a", Account: "012345678901", Region: "us-east-1"}})
	})
	for _, data := range [][]byte{rendered(t, "sarif"), live.Bytes()} {
		var log map[string]any
		if err := json.Unmarshal(data, &log); err != nil {
			t.Fatal(err)
		}
		require := func(what any, names ...string) {
			t.Helper()
			for _, name := range names {
				at := what
				for _, step := range strings.Split(name, ".") {
					if list, ok := at.([]any); ok && len(list) > 0 {
						at = list[0]
					}
					m, _ := at.(map[string]any)
					at = m[step]
				}
				if at == nil || at == "" {
					t.Errorf("there is no %s in %v", name, what)
				}
			}
		}
		require(log, "$schema", "version", "runs")
		for _, run := range log["runs"].([]any) {
			require(run, "tool.driver.name", "tool.driver.version", "tool.driver.rules", "results")
			r := run.(map[string]any)
			for _, rule := range r["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any) {
				require(rule, "id", "name", "shortDescription.text", "fullDescription.text", "help.text", "help.markdown", "defaultConfiguration.level", "properties.tags", "properties.precision", "properties.security-severity")
			}
			for _, result := range r["results"].([]any) {
				require(result, "ruleId", "message.text", "level", "partialFingerprints.primaryLocationLineHash",
					"locations.physicalLocation.artifactLocation.uri", "locations.physicalLocation.region.startLine", "locations.physicalLocation.region.endLine")
			}
		}
	}
}

func TestCSVHoldsNoFormula(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(bytes.NewReader(rendered(t, "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	neutral := 0
	for _, row := range rows {
		for _, cell := range row {
			if cell == "" {
				continue
			}
			if strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("cell %q begins like a formula", cell)
			}
			if strings.HasPrefix(cell, "'=") {
				neutral++
			}
		}
	}
	if neutral == 0 {
		t.Error("the stream has no cell that would be a formula")
	}
}

func TestJUnitCounts(t *testing.T) {
	t.Parallel()
	var got struct {
		Tests, Failures, Skipped int
		Attrs                    []xml.Attr `xml:",any,attr"`
		Suites                   []struct {
			Cases []struct {
				Failure []string `xml:"failure"`
				Skipped []string `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(rendered(t, "junit"), &got); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, s := range got.Suites {
		for _, c := range s.Cases {
			counts["tests"]++
			counts["failures"] += len(c.Failure)
			counts["skipped"] += len(c.Skipped)
		}
	}
	for _, a := range got.Attrs {
		if n, ok := counts[a.Name.Local]; ok && fmt.Sprint(n) != a.Value {
			t.Errorf("%s is %s, but there are %d", a.Name.Local, a.Value, n)
		}
	}
	if diff := cmp.Diff(map[string]int{"tests": 6, "failures": 3, "skipped": 2}, counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMarkdownFits sends far more, and far longer, than a comment holds.
func TestMarkdownFits(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	render(t, "markdown", &out, func(h assessment.Handler) error {
		long := strings.Repeat("|<x>", 5_000)
		if err := h.Config(&assessment.Config{Schema: assessment.Schema, Target: long}); err != nil {
			return err
		}
		for range 100 {
			if err := h.Diagnostic(&assessment.Diagnostic{Severity: "error", Summary: long}); err != nil {
				return err
			}
		}
		return many(h, 20_000, long)
	})
	if n := utf8.RuneCount(out.Bytes()); n >= 65_000 {
		t.Errorf("got %d characters", n)
	}
	if !strings.Contains(out.String(), "findings more: see the full report.") {
		t.Error("what is left out is not told")
	}
}

// many sends n findings and a summary.
func many(h assessment.Handler, n int, text string) error {
	var sum assessment.Scorer
	rules := hipaa.Rules()
	for i := range n {
		rule := rules[i%len(rules)]
		r := &assessment.Result{
			Rule: rule.Identifier, Verdict: assessment.NonCompliant, Severity: rule.Severity, Annotation: text, Citations: rule.Citations,
			Resource: assessment.Resource{Type: "AWS::S3::Bucket", Address: fmt.Sprintf("aws_s3_bucket.b%d", i), Root: "."},
			Location: assessment.Location{File: "main.tf", Line: i + 1, EndLine: i + 1},
		}
		r.Fingerprint = assessment.Fingerprint(r.Rule, r.Resource)
		sum.Add(r)
		if err := h.Result(r); err != nil {
			return err
		}
	}
	return h.Summary(sum.Summary())
}

// BenchmarkFormats tells what a format keeps until it is flushed as live-MB: what
// the collector finds in use then, the stream itself left out.
func BenchmarkFormats(b *testing.B) {
	for _, format := range report.Formats() {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			live := 0.0
			for b.Loop() {
				h, _, err := report.New(format, io.Discard, report.Options{TextOptions: report.TextOptions{Width: 80, Verdicts: assessment.Verdicts}})
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				before := inUse()
				b.StartTimer()
				if err := h.Config(&assessment.Config{Schema: assessment.Schema}); err != nil {
					b.Fatal(err)
				}
				if err := many(h, 20_000, "versioning is off"); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				live = inUse() - before
				b.StartTimer()
				if err := assessment.Flush(h); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(live, "live-MB")
		})
	}
}

// inUse is the heap in use, in MB.
func inUse() float64 {
	runtime.GC()
	runtime.GC() // pools take two
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
