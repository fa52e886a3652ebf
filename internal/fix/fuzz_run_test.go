package fix_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/fix"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
)

// FuzzRun fixes any file by all rules: what comes out parses, no repair
// panics, and nothing is written by Run itself.
func FuzzRun(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("../rules/*/testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(archives, more...) {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			if strings.HasPrefix(file.Name, "fixed/") || len(file.Data) > 1<<10 {
				continue // small ones are fast and are all there is of syntax
			}
			switch {
			case strings.HasSuffix(file.Name, ".tf.json"):
				f.Add(file.Data, true)
			case strings.HasSuffix(file.Name, ".tf"):
				f.Add(file.Data, false)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, inJSON bool) {
		if len(src) > 1<<14 {
			t.Skip("larger than any example: the time goes into its size alone")
		}
		dir := t.TempDir()
		name := filepath.Join(dir, "main.tf")
		if inJSON {
			name += ".json"
		}
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
		plan, err := fix.Run(context.Background(), dir, fix.Options{Scan: scan.Options{Rules: rules.All()}, Risks: everything})
		if err != nil {
			return // it is no configuration
		}
		for _, item := range plan.Items {
			if strings.HasPrefix(item.Reason, "internal fault") {
				t.Errorf("%s: %s", item.Rule, item.Reason)
			}
		}
		for _, file := range plan.Files {
			if strings.HasSuffix(file.Path, ".json") {
				if !json.Valid(file.After) {
					t.Errorf("%s is no JSON:\n%s", file.Path, file.After)
				}
				continue
			}
			if _, diags := hclsyntax.ParseConfig(file.After, "main.tf", hcl.InitialPos); diags.HasErrors() {
				t.Errorf("%s does not parse: %v\n%s", file.Path, diags, file.After)
			}
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Errorf("the directory has %d files, error %v", len(entries), err)
		}
	})
}
