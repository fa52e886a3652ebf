package config

import (
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var jsonSeeds = []string{
	`{}`,
	`{"a": "plain", "b": 1, "c": -2.5e-3, "d": true, "e": null, "f": [], "g": {}}`,
	`{"a": "${x}", "b": "x-${x}-y", "c": "$${x}", "d": "%{ if y }1%{ else }2%{ endif }", "e": "${upper(\"x\")}"}`,
	`{"a": [1, ["${x}", {"k": "v"}]], "b": {"${x}": {"${upper(x)}": 1}, "p": "q"}}`,
	`{"a": "\u00e9\ud83d\ude00\n\t\"\\\/"}`,
	`{"//": "comment", "a": {"//": "kept"}}`,
	` [ {"a" : 1 } , {"b":2}]`,
	`{"a": "${", "b": "}"}`,
	`{"a": 1e400, "b": 0.1, "c": 123456789012345678901234567890}`,
	`{"a": "é̈ x ${x}", "b": "` + "\u2028" + `"}`,
	`{"a": 1, "a": 2}`, `{"a":1,}`, `{"a"}`, `[1]`, `"x"`, `{"a": +1}`, `{"a": .5}`, `{"a": 1.}`, `{"a": nul}`, "{\"a\": \"\t\"}", `{"a": "\ud800"}`,
}

// What this package makes of JSON has the values that HCL's own JSON syntax,
// which Terraform uses, gives to the same text.
func FuzzJSON(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add(s)
	}
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{"x": cty.StringVal("X"), "y": cty.True},
		Functions: map[string]function.Function{"upper": stdlib.UpperFunc},
	}
	f.Fuzz(func(t *testing.T, src string) {
		node, problem := parseJSON([]byte(src), "x.json")
		theirs, diags := hcljson.Parse([]byte(src), "x.json")
		if diags.HasErrors() {
			return
		}
		if problem != nil {
			if strings.Contains(problem.Detail, "are nested here") || strings.Contains(problem.Detail, "UTF-8") || strings.ContainsRune(src, 0) {
				return
			}
			t.Fatalf("%q: refused, which HCL takes: %v", src, problem)
		}
		if node.kind != jsonObject {
			return
		}
		attrs, diags := theirs.Body.JustAttributes()
		if diags.HasErrors() {
			return
		}
		for _, m := range node.members {
			if m.name == "//" {
				continue
			}
			tree := jsonTree{path: "x.json"}
			e := tree.expression(m.value, asTemplate)
			want, wantDiags := attrs[m.name].Expr.Value(ctx)
			got, gotDiags := e.Value(ctx)
			if wantDiags.HasErrors() {
				continue // then Terraform goes no further
			}
			if gotDiags.HasErrors() || hasErrors(tree.diagnostics) {
				t.Fatalf("%q: %v %v, HCL has %#v", src, gotDiags, tree.diagnostics, want)
			}
			if !got.RawEquals(want) && !hugeNumber(want) {
				t.Fatalf("%q: got %#v, HCL has %#v", src, got, want)
			}
			checkRanges(t, e, src)
		}
	})
}

// HCL keeps 512 bits of a number in JSON; numbers beyond that are equal in
// native syntax only by chance.
func hugeNumber(v cty.Value) bool {
	huge := false
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.IsKnown() && !v.IsNull() && v.Type() == cty.Number {
			f := v.AsBigFloat()
			huge = huge || f.IsInf() || f.Cmp(big.NewFloat(0)) != 0 && (f.MantExp(nil) > 500 || f.MantExp(nil) < -500)
		}
		return true, nil
	})
	return huge
}

// checkRanges fails if anything claims to stand outside of the text.
func checkRanges(t *testing.T, e hclsyntax.Expression, src string) {
	t.Helper()
	diags := hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if r := n.Range(); r.Start.Byte < 0 || r.Start.Byte > r.End.Byte || r.End.Byte > len(src) {
			return hcl.Diagnostics{{Summary: r.String()}}
		}
		return nil
	})
	if len(diags) > 0 {
		t.Fatalf("%q: ranges outside of the text: %v", src, diags)
	}
}

func TestJSONPositions(t *testing.T) {
	t.Parallel()
	src := "{\n  \"é\": \"${a}\",\n\t\"b\": [ \"x ${b.c}\" ]\n}\n"
	node, problem := parseJSON([]byte(src), "x.json")
	if problem != nil {
		t.Fatal(problem)
	}
	tree := jsonTree{path: "x.json"}
	var got []string
	for _, m := range node.members {
		got = append(got, m.nameRng.String(), m.value.rng.String())
		for _, v := range tree.expression(m.value, asTemplate).Variables() {
			r := v.SourceRange()
			got = append(got, r.String()+" "+src[r.Start.Byte:r.End.Byte])
		}
	}
	want := []string{
		"x.json:2,3-6", "x.json:2,8-14", "x.json:2,11-12 a",
		"x.json:3,2-5", "x.json:3,7-21", "x.json:3,14-17 b.c",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
