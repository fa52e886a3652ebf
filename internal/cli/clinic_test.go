package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestClinic takes the bundled example the way its owner would: fix what can be
// fixed, document the contradictions that are left, and look at the score.
func TestClinic(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/clinic")); err != nil {
		t.Fatal(err)
	}
	before := score(t, dir)
	run(t, []string{"fix", dir, "--risk", "cost,downtime,replacement", "--validate=false", "--write"})
	exceptions := run(t, []string{"exceptions", "suggest", dir})
	if err := os.WriteFile(filepath.Join(dir, ".safeguard.hcl"), []byte(strings.Join(exceptions, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	if after := score(t, dir); before > 50 || after < 90 {
		t.Errorf("the score goes from %.1f %% to %.1f %%, want it to go from below 50 %% to 90 %% at least", before, after)
	}
}

// score is the compliance score of the configuration in dir, without what has an
// exception.
func score(t *testing.T, dir string) float64 {
	t.Helper()
	lines := run(t, []string{"scan", dir, "--format", "json"})
	var last struct {
		Summary struct {
			Score           float64  `json:"compliance_score"`
			WithoutAccepted *float64 `json:"compliance_score_without_accepted"`
		} `json:"summary"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if last.Summary.WithoutAccepted != nil {
		return *last.Summary.WithoutAccepted
	}
	return last.Summary.Score
}
