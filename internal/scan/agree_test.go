package scan_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/assessment"
	"safeguard/internal/corpus"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
	"safeguard/internal/tftest"
)

// A pair is a rule and the resource that it judges.
type pair struct{ rule, address string }

// decided are the decided verdicts on what is in an input; data is nil for a
// directory.
func decided(t *testing.T, path string, data []byte) map[pair]*assessment.Result {
	t.Helper()
	in, err := terraform.Load(context.Background(), path, bytes.NewReader(data), terraform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range in.Diagnostics {
		t.Errorf("%s: %s", path, d)
	}
	verdicts := map[pair]*assessment.Result{}
	_, err = scan.Judge(in.Graphs, scan.Options{Rules: rules.All(), WholeAccount: true}, func(r *assessment.Result) error {
		if r.Verdict != assessment.InsufficientData {
			verdicts[pair{r.Rule, r.Resource.Address}] = r
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return verdicts
}

// agree compares the verdicts on two forms of the same thing wherever both are
// decided, which most must be.
func agree(t *testing.T, a string, as map[pair]*assessment.Result, b string, bs map[pair]*assessment.Result) {
	t.Helper()
	both := 0
	for p, want := range as {
		got, ok := bs[p]
		if !ok {
			continue
		}
		both++
		if got.Verdict != want.Verdict {
			t.Errorf("%s of %s: %s %q in the %s, %s %q in the %s", p.rule, p.address, want.Verdict, want.Annotation, a, got.Verdict, got.Annotation, b)
		}
	}
	if both*2 < len(as) {
		t.Errorf("only %d of the %d verdicts on the %s are decided in the %s too", both, len(as), a, b)
	}
}

// TestAgreeRecorded judges recorded plans and states with their configuration.
func TestAgreeRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"relations", "update"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("..", "terraform", "plan", "testdata", name)
			data, err := os.ReadFile(filepath.Join(dir, "plan.json"))
			if err != nil {
				t.Fatal(err)
			}
			agree(t, "configuration", decided(t, dir, nil), "plan", decided(t, "-", data))
		})
	}
}

// TestAgreeCorpus judges a plan and the state that it leads to.
func TestAgreeCorpus(t *testing.T) {
	t.Parallel()
	const resources, seed = 300, 1
	agree(t, "plan", decided(t, "-", corpus.Plan(resources, seed)), "state", decided(t, "-", corpus.State(resources, seed)))
}

// TestAgreeExample judges the example, what the real terraform plans of it, and
// the state that it leads to.
func TestAgreeExample(t *testing.T) {
	t.Parallel()
	tf := tftest.Open(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "clinic"))); err != nil {
		t.Fatal(err)
	}
	config := decided(t, dir, nil)
	tf.Init(t, dir)
	plan := decided(t, "-", tf.PlanJSON(t, dir))
	agree(t, "configuration", config, "plan", plan)
	if testing.Short() {
		return // terraform takes a minute to make a state
	}
	state := decided(t, "-", tf.StateJSON(t, dir))
	agree(t, "configuration", config, "state", state)
	agree(t, "plan", plan, "state", state)
}
