package history

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/pgtest"
)

// TestStore runs one suite on both databases.
func TestStore(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		testStore(t, func(t *testing.T) string { return filepath.Join(t.TempDir(), "with space", "history.db") })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		create := pgtest.Databases(t)
		testStore(t, func(t *testing.T) string { return create(t) })
	})
}

func testStore(t *testing.T, location func(*testing.T) string) {
	for _, c := range []struct {
		name string
		test func(*testing.T, string)
	}{
		{"lifecycle", testLifecycle},
		{"undecided fixes nothing", testUndecided},
		{"partial fixes nothing", testPartial},
		{"selected rules", testSelected},
		{"scopes", testScopes},
		{"older assessment", testOlder},
		{"diff", testDiff},
		{"one verdict a subject", testGravest},
		{"whole or absent", testWhole},
		{"killed", testKilled},
		{"concurrent writers", testConcurrent},
		{"prune", testPrune},
		{"plan", testPlan},
		{"results", testResults},
		{"migrations", testMigrations},
		{"newer schema", testNewer},
		{"odd text", testOddText},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, location(t)) })
	}
}

func open(t *testing.T, location string) *Store {
	t.Helper()
	s, err := Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A stream is an assessment of day, with results written "fingerprint VERDICT".
type stream struct {
	day         int
	target      string
	results     []string
	selected    []string
	diagnostics []string // severities
}

var epoch = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func (st stream) send(h assessment.Handler) error {
	err := h.Config(&assessment.Config{
		Schema: assessment.Schema, Version: "1", Source: "terraform-config", Target: st.target, Pack: hipaa.Pack,
		Started: epoch.AddDate(0, 0, st.day), Selected: st.selected,
	})
	if err != nil {
		return err
	}
	for _, severity := range st.diagnostics {
		if err := h.Diagnostic(&assessment.Diagnostic{Severity: severity, Summary: "broken"}); err != nil {
			return err
		}
	}
	var scorer assessment.Scorer
	for _, text := range st.results {
		fingerprint, verdict, _ := strings.Cut(text, " ")
		r := &assessment.Result{
			Rule: "RULE_" + fingerprint[:1], Verdict: assessment.Verdict(verdict), Severity: hipaa.High,
			Resource: assessment.Resource{Type: "AWS::S3::Bucket", Address: "aws_s3_bucket." + fingerprint, Root: "."},
			Location: assessment.Location{File: "main.tf", Line: 3}, Annotation: "because", Fingerprint: fingerprint,
		}
		scorer.Add(r)
		if err := h.Result(r); err != nil {
			return err
		}
	}
	return h.Summary(scorer.Summary())
}

func save(t *testing.T, s *Store, st stream) *Saved {
	t.Helper()
	saved, err := s.Save(t.Context(), st.send)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func wantSaved(t *testing.T, got *Saved, opened, fixed, reopened int64) {
	t.Helper()
	if got.Opened != opened || got.Fixed != fixed || got.Reopened != reopened {
		t.Errorf("got %d opened, %d fixed, %d reopened; want %d, %d, %d", got.Opened, got.Fixed, got.Reopened, opened, fixed, reopened)
	}
}

// problems writes a problem as "fingerprint first-last fixed reopened", in days.
func problems(t *testing.T, s *Store, target string) []string {
	t.Helper()
	ps, err := s.Problems(t.Context(), "terraform-config", target)
	if err != nil {
		t.Fatal(err)
	}
	day := func(at time.Time) int { return int(at.Sub(epoch).Hours() / 24) }
	var all []string
	for _, p := range ps {
		text := fmt.Sprintf("%s seen %d-%d", p.Fingerprint, day(p.FirstSeen), day(p.LastSeen))
		if p.Fixed != nil {
			text += fmt.Sprintf(" fixed %d", day(*p.Fixed))
		}
		if p.Reopened > 0 {
			text += fmt.Sprintf(" reopened %d", p.Reopened)
		}
		all = append(all, text)
	}
	return all
}

func wantProblems(t *testing.T, s *Store, want ...string) {
	t.Helper()
	if got := problems(t, s, ""); !slices.Equal(got, want) {
		t.Errorf("problems:\ngot  %q\nwant %q", got, want)
	}
}

func testLifecycle(t *testing.T, location string) {
	s := open(t, location)
	wantSaved(t, save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT", "a2 COMPLIANT", "b1 NON_COMPLIANT"}}), 2, 0, 0)
	wantSaved(t, save(t, s, stream{day: 1, results: []string{"a1 COMPLIANT", "a2 COMPLIANT", "b1 NON_COMPLIANT"}}), 0, 1, 0)
	wantSaved(t, save(t, s, stream{day: 2, results: []string{"a1 COMPLIANT", "a2 COMPLIANT"}}), 0, 1, 0)
	wantSaved(t, save(t, s, stream{day: 3, results: []string{"a1 NON_COMPLIANT", "a2 COMPLIANT"}}), 0, 0, 1)
	wantProblems(t, s, "a1 seen 0-3 reopened 1", "b1 seen 0-1 fixed 2")
	list, err := open(t, location).List(t.Context(), Filter{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].ID != 3 || list[1].ID != 4 {
		t.Fatalf("got %+v, want the assessments 3 and 4", list)
	}
	if got := *list[1].ComplianceScore; got != 50 {
		t.Errorf("got a score of %v, want 50", got)
	}
	if got := list[1].Open["HIGH"]; got != 1 {
		t.Errorf("got %d open problems of high severity, want 1", got)
	}
}

func testUndecided(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT", "a2 NON_COMPLIANT"}})
	wantSaved(t, save(t, s, stream{day: 1, results: []string{"a1 INSUFFICIENT_DATA", "a2 NOT_APPLICABLE"}}), 0, 1, 0)
	wantProblems(t, s, "a1 seen 0-0", "a2 seen 0-0 fixed 1")
}

func testPartial(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT", "a2 NON_COMPLIANT"}})
	wantSaved(t, save(t, s, stream{day: 1, results: []string{"a2 COMPLIANT"}, diagnostics: []string{"error"}}), 0, 1, 0)
	wantProblems(t, s, "a1 seen 0-0", "a2 seen 0-0 fixed 1")
	wantSaved(t, save(t, s, stream{day: 2, results: []string{"a2 COMPLIANT"}, diagnostics: []string{"warning"}}), 0, 1, 0)
}

func testSelected(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT", "b1 NON_COMPLIANT"}})
	save(t, s, stream{day: 1, selected: []string{"RULE_b", "RULE_c"}})
	wantProblems(t, s, "a1 seen 0-0", "b1 seen 0-0 fixed 1")
}

func testScopes(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT"}})
	save(t, s, stream{day: 1, target: "other", results: []string{"a1 COMPLIANT"}})
	wantProblems(t, s, "a1 seen 0-0")
}

func testOlder(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 5, results: []string{"a1 NON_COMPLIANT"}})
	wantSaved(t, save(t, s, stream{day: 2, results: []string{"a1 NON_COMPLIANT", "a2 NON_COMPLIANT"}}), 0, 0, 0)
	wantSaved(t, save(t, s, stream{day: 3, results: []string{"a1 COMPLIANT"}}), 0, 0, 0)
	wantProblems(t, s, "a1 seen 2-5")
}

func testDiff(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT", "a2 NON_COMPLIANT", "a3 NON_COMPLIANT", "a4 COMPLIANT", "a5 NON_COMPLIANT"}})
	save(t, s, stream{day: 1, results: []string{"a1 NON_COMPLIANT", "a2 COMPLIANT", "a4 NON_COMPLIANT", "a5 INSUFFICIENT_DATA"}})
	d, err := s.Diff(t.Context(), 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	names := func(ps []Problem) string {
		var all []string
		for _, p := range ps {
			all = append(all, p.Fingerprint)
		}
		return strings.Join(all, " ")
	}
	got := []string{names(d.New), names(d.Fixed), names(d.Still), names(d.Unknown)}
	if want := []string{"a4", "a2 a3", "a1", "a5"}; !slices.Equal(got, want) {
		t.Errorf("new, fixed, still, unknown: got %q, want %q", got, want)
	}
	if _, err := s.Diff(t.Context(), 1, 7); err == nil || !strings.Contains(err.Error(), "no assessment 7") {
		t.Errorf("got %v, want that there is no assessment 7", err)
	}
}

func testGravest(t *testing.T, location string) {
	s := open(t, location)
	results := []string{"a0 COMPLIANT", "a1 NON_COMPLIANT", "a2 INSUFFICIENT_DATA"}
	for i := range batch { // the second verdict comes in another statement
		results = append(results, fmt.Sprintf("b%d COMPLIANT", i))
	}
	results = append(results, "a0 NON_COMPLIANT", "a1 COMPLIANT", "a2 COMPLIANT", "a2 COMPLIANT")
	wantSaved(t, save(t, s, stream{results: results}), 2, 0, 0)
	wantProblems(t, s, "a0 seen 0-0", "a1 seen 0-0")
}

func testWhole(t *testing.T, location string) {
	s := open(t, location)
	for name, replay := range map[string]func(assessment.Handler) error{
		"error": func(h assessment.Handler) error {
			if err := (stream{results: []string{"a1 NON_COMPLIANT"}}).send(h); err != nil {
				return err
			}
			return context.Canceled
		},
		"no summary": func(h assessment.Handler) error {
			return h.Config(&assessment.Config{Started: epoch})
		},
		"nothing": func(assessment.Handler) error { return nil },
	} {
		if _, err := s.Save(t.Context(), replay); err == nil || !strings.Contains(err.Error(), "nothing of it is kept") {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
	wantEmpty(t, s)
}

func wantEmpty(t *testing.T, s *Store) {
	t.Helper()
	for _, table := range []string{"assessment", "subject", "result", "problem", "event"} {
		if err := s.query(t.Context(), func(*sql.Rows) error { return fmt.Errorf("table %s is not empty", table) }, "SELECT 1 FROM "+table); err != nil {
			t.Error(err)
		}
	}
}

// killedEnv tells the test binary to save into this location until it is killed.
const killedEnv = "SAFEGUARD_TEST_SAVE_UNTIL_KILLED"

func TestMain(m *testing.M) {
	if location := os.Getenv(killedEnv); location != "" {
		s, err := Open(context.Background(), location)
		if err == nil {
			_, err = s.Save(context.Background(), func(h assessment.Handler) error {
				st := stream{results: make([]string, 3*batch)}
				for i := range st.results {
					st.results[i] = fmt.Sprintf("a%d NON_COMPLIANT", i)
				}
				if err := st.send(h); err != nil {
					return err
				}
				fmt.Println("written")
				select {}
			})
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func testKilled(t *testing.T, location string) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killedEnv+"="+location)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "written\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	s := open(t, location)
	wantEmpty(t, s)
	wantSaved(t, save(t, s, stream{results: []string{"a1 NON_COMPLIANT"}}), 1, 0, 0)
}

func testConcurrent(t *testing.T, location string) {
	const writers, each = 4, 5
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			s, err := Open(t.Context(), location) // as another process would
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for i := range each {
				st := stream{day: w*each + i, target: fmt.Sprint("w", w), results: []string{"a1 NON_COMPLIANT", fmt.Sprintf("b%d NON_COMPLIANT", w)}}
				if _, err := s.Save(t.Context(), st.send); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s := open(t, location)
	list, err := s.List(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != writers*each {
		t.Errorf("got %d assessments, want %d", len(list), writers*each)
	}
	for w := range writers {
		if got := problems(t, s, fmt.Sprint("w", w)); len(got) != 2 {
			t.Errorf("got the problems %q, want two", got)
		}
	}
}

func testPrune(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT"}})
	save(t, s, stream{day: 1, results: []string{"a1 COMPLIANT"}})
	save(t, s, stream{day: 0, target: "other", results: []string{"a1 NON_COMPLIANT"}})
	n, err := s.Prune(t.Context(), epoch.AddDate(0, 0, 30))
	if err != nil {
		t.Fatal(err)
	}
	if n != 1 {
		t.Errorf("got %d pruned, want 1: the newest of each target stay", n)
	}
	wantProblems(t, s, "a1 seen 0-0 fixed 1")
	if _, err := s.Diff(t.Context(), 1, 2); err == nil || !strings.Contains(err.Error(), "retention") {
		t.Errorf("got %v, want that the results are past their retention", err)
	}
	list, err := s.List(t.Context(), Filter{})
	if err != nil || len(list) != 3 {
		t.Errorf("got %d assessments, %v; want 3: the scores stay", len(list), err)
	}
}

func testMigrations(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{results: []string{"a1 NON_COMPLIANT"}})
	s.Close()
	next := append(slices.Clone(migrations), "CREATE TABLE next_step (a INTEGER); ALTER TABLE assessment ADD COLUMN author TEXT")
	old, err := connect(location)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	for range 2 { // a step is taken once
		if err := old.migrate(t.Context(), next); err != nil {
			t.Fatal(err)
		}
	}
	wantProblems(t, old, "a1 seen 0-0")
	broken := append(slices.Clone(next), "CREATE TABLE half (a INTEGER); CREATE NONSENSE")
	if err := old.migrate(t.Context(), broken); err == nil {
		t.Error("a broken step is taken")
	}
	if err := old.migrate(t.Context(), next); err != nil {
		t.Errorf("after a broken step: %v", err)
	}
}

func testNewer(t *testing.T, location string) {
	s := open(t, location)
	if err := s.migrate(t.Context(), append(slices.Clone(migrations), "CREATE TABLE next_step (a INTEGER)")); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), location)
	if err == nil || !strings.Contains(err.Error(), "use a newer safeguard") {
		t.Errorf("got %v, want a refusal", err)
	}
}

func testOddText(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{results: []string{"a'\x00\xff;-- NON_COMPLIANT"}})
	if got := problems(t, s, ""); len(got) != 1 || !strings.HasPrefix(got[0], "a'") {
		t.Errorf("got %q", got)
	}
}

// TestFullDisk saves into a database that may not grow.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "history.db")
	s := open(t, file)
	s.Close()
	full := open(t, file+"?_pragma=max_page_count(40)")
	big := stream{}
	for i := range 5000 {
		big.results = append(big.results, fmt.Sprintf("a%d NON_COMPLIANT", i))
	}
	_, err := full.Save(t.Context(), big.send)
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("got %v, want that the disk is full", err)
	}
	wantEmpty(t, full)
	wantSaved(t, save(t, full, stream{results: []string{"a1 NON_COMPLIANT"}}), 1, 0, 0)
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for location, want := range map[string]string{
		"mysql://host/db": "not supported",
		text:              "not a database",
		"postgres://user:hunter2@127.0.0.1:1/db?connect_timeout=1": "xxxxx",
	} {
		_, err := Open(t.Context(), location)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", location, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the message holds the password: %v", err)
		}
	}
	after, err := os.ReadFile(text)
	if err != nil || !strings.HasPrefix(string(after), "this is no database") {
		t.Errorf("the file was changed: %v", err)
	}
}
