package funcs_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

const symbol = "\ue000aws_kms_key.k.arn\ue001"

func TestHasPlaceholder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    cty.Value
		want bool
	}{
		{text("a"), false},
		{text(symbol), true},
		{text("x\ue002"), true},
		{text("\ue003"), false},
		{text("\uee80"), false},
		{text("\ue003\ue000"), true},
		{cty.UnknownVal(cty.String), false},
		{cty.NullVal(cty.String), false},
		{cty.TupleVal([]cty.Value{cty.Zero, list(symbol)}), true},
		{cty.MapVal(map[string]cty.Value{symbol: cty.Zero}), true},
		{text(symbol).Mark("m"), true},
	} {
		if got := funcs.HasPlaceholder(c.v); got != c.want {
			t.Errorf("%#v: got %v, want %v", c.v, got, c.want)
		}
	}
}

func TestAsUnknown(t *testing.T) {
	t.Parallel()
	unknown := cty.UnknownVal(cty.String).RefineNotNull()
	for _, c := range []struct{ v, want cty.Value }{
		{text("a"), text("a")},
		{text(symbol), unknown},
		{text(symbol).Mark("m"), unknown.Mark("m")},
		{text("arn:" + symbol), cty.UnknownVal(cty.String).Refine().NotNull().StringPrefix("arn:").NewValue()},
		{list("a", symbol), cty.ListVal([]cty.Value{text("a"), unknown})},
		{cty.MapVal(map[string]cty.Value{symbol: text("x")}), cty.UnknownVal(cty.Map(cty.String)).RefineNotNull()},
		{cty.SetVal([]cty.Value{text(symbol)}), cty.SetVal([]cty.Value{unknown})},
		{cty.ObjectVal(map[string]cty.Value{"a": text(symbol)}), cty.ObjectVal(map[string]cty.Value{"a": unknown})},
	} {
		if got := funcs.AsUnknown(c.v); !got.RawEquals(c.want) {
			t.Errorf("%#v: got %#v, want %#v", c.v, got, c.want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	sym := text(symbol)
	unknown := cty.UnknownVal(cty.String).RefineNotNull()
	unknownBool := cty.UnknownVal(cty.Bool).RefineNotNull()
	m := cty.MapVal(map[string]cty.Value{"a": sym, "b": text("x")})
	runCalls(t, nil, []call{
		// These only move text.
		{name: "join", args: []cty.Value{text("-"), list("a", symbol)}, want: text("a-" + symbol)},
		{name: "format", args: []cty.Value{text("%s/*"), sym}, want: text(symbol + "/*")},
		{name: "format", args: []cty.Value{text("%v"), list(symbol)}, want: text(`["` + symbol + `"]`)},
		{name: "format", args: []cty.Value{text("%q"), sym}, want: text(`"` + symbol + `"`)},
		{name: "format", args: []cty.Value{text("%5d%s"), text("7"), sym}, want: text("    7" + symbol)},
		{name: "formatlist", args: []cty.Value{text("%s/*"), list(symbol)}, want: list(symbol + "/*")},
		{name: "jsonencode", args: []cty.Value{cty.ObjectVal(map[string]cty.Value{"a": sym})}, want: text(`{"a":"` + symbol + `"}`).RefineNotNull()},
		{name: "yamlencode", args: []cty.Value{cty.ObjectVal(map[string]cty.Value{"a": sym})}, want: text(`"a": "` + symbol + "\"\n")},
		{name: "jsondecode", args: texts(`{"a":"` + symbol + `"}`), want: cty.ObjectVal(map[string]cty.Value{"a": sym})},
		{name: "yamldecode", args: texts(`a: "` + symbol + `"`), want: cty.ObjectVal(map[string]cty.Value{"a": sym})},
		{name: "lookup", args: []cty.Value{m, text("a")}, want: sym},
		{name: "lookup", args: []cty.Value{m, text("c"), sym}, want: sym},
		{name: "merge", args: []cty.Value{m, m}, want: m},
		{name: "concat", args: []cty.Value{list(symbol), list("a")}, want: list(symbol, "a")},
		{name: "distinct", args: []cty.Value{list(symbol, symbol, "a")}, want: list(symbol, "a")},
		{name: "toset", args: []cty.Value{list(symbol, "a")}, want: cty.SetVal([]cty.Value{sym, text("a")})},
		{name: "compact", args: []cty.Value{list(symbol, "")}, want: list(symbol)},
		{name: "coalesce", args: []cty.Value{text(""), sym}, want: sym},
		{name: "element", args: []cty.Value{list(symbol), cty.Zero}, want: sym},
		{name: "one", args: []cty.Value{list(symbol)}, want: sym},
		{name: "length", args: []cty.Value{list(symbol)}, want: cty.NumberIntVal(1)},
		{name: "keys", args: []cty.Value{cty.MapVal(map[string]cty.Value{symbol: cty.Zero})}, want: list(symbol)},
		{name: "contains", args: []cty.Value{list("a", symbol), sym}, want: cty.True},
		{name: "contains", args: []cty.Value{list("a", symbol), text("a")}, want: cty.True},
		{name: "trimspace", args: texts(" " + symbol + "\n"), want: sym},
		{name: "sensitive", args: []cty.Value{sym}, want: sym.Mark(funcs.Sensitive)},
		{name: "tostring", args: []cty.Value{sym}, want: sym},
		{name: "provider::aws::arn_build", args: []cty.Value{text("aws"), text("s3"), text(""), text(""), sym}, want: text("arn:aws:s3:::" + symbol)},
		// These read text that is not there yet.
		{name: "upper", args: []cty.Value{sym}, want: unknown},
		{name: "length", args: []cty.Value{sym}, want: cty.UnknownVal(cty.Number).Refine().NotNull().NumberRangeLowerBound(cty.Zero, true).NewValue()},
		{name: "substr", args: []cty.Value{sym, cty.Zero, cty.NumberIntVal(2)}, want: unknown},
		{name: "split", args: []cty.Value{text(":"), sym}, want: cty.UnknownVal(cty.List(cty.String)).RefineNotNull()},
		{name: "replace", args: []cty.Value{sym, text("a"), text("b")}, want: unknown},
		{name: "regex", args: []cty.Value{text("a"), sym}, want: unknown},
		{name: "sha256", args: []cty.Value{sym}, want: unknown},
		{name: "base64encode", args: []cty.Value{sym}, want: unknown},
		{name: "format", args: []cty.Value{text("%5s"), sym}, want: unknown},
		{name: "format", args: []cty.Value{text("%d"), sym}, want: unknown},
		{name: "format", args: []cty.Value{text("%[2]s%5d"), text("7"), sym}, want: cty.UnknownVal(cty.String)}, // an error
		{name: "contains", args: []cty.Value{list(symbol), text("a")}, want: unknownBool},
		{name: "contains", args: []cty.Value{list("a"), sym}, want: unknownBool},
		{name: "lookup", args: []cty.Value{m, sym, text("d")}, want: cty.UnknownVal(cty.String)},
		{name: "lookup", args: []cty.Value{cty.MapVal(map[string]cty.Value{symbol: text("x")}), text("a"), text("d")}, want: cty.UnknownVal(cty.String)},
		{name: "sort", args: []cty.Value{list("b", symbol)}, want: cty.UnknownVal(cty.List(cty.String)).Refine().NotNull().CollectionLength(2).NewValue()},
		{name: "startswith", args: texts("arn:aws:s3:::"+symbol, "arn:"), want: cty.True},
		{name: "startswith", args: texts("arn:aws:s3:::"+symbol, "arn:aws-cn"), want: cty.False},
		{name: "startswith", args: []cty.Value{sym, text("arn:")}, want: unknownBool},
		{name: "file", args: []cty.Value{sym}, want: unknown},
		{name: "tonumber", args: []cty.Value{sym}, want: cty.UnknownVal(cty.Number)},
		{name: "jsondecode", args: []cty.Value{sym}, want: cty.DynamicVal},
		{name: "provider::aws::arn_parse", args: []cty.Value{sym}, want: cty.UnknownVal(cty.Object(map[string]cty.Type{
			"partition": cty.String, "service": cty.String, "region": cty.String, "account_id": cty.String, "resource": cty.String,
		})).RefineNotNull()},
		{name: "upper", args: []cty.Value{sym.Mark(funcs.Sensitive)}, want: unknown.Mark(funcs.Sensitive)},
	})
}
