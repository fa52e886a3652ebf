package syntax_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/terraform/syntax"
)

// check compares the tree with that of hclsyntax, if there is one.
func check(t *testing.T, src []byte) (parsed bool) {
	t.Helper()
	got, ok := syntax.Parse(src, "x.tf")
	if !ok {
		return false
	}
	f, diags := hclsyntax.ParseConfig(src, "x.tf", hcl.InitialPos)
	if len(diags) > 0 {
		t.Fatalf("hclsyntax says of\n%s\n%v", src, diags)
	}
	if want := f.Body.(*hclsyntax.Body); !reflect.DeepEqual(got, want) {
		t.Fatalf("%q\n%s", src, difference("", reflect.ValueOf(got), reflect.ValueOf(want)))
	}
	return true
}

// TestProject parses every configuration in the project as hclsyntax does.
func TestProject(t *testing.T) {
	t.Parallel()
	files, parsed := 0, 0
	one := func(name string, src []byte) {
		if strings.HasSuffix(name, ".tf") {
			files++
			if check(t, src) {
				parsed++
			}
		}
	}
	err := filepath.WalkDir("../../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if ext := filepath.Ext(path); ext != ".tf" && ext != ".txtar" {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		one(path, src)
		if strings.HasSuffix(path, ".txtar") {
			for _, f := range txtar.Parse(src).Files {
				one(f.Name, f.Data)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 || parsed*100 < files*95 {
		t.Errorf("%d of %d files need no hclsyntax, want most", parsed, files)
	}
	t.Logf("%d of %d files need no hclsyntax", parsed, files)
}

func BenchmarkParse(b *testing.B) {
	var srcs [][]byte
	total := 0
	filepath.WalkDir("../../../examples", func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".tf") {
			src, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			srcs = append(srcs, src)
			total += len(src)
		}
		return err
	})
	run := func(name string, parse func([]byte)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(total))
			for b.Loop() {
				for _, src := range srcs {
					parse(src)
				}
			}
		})
	}
	run("syntax", func(src []byte) { syntax.Parse(src, "x.tf") })
	run("hclsyntax", func(src []byte) { hclsyntax.ParseConfig(src, "x.tf", hcl.InitialPos) })
}
