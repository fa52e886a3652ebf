package funcs_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		if _, ok := funcs.Lookup("cidrsubnet"); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkCall(b *testing.B) {
	statement := cty.ObjectVal(map[string]cty.Value{
		"Effect":    text("Allow"),
		"Action":    cty.TupleVal(texts("s3:GetObject", "s3:PutObject")),
		"Resource":  text("arn:aws:s3:::" + symbol + "/*"),
		"Principal": cty.ObjectVal(map[string]cty.Value{"AWS": text("*")}),
	})
	policy := cty.ObjectVal(map[string]cty.Value{
		"Version":   text("2012-10-17"),
		"Statement": cty.TupleVal([]cty.Value{statement, statement, statement}),
	})
	tags := cty.ObjectVal(map[string]cty.Value{"a": text("x"), "b": text("y"), "c": text("z")})
	for _, c := range []struct {
		name string
		args []cty.Value
	}{
		{"jsonencode", []cty.Value{policy}},
		{"merge", []cty.Value{tags, tags}},
		{"format", []cty.Value{text("%s-%s"), text("a"), text("b")}},
		{"lookup", []cty.Value{tags, text("b"), text("d")}},
		{"join", []cty.Value{text("-"), cty.TupleVal(texts("a", "b", "c"))}},
		{"cidrsubnet", []cty.Value{text("10.0.0.0/16"), cty.NumberIntVal(8), cty.NumberIntVal(3)}},
		{"upper", texts("abc")},
		{"tolist", []cty.Value{cty.TupleVal(texts("a", "b", "c"))}},
	} {
		b.Run(c.name, func(b *testing.B) {
			f, _ := funcs.Lookup(c.name)
			scope := &funcs.Scope{}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Call(scope, c.args); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
