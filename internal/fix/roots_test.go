package fix_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/fix"
	"safeguard/internal/terraform/config"
	"safeguard/internal/tftest"
)

// TestRoots fixes whole configurations of the kinds that there are: terraform
// plans what comes out, what is left has a reason, and a second run finds
// nothing to do.
func TestRoots(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/roots/*.txtar")
	if err != nil || len(archives) < 10 {
		t.Fatalf("got %d archives, error %v, want at least 10", len(archives), err)
	}
	dirs := map[string]string{}
	for _, file := range archives {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		dirs[name] = t.TempDir()
		for _, f := range ar.Files {
			write(t, filepath.Join(dirs[name], filepath.FromSlash(f.Name)), f.Data)
		}
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			plan := run(t, dir)
			if len(plan.Files) == 0 {
				t.Error("nothing is fixed")
			}
			for _, item := range plan.Items {
				if item.Outcome == fix.Failed {
					t.Logf("%s:%d %s: %s", fix.Relative(dir, item.Location.File), item.Location.Line, item.Rule, item.Reason)
				}
			}
			t.Logf("score %.1f %% -> %.1f %%", *plan.Before.ComplianceScore, *plan.After.ComplianceScore)
			for _, f := range run(t, dir).Files {
				t.Errorf("a second run changes %s again", f.Path)
			}
		})
	}
	t.Run("terraform", func(t *testing.T) {
		if testing.Short() {
			t.Skip("plans ten configurations: not with -short")
		}
		tf := tftest.Open(t)
		for name, dir := range dirs {
			tree, err := config.Load(dir, config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, root := range tree.Roots {
				t.Run(name+"/"+root.Name, func(t *testing.T) {
					tf.Init(t, root.Dir)
					tf.PlanJSON(t, root.Dir)
				})
			}
		}
	})
}
