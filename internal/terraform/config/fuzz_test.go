package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
)

// A file and an override of it, whatever they hold, make a module without a
// panic, and everything in it stands where the file has text.
func FuzzModule(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if !strings.Contains(file.Name, "want") {
				f.Add(file.Data, file.Data, strings.HasSuffix(file.Name, ".json"))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src, over []byte, json bool) {
		sources := []*source{
			{file: &File{Path: "main.tf", Bytes: src, JSON: json}},
			{file: &File{Path: "override.tf", Bytes: over, Override: true, JSON: json}},
		}
		size := map[string]int{"main.tf": len(src), "override.tf": len(over)}
		for _, s := range sources {
			s.parse()
			for _, d := range s.diagnostics {
				if strings.Contains(d.Detail, "the parser fails") {
					t.Errorf("got a panic: %s", d.Detail)
				}
			}
		}
		m := assemble(".", sources)
		for _, r := range m.Resources {
			checkBody(t, r.Body, size)
			inside(t, r.Header, size)
			inside(t, r.Range, size)
		}
		for _, c := range m.Calls {
			checkBody(t, c.Body, size)
		}
		for _, p := range m.Providers {
			checkBody(t, p.Body, size)
		}
		for _, d := range m.Diagnostics {
			inside(t, d.Range, size)
		}
	})
}

func checkBody(t *testing.T, body *hclsyntax.Body, size map[string]int) {
	t.Helper()
	hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n.(type) {
		case hclsyntax.Attributes, hclsyntax.Blocks, hclsyntax.ChildScope:
			return nil // these have no place of their own
		}
		inside(t, n.Range(), size)
		return nil
	})
}

func inside(t *testing.T, r hcl.Range, size map[string]int) {
	t.Helper()
	if r.Start.Byte < 0 || r.Start.Byte > r.End.Byte || r.End.Byte > size[r.Filename] {
		t.Errorf("range outside of the text: %v, bytes %d-%d", r, r.Start.Byte, r.End.Byte)
	}
}
