package scan_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/rules"
	"safeguard/internal/ruletest"
)

// TestSemantics judges small configurations, each of which turns on one thing
// in Terraform's language: the verdict is right only if the evaluation is.
func TestSemantics(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "semantics", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			ruletest.Case(t, rules.All(), ar)
		})
	}
}
