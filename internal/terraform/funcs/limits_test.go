package funcs_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

// TestDeclined has calls that would take all memory or time; if one is made,
// the test does not end.
func TestDeclined(t *testing.T) {
	t.Parallel()
	number := func(s string) cty.Value { return cty.MustParseNumberVal(s) }
	long := text(strings.Repeat("ab,", 1<<20))
	var many []cty.Value
	for i := range 3000 {
		many = append(many, cty.ObjectVal(map[string]cty.Value{fmt.Sprintf("a%d", i%7): cty.True}))
	}
	bomb := text("x")
	for range 40 {
		bomb = cty.TupleVal([]cty.Value{bomb, bomb})
	}
	deep := text("x")
	for range 2000 {
		deep = cty.TupleVal([]cty.Value{deep})
	}
	numbers := make([]cty.Value, 400)
	for i := range numbers {
		numbers[i] = cty.NumberIntVal(int64(i))
	}
	objects := make([]cty.Value, 20_000)
	for i := range objects {
		objects[i] = cty.ObjectVal(map[string]cty.Value{"a": cty.NumberIntVal(int64(i))})
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(make([]byte, 70<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	aliases := "a: &a [x]\n"
	for i := range 30 {
		aliases += fmt.Sprintf("k%d: &k%d [*%s, *%s]\n", i, i, previous(i), previous(i))
	}
	for _, c := range []struct {
		what string
		name string
		args []cty.Value
	}{
		{"width", "format", []cty.Value{text("%1000000000d"), cty.Zero}},
		{"precision", "format", []cty.Value{text("%.1000000000f"), cty.Zero}},
		{"width of a list", "formatlist", []cty.Value{text("%1000000000s"), list("a")}},
		{"repeated argument", "format", []cty.Value{text(strings.Repeat("%[1]s", 1000)), long}},
		{"repeated argument in a list", "formatlist", []cty.Value{text(strings.Repeat("%[1]s", 1000)), cty.ListVal([]cty.Value{long})}},
		{"large element in a list", "formatlist", []cty.Value{text(strings.Repeat("%[1]s", 100)), cty.ListVal(append(texts(strings.Repeat("x", 1<<20)), slices.Repeat(texts(""), 1000)...))}},
		{"digits", "format", []cty.Value{text("%d"), number("1e999999")}},
		{"digits", "tostring", []cty.Value{number("1e99999999")}},
		{"digits", "jsonencode", []cty.Value{number("1e99999999")}},
		{"digits after the point", "jsonencode", []cty.Value{number("1e-99999999")}},
		{"digits in a conversion", "upper", []cty.Value{number("1e99999999")}},
		{"digits of a host", "cidrhost", []cty.Value{text("::/0"), number("1e99999999")}},
		{"digits to parse", "parseint", []cty.Value{text(strings.Repeat("9", 100_000)), cty.NumberIntVal(10)}},
		{"spaces", "indent", []cty.Value{cty.NumberIntVal(1 << 40), text("a\nb")}},
		{"lines", "indent", []cty.Value{cty.NumberIntVal(1000), text(strings.Repeat("\n", 1<<20))}},
		{"separator", "join", []cty.Value{long, cty.ListVal(texts(strings.Split(strings.Repeat("a,", 100), ",")...))}},
		{"replacement", "replace", []cty.Value{long, text(","), long}},
		{"replacement of nothing", "replace", []cty.Value{long, text(""), text(strings.Repeat("x", 100))}},
		{"replacement by pattern", "replace", []cty.Value{text(strings.Repeat("a", 1<<20)), text("/a/"), text(strings.Repeat("x", 100))}},
		{"pattern", "regexall", []cty.Value{text(strings.Repeat("(a|b){1000}", 50)), long}},
		{"pattern", "regex", []cty.Value{text(strings.Repeat("(a|b){1000}", 50)), long}},
		{"pattern", "replace", []cty.Value{long, text("/" + strings.Repeat("(a|b){1000}", 50) + "/"), text("")}},
		{"product", "setproduct", []cty.Value{cty.ListVal(numbers), cty.ListVal(numbers), cty.ListVal(numbers), cty.ListVal(numbers)}},
		{"types", "tolist", []cty.Value{cty.TupleVal(many)}},
		{"types", "toset", []cty.Value{cty.TupleVal(many)}},
		{"types", "distinct", []cty.Value{cty.TupleVal(many)}},
		{"types", "setproduct", []cty.Value{cty.TupleVal(many), list("a")}},
		{"comparisons", "distinct", []cty.Value{cty.ListVal(objects)}},
		{"comparisons", "matchkeys", []cty.Value{cty.ListVal(objects), cty.ListVal(objects), cty.ListVal(objects)}},
		{"shared parts", "jsonencode", []cty.Value{bomb}},
		{"shared parts", "length", []cty.Value{bomb}},
		{"shared parts", "flatten", []cty.Value{bomb}},
		{"shared parts", "yamlencode", []cty.Value{bomb}},
		{"depth", "jsonencode", []cty.Value{deep}},
		{"JSON depth", "jsondecode", texts(strings.Repeat("[", 1<<20))},
		{"JSON values", "jsondecode", texts("[" + strings.Repeat("1,", 2<<20) + "1]")},
		{"JSON length", "jsondecode", texts(`"` + strings.Repeat("a", 17<<20) + `"`)},
		{"YAML depth in a line", "yamldecode", texts(strings.Repeat("- ", 1<<20))},
		{"YAML flow depth", "yamldecode", texts(strings.Repeat("[", 1<<20))},
		{"YAML aliases", "yamldecode", texts(aliases)},
		{"tfvars depth", "provider::terraform::decode_tfvars", texts("a = " + strings.Repeat("(", 1<<17) + "1")},
		{"tfvars length", "provider::terraform::decode_tfvars", texts("a = " + strings.Repeat("!", 1<<20) + "true")},
		{"tfvars loop", "provider::terraform::decode_tfvars", texts("a = [for a in [1, 2] : [for b in [1, 2] : a]]")},
		{"tfvars template loop", "provider::terraform::decode_tfvars", texts("a = \"%{ for a in [1, 2] }x%{ endfor }\"")},
		{"JSON nesting", "jsondecode", texts("[" + strings.Repeat(strings.Repeat("[", 900)+strings.Repeat("]", 900)+",", 2000) + "1]")},
		{"CSV cells", "csvdecode", texts("a,b\n" + strings.Repeat("1,2\n", 1<<18))},
		{"gzip", "base64gunzip", texts(base64.StdEncoding.EncodeToString(zipped.Bytes()))},
		{"placeholder from a document", "jsondecode", texts(`"\ue000forged\ue001"`)},
		{"placeholder from Base64", "base64decode", texts(base64.StdEncoding.EncodeToString([]byte("\ue000forged\ue001")))},
		{"placeholder from a URL", "urldecode", texts("%EE%80%80")},
	} {
		t.Run(c.name+" "+c.what, func(t *testing.T) {
			t.Parallel()
			got, err := lookup(t, c.name).Call(nil, c.args)
			declined, ok := errors.AsType[*funcs.Declined](err)
			if !ok {
				t.Fatalf("got %s and error %v, want it declined", short(got.GoString()), err)
			}
			if reason, ok := funcs.Undecided(err); !ok || reason != declined.Reason || reason == "" {
				t.Errorf("got reason %q, %v", reason, ok)
			}
			if got.IsKnown() {
				t.Errorf("got %#v, want an unknown", got)
			}
		})
	}
}

func previous(i int) string {
	if i == 0 {
		return "a"
	}
	return fmt.Sprintf("k%d", i-1)
}

// TestLarge has calls that are as large as a configuration may need.
func TestLarge(t *testing.T) {
	t.Parallel()
	words := make([]cty.Value, 50_000)
	same := make([]cty.Value, 20_000)
	for i := range words {
		words[i] = text(fmt.Sprintf("word %d", i%30_000))
	}
	for i := range same {
		same[i] = cty.ObjectVal(map[string]cty.Value{"a": cty.NumberIntVal(int64(i))})
	}
	attrs := make(map[string]cty.Value, 20_000)
	for i := range 20_000 {
		attrs[fmt.Sprintf("a%d", i)] = text("x")
	}
	length := func(name string, args ...cty.Value) int {
		t.Helper()
		v, err := lookup(t, name).Call(nil, args)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v.LengthInt()
	}
	if got := length("distinct", cty.ListVal(words)); got != 30_000 {
		t.Errorf("distinct: got %d values, want 30000", got)
	}
	if got := length("tolist", cty.TupleVal(same)); got != len(same) {
		t.Errorf("tolist: got %d values, want %d", got, len(same))
	}
	if got := length("toset", cty.TupleVal(words)); got != 30_000 {
		t.Errorf("toset: got %d values, want 30000", got)
	}
	if got := length("tomap", cty.ObjectVal(attrs)); got != len(attrs) {
		t.Errorf("tomap: got %d values, want %d", got, len(attrs))
	}
	if got := length("setproduct", cty.ListVal(same[:300]), cty.ListVal(same[:300])); got != 90_000 {
		t.Errorf("setproduct: got %d values, want 90000", got)
	}
	if got := length("transpose", cty.MapVal(map[string]cty.Value{"a": cty.ListVal(words), "b": cty.ListVal(words)})); got != 30_000 {
		t.Errorf("transpose: got %d values, want 30000", got)
	}
	many := append(texts(strings.Repeat("%d ", 2000)), slices.Repeat([]cty.Value{cty.NumberIntVal(7)}, 2000)...)
	if v, err := lookup(t, "format").Call(nil, many); err != nil || len(v.AsString()) != 4000 {
		t.Errorf("format: got error %v", err)
	}
	huge := cty.NumberVal(new(big.Float).SetMantExp(big.NewFloat(1), 1000))
	if v, err := lookup(t, "tostring").Call(nil, []cty.Value{huge}); err != nil || len(v.AsString()) != 302 {
		t.Errorf("tostring: got %#v and error %v", v, err)
	}
}

// TestDeepSyntax has documents that are nested by other means than brackets:
// the parsers must not run out of stack.
func TestDeepSyntax(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, document string }{
		{"provider::terraform::decode_tfvars", "a = " + strings.Repeat("!", 40<<10) + "true"},
		{"provider::terraform::decode_tfvars", "a = " + strings.Repeat("-", 40<<10) + "1"},
		{"provider::terraform::decode_tfvars", "a = " + strings.Repeat("1==1?1:", 8<<10) + "1"},
		{"provider::terraform::decode_tfvars", "a = 1" + strings.Repeat("+1", 30<<10)},
		{"provider::terraform::decode_tfvars", "a = {}" + strings.Repeat(".a", 30<<10)},
		{"yamldecode", strings.Repeat("a:\n- ", 30<<10)},
		{"yamldecode", strings.Repeat("? ", 400)},
		{"yamldecode", strings.Repeat("!!str ", 30<<10)},
		{"yamldecode", "a: " + strings.Repeat("'", 1<<20)},
		{"jsondecode", strings.Repeat("-", 1<<20)},
		{"csvdecode", strings.Repeat("\"", 1<<20)},
	} {
		if v, err := lookup(t, c.name).Call(nil, texts(c.document)); err != nil && v.IsKnown() {
			t.Errorf("%s of %s: got %s", c.name, short(c.document), short(v.GoString()))
		}
	}
}

func TestUndecided(t *testing.T) {
	t.Parallel()
	if reason, ok := funcs.Undecided(fmt.Errorf("x: %w", &funcs.Unreadable{Path: "a", Reason: "b"})); !ok || reason != `read "a": b` {
		t.Errorf("got %q, %v", reason, ok)
	}
	if _, ok := funcs.Undecided(errors.New("x")); ok {
		t.Error("a plain error is undecided")
	}
	if _, ok := funcs.Undecided(nil); ok {
		t.Error("no error is undecided")
	}
}
