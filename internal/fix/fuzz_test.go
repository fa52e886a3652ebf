package fix

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// FuzzMerge merges any code into any block: nothing is written, or what comes
// out parses and has the arguments.
func FuzzMerge(f *testing.F) {
	f.Add("resource \"a\" \"b\" {\n  x = 1 # one\n\n  y {\n    z = 2\n  }\n}\n", "x = 2\ny {\n  w = 3\n}")
	f.Add("a {}", "b = {\n  c = 1\n}")
	f.Add("a { b = 1 }", "c = 2\nd {}")
	f.Add("a {\n\tb = <<EOT\n x\nEOT\n}", "c = 2")
	f.Add("a {\r\n  b = 1\r\n}\r\n", "c = 2")
	f.Fuzz(func(t *testing.T, src, code string) {
		snip, err := parseSnippet(code)
		if err != nil {
			return
		}
		file := &source{path: "main.tf", content: content{src: []byte(src)}}
		merge := func() bool {
			blocks, err := file.blocks(func(*hclsyntax.Block) bool { return true })
			if err != nil || len(blocks) == 0 {
				return false
			}
			d := newDraft()
			m := &merge{file: file, code: snip, draft: d, change: func(have *hclsyntax.Attribute, want string) error {
				d.replace(file, have.Expr.Range().Start.Byte, have.Expr.Range().End.Byte, want)
				return nil
			}}
			return m.into(file.container(blocks[0]), snip.body) == nil && d.commit() == nil
		}
		if !merge() {
			return
		}
		after, diags := hclsyntax.ParseConfig(file.src, "main.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("the result does not parse: %v\n%s", diags, file.src)
		}
		block := after.Body.(*hclsyntax.Body).Blocks[0]
		for name := range snip.body.Attributes {
			if block.Body.Attributes[name] == nil {
				t.Errorf("argument %s is not there:\n%s", name, file.src)
			}
		}
	})
}

// FuzzSnippet parses any code of a repair: what parses once does so again, as
// the same.
func FuzzSnippet(f *testing.F) {
	f.Add("a = 1\nb {\n  c = self.id\n}")
	f.Add("\n\t\ta = <<-EOT\n\t\t  x\n\t\tEOT\n")
	f.Fuzz(func(t *testing.T, code string) {
		s, err := parseSnippet(code)
		if err != nil {
			return
		}
		if _, err := parseSnippet(string(s.src)); err != nil {
			t.Errorf("%q parses as %q, which does not: %v", code, s.src, err)
		}
	})
}

// FuzzTree reads any JSON with its places: it takes what encoding/json takes,
// and each value is where it says.
func FuzzTree(f *testing.F) {
	f.Add([]byte(`{"resource": {"a": [1, "x", null, {"b": true}]}}`))
	f.Add([]byte(` [ ] `))
	f.Add([]byte("\"a\\u00e4\""))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := parseTree(src)
		if err != nil {
			return
		}
		var check func(n *jsonNode)
		check = func(n *jsonNode) {
			if n.start < 0 || n.end > len(src) || n.start >= n.end || !json.Valid(src[n.start:n.end]) {
				t.Fatalf("a value is said to be at %d to %d of %q", n.start, n.end, src)
			}
			for _, m := range n.members {
				if !bytes.HasPrefix(src[m.start:], []byte(`"`)) {
					t.Fatalf("a name is said to be at %d of %q", m.start, src)
				}
				check(m.value)
			}
			for _, e := range n.elements {
				check(e)
			}
		}
		check(n)
	})
}

// FuzzMerged merges any values.
func FuzzMerged(f *testing.F) {
	f.Add(`{ a = 1 }`, `{ a = { b = 2 } }`)
	f.Add("[\n  1, # one\n]", `[2]`)
	f.Add("{\n  a = 1, # one\n  b = [1]\n}", `{ b = [2], c = 3 }`)
	f.Fuzz(func(t *testing.T, have, want string) {
		x, diags := hclsyntax.ParseExpression([]byte(have), "", hcl.InitialPos)
		if diags.HasErrors() {
			return
		}
		got, ok := merged([]byte(have), x, want)
		if !ok {
			return
		}
		if _, diags := hclsyntax.ParseExpression([]byte(got), "", hcl.InitialPos); diags.HasErrors() {
			t.Errorf("merged(%q, %q) = %q: %v", have, want, got, diags)
		}
	})
}
