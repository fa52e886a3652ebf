package ruletest

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/fix"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/scan"
)

var update = flag.Bool("update", false, "write the golden files anew")

const fixedDir = "fixed/"

// checkRepair fixes the archive by the rule alone and compares with fixed/.
func checkRepair(t *testing.T, r rule.Rule, ar *txtar.Archive, file string) {
	t.Helper()
	dir := Extract(t, ar)
	got, reasons := Fix(t, dir, r)
	want := map[string][]byte{}
	for _, f := range ar.Files {
		if name, ok := strings.CutPrefix(f.Name, fixedDir); ok {
			want[name] = f.Data
		}
	}
	if *update {
		writeFixed(t, ar, file, got)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("fixed/%s differs (go test -update writes it):\n%s", name, got[name])
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("fixed/%s: nothing is repaired there", name)
		}
	}
	facts, _ := hipaa.Lookup(r.ID)
	guide := facts.Guide()
	if kind := guide.Fix.Kind; len(got) == 0 && (kind == hipaa.FixOption || kind == hipaa.FixNewResource) {
		for _, why := range reasons {
			if why == guide.Fix.Summary {
				t.Errorf("nothing is repaired, and no reason given: write a repair, or say why none is safe (rule.Unrepaired, rule.CannotRepair)")
				break
			}
		}
	}
	for name, data := range got {
		path := filepath.Join(dir, filepath.FromSlash(name))
		before, _ := os.ReadFile(path)
		if strings.HasSuffix(name, ".tf") && bytes.Equal(before, hclwrite.Format(before)) && !bytes.Equal(data, hclwrite.Format(data)) {
			t.Errorf("fixed/%s is not formatted as terraform fmt does, and was:\n%s", name, data)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	again, _ := Fix(t, dir, r)
	for name, data := range again {
		t.Errorf("fixed again, %s changes again:\n%s", name, data)
	}
}

// Fix is what fix makes of the configuration in dir by the rules, at any risk:
// the changed files by their path from dir, and why the rest is not repaired.
func Fix(t testing.TB, dir string, rules ...rule.Rule) (files map[string][]byte, reasons []string) {
	t.Helper()
	plan, err := fix.Run(context.Background(), dir, fix.Options{
		Scan: scan.Options{Rules: rules},
		Risks: map[hipaa.Risk]bool{
			hipaa.RiskCost: true, hipaa.RiskDowntime: true, hipaa.RiskReplacement: true, hipaa.RiskDataLoss: true,
		},
		Select: func(res *assessment.Result) bool {
			return slices.ContainsFunc(rules, func(r rule.Rule) bool { return r.ID == res.Rule })
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range plan.Files {
		files[fix.Relative(dir, f.Path)] = f.After
	}
	for _, item := range plan.Items {
		if item.Outcome != fix.Fixed {
			reasons = append(reasons, item.Reason)
		}
		if item.Outcome == fix.Failed {
			t.Logf("%s:%d: %s is not repaired: %s", filepath.Base(item.Location.File), item.Location.Line, item.Rule, item.Reason)
		}
	}
	return files, reasons
}

// writeFixed replaces the files below fixed/ in the archive.
func writeFixed(t *testing.T, ar *txtar.Archive, file string, fixed map[string][]byte) {
	t.Helper()
	out := &txtar.Archive{Comment: ar.Comment}
	for _, f := range ar.Files {
		if !strings.HasPrefix(f.Name, fixedDir) {
			out.Files = append(out.Files, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fixed)) {
		out.Files = append(out.Files, txtar.File{Name: fixedDir + name, Data: fixed[name]})
	}
	if err := os.WriteFile(file, txtar.Format(out), 0o644); err != nil {
		t.Fatal(err)
	}
}
