package fix_test

import (
	"bytes"
	"context"
	"encoding/json"
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
	"safeguard/internal/rules"
	"safeguard/internal/scan"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFix fixes the configurations of testdata and compares with what stands
// below fixed/. The first line of an archive names the rules.
func TestFix(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("there are no archives", err)
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			var input []txtar.File
			want := map[string][]byte{}
			for _, f := range ar.Files {
				if name, fixed := strings.CutPrefix(f.Name, "fixed/"); fixed {
					want[name] = f.Data
					continue
				}
				input = append(input, f)
				write(t, filepath.Join(dir, f.Name), f.Data)
			}
			got := fixed(t, dir, ar)
			if *update {
				out := &txtar.Archive{Comment: ar.Comment, Files: input}
				for _, name := range slices.Sorted(maps.Keys(got)) {
					out.Files = append(out.Files, txtar.File{Name: "fixed/" + name, Data: got[name]})
				}
				if err := os.WriteFile(file, txtar.Format(out), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for name := range want {
				if _, ok := got[name]; !ok {
					t.Errorf("%s is not changed", name)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(got)) {
				if !bytes.Equal(got[name], want[name]) {
					t.Errorf("fixed/%s differs (go test -update writes it):\n%s", name, got[name])
				}
				before, _ := os.ReadFile(filepath.Join(dir, name))
				if strings.HasSuffix(name, ".tf") && formatted(before) && !formatted(got[name]) {
					t.Errorf("fixed/%s is not formatted as terraform fmt does, and was", name)
				}
				if strings.HasSuffix(name, ".json") && !json.Valid(got[name]) {
					t.Errorf("fixed/%s is no JSON", name)
				}
				write(t, filepath.Join(dir, name), got[name])
			}
			for name := range fixed(t, dir, ar) {
				t.Errorf("a second run changes %s again", name)
			}
		})
	}
}

// formatted is whether terraform fmt would leave the code as it is.
func formatted(code []byte) bool { return bytes.Equal(code, hclwrite.Format(code)) }

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// fixed is what fix makes of dir by the rules that the archive names.
func fixed(t *testing.T, dir string, ar *txtar.Archive) map[string][]byte {
	t.Helper()
	line, _, _ := strings.Cut(string(ar.Comment), "\n")
	wanted := strings.Fields(line)
	plan, err := fix.Run(context.Background(), dir, fix.Options{
		Scan:   scan.Options{Rules: rules.All()},
		Risks:  everything,
		Select: func(r *assessment.Result) bool { return slices.Contains(wanted, r.Rule) },
	})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range plan.Files {
		files[fix.Relative(dir, f.Path)] = f.After
	}
	for _, item := range plan.Items {
		if item.Outcome != fix.Fixed {
			t.Logf("%s at %s:%d is %s: %s", item.Rule, filepath.Base(item.Location.File), item.Location.Line, item.Outcome, item.Reason)
		}
		for _, n := range item.Notes {
			t.Logf("%s: %s", item.Rule, n)
		}
	}
	return files
}
