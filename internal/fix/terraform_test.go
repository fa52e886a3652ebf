package fix_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/fix"
	"safeguard/internal/hipaa"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform/config"
	"safeguard/internal/tftest"
)

// everything lets all risks in.
var everything = map[hipaa.Risk]bool{
	hipaa.RiskCost: true, hipaa.RiskDowntime: true, hipaa.RiskReplacement: true, hipaa.RiskDataLoss: true,
}

// run fixes dir by all rules, writes the files, and reports faults of the plan.
func run(t *testing.T, dir string) *fix.Plan {
	t.Helper()
	plan, err := fix.Run(context.Background(), dir, fix.Options{Scan: scan.Options{Rules: rules.All()}, Risks: everything})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range plan.Files {
		if err := os.WriteFile(f.Path, f.After, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, item := range plan.Items {
		if item.Outcome != fix.Fixed && item.Reason == "" {
			t.Errorf("%s at %s:%d is %s without a reason", item.Rule, item.Location.File, item.Location.Line, item.Outcome)
		}
	}
	return plan
}

// TestClinic fixes the bundled example as its owner would who takes every risk:
// most findings go, the code stays valid and plans, and nothing is left to do
// for a second run.
func TestClinic(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/clinic")); err != nil {
		t.Fatal(err)
	}
	plan := run(t, dir)
	if got := *plan.After.ComplianceScore; got < 89 {
		t.Errorf("got a score of %.1f %%, from %.1f %%, want at least 89 %%", got, *plan.Before.ComplianceScore)
	}
	if again := run(t, dir); len(again.Files) > 0 {
		t.Errorf("a second run changes %s again", again.Files[0].Path)
	}
	t.Run("terraform", func(t *testing.T) {
		tf := tftest.Open(t)
		tf.Init(t, dir)
		tf.Validate(t, dir)
		tf.PlanJSON(t, dir)
	})
}

// TestExamplesStayValid fixes the examples of all rules, each by all rules, and
// asks terraform: it must find no fault that it did not find before. They are
// short, so that many lack arguments; all are in one configuration, a module
// each.
func TestExamplesStayValid(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("validates some hundred modules")
	}
	tf := tftest.Open(t)
	root := t.TempDir()
	archives, err := filepath.Glob("../rules/*/testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("there are no examples", err)
	}
	var names []string
	for _, file := range archives {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if extract(t, ar, filepath.Join(root, name)) {
			names = append(names, name)
		}
	}
	names, before := faults(t, tf, root, names)
	if len(names) < len(archives)/2 {
		t.Fatalf("terraform can read %d of %d examples: the test looks at too little", len(names), len(archives))
	}
	changed := 0
	for _, name := range names {
		changed += len(run(t, filepath.Join(root, name)).Files)
	}
	still, after := faults(t, tf, root, names)
	for _, name := range names {
		if !slices.Contains(still, name) {
			t.Errorf("terraform could read %s and cannot any more", name)
		}
	}
	for fault := range after {
		if !before[fault] {
			t.Errorf("a new fault: %s", fault)
		}
	}
	t.Logf("%d examples, %d files changed", len(names), changed)
}

// foreign matches what a machine without a network cannot have: other providers,
// remote modules, and what only a root module can have.
var foreign = regexp.MustCompile(`(?m)^\s*(?:(?:resource|data|ephemeral) "(?:[b-z]|a[^w]|aw[^s])|provider "(?:[b-z]|a[^w]|aw[^s])|source\s*=\s*"[^.]|backend "|moved \{|import \{|cloud \{)`)

// pinned matches what fixes a version of the provider.
var pinned = regexp.MustCompile(`(?m)^\s*version\s*=\s*"[^"]*"\s*$`)

// extract writes the root module of an archive, and reports whether it has one
// that can be called.
func extract(t *testing.T, ar *txtar.Archive, dir string) bool {
	t.Helper()
	native := false
	for _, f := range ar.Files {
		if f.Name == "want" || strings.HasPrefix(f.Name, "fixed/") || strings.HasPrefix(filepath.Base(f.Name), ".") {
			continue
		}
		if foreign.Match(f.Data) {
			return false
		}
		native = native || !strings.Contains(f.Name, "/") && strings.HasSuffix(f.Name, ".tf")
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, pinned.ReplaceAll(f.Data, nil), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return native
}

// faults asks terraform to validate the directories of root as modules. It
// returns those that terraform can read, and what it finds wrong in them.
func faults(t *testing.T, tf *tftest.Terraform, root string, names []string) ([]string, map[string]bool) {
	t.Helper()
	for range 20 {
		var calls strings.Builder
		for _, name := range names {
			fmt.Fprintf(&calls, "module %q {\n  source = \"./%s\"\n%s}\n", strings.ToLower(name), name, arguments(t, filepath.Join(root, name)))
		}
		if err := os.WriteFile(filepath.Join(root, "main.tf"), []byte(calls.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		err := tf.TryInit(t.Context(), root)
		if err == nil {
			out, err := tf.Diagnose(t.Context(), root)
			if err != nil {
				t.Fatal(err)
			}
			return names, diagnosed(t, out)
		}
		bad := blamed(err.Error(), names)
		if len(bad) == 0 {
			t.Fatal(err)
		}
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(bad, n) })
	}
	t.Fatal("terraform finds new modules that it cannot read each time")
	return nil, nil
}

// arguments gives null to the variables that need a value.
func arguments(t *testing.T, dir string) string {
	t.Helper()
	tree, err := config.Load(dir, config.Options{})
	if err != nil {
		return ""
	}
	var args strings.Builder
	for name, v := range tree.Roots[0].Module.Variables {
		if v.Default == nil {
			fmt.Fprintf(&args, "  %s = null\n", name)
		}
	}
	return args.String()
}

// blamed finds the modules that the text of an error names.
func blamed(text string, names []string) []string {
	var found []string
	for _, name := range names {
		if strings.Contains(text, name+"/") || strings.Contains(text, `"`+strings.ToLower(name)+`"`) {
			found = append(found, name)
		}
	}
	return found
}

// diagnosed lists the errors of terraform validate -json, by module and without
// their lines.
func diagnosed(t *testing.T, out []byte) map[string]bool {
	t.Helper()
	var answer struct {
		Diagnostics []struct {
			Severity, Summary, Detail string
			Range                     struct{ Filename string }
		}
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("read what terraform validate says: %v\n%s", err, out)
	}
	found := map[string]bool{}
	for _, d := range answer.Diagnostics {
		if d.Severity == "error" {
			name, _, _ := strings.Cut(filepath.ToSlash(d.Range.Filename), "/")
			found[name+": "+d.Summary+": "+d.Detail] = true
		}
	}
	return found
}
