package fix

import (
	"bytes"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/edit"
)

// FuzzApply changes any file at any two places: it is parsed in parts, and what
// comes out is as if it had been parsed and formatted as a whole.
func FuzzApply(f *testing.F) {
	const src = "a \"b\" {\n  c = 1\n}\n\n# of d\nd {\n} # e\nf {}\n\nlocals {\n  x = <<-EOT\n    y\n\n  EOT\n}\n"
	f.Add(src, 10, 10, "  g = 2\n", 60, 60, "\nh {}\n")
	f.Add(src, 8, 16, "  longer = 1\n  c = 2\n", 37, 37, "")
	f.Add(src, 19, 19, "\nb {\n}\n", 40, 44, "i")
	f.Add(src, len(src), len(src), "\nz {}\n", 0, 0, "y {}\n\n")
	f.Add("a = 1\n", 0, 1, "bcd", 6, 6, "e = 2\n")
	f.Fuzz(func(t *testing.T, src string, s1, e1 int, n1 string, s2, e2 int, n2 string) {
		file := &source{path: "main.tf", content: content{src: []byte(src)}}
		if file.parse() != nil {
			return
		}
		edits := []edit.Edit{{Start: s1, End: e1, New: n1}, {Start: s2, End: e2, New: n2}}
		plain, err := edit.Apply([]byte(src), edits)
		if err != nil {
			if file.apply(edits...) == nil {
				t.Fatalf("edits that cannot be made are: %v", err)
			}
			return
		}
		clean := bytes.Equal([]byte(src), hclwrite.Format([]byte(src)))
		if file.apply(edits...) != nil {
			return
		}
		if !clean && !bytes.Equal(file.src, plain) {
			t.Errorf("got %q, want %q", file.src, plain)
		}
		if clean && !bytes.Equal(bytes.Join(bytes.Fields(file.src), nil), bytes.Join(bytes.Fields(plain), nil)) {
			t.Errorf("got %q, want %q but for white space", file.src, plain)
		}
		whole, diags := hclsyntax.ParseConfig(file.src, "main.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%q does not parse: %v", file.src, diags)
		}
		got, err := file.blocks(func(*hclsyntax.Block) bool { return true })
		want := whole.Body.(*hclsyntax.Body).Blocks
		if err != nil || len(got) != len(want) {
			t.Fatalf("got %d blocks, error %v, want %d in %q", len(got), err, len(want), file.src)
		}
		for i := range got {
			if got[i].DefRange() != want[i].DefRange() || got[i].CloseBraceRange != want[i].CloseBraceRange {
				t.Errorf("block %d is said to be at %v, and is at %v in %q", i, got[i].DefRange(), want[i].DefRange(), file.src)
			}
		}
	})
}
