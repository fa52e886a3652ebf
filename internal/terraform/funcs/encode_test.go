package funcs_test

import (
	"reflect"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

// name gives the placeholder that an unknown value's mark names.
func name(v cty.Value) (string, bool) {
	for m := range v.Marks() {
		if s, ok := m.(string); ok {
			return "\ue000" + s + "\ue001", true
		}
	}
	return "", false
}

func TestEncodeHoles(t *testing.T) {
	t.Parallel()
	named := cty.UnknownVal(cty.String).Mark("k.arn")
	number := cty.UnknownVal(cty.Number).Mark("n")
	for _, c := range []struct {
		what       string
		v          cty.Value
		json, yaml string // empty: unknown
	}{
		{"known", cty.ObjectVal(map[string]cty.Value{"a": text("<&>"), "b": cty.NullVal(cty.String)}), `{"a":"\u003c\u0026\u003e","b":null}`, "\"a\": \"<&>\"\n\"b\": null\n"},
		{"string", cty.ObjectVal(map[string]cty.Value{"a": named}), "{\"a\":\"\ue000k.arn\ue001\"}", "\"a\": \"\ue000k.arn\ue001\"\n"},
		{"number in a list", cty.ListVal([]cty.Value{cty.NumberIntVal(1), number}), "[1,\"\ue000n\ue001\"]", "- 1\n- \"\ue000n\ue001\"\n"},
		{"list in a map", cty.MapVal(map[string]cty.Value{"x": cty.ListValEmpty(cty.String), "y": cty.UnknownVal(cty.List(cty.String)).Mark("l")}), "{\"x\":[],\"y\":\"\ue000l\ue001\"}", "\"x\": []\n\"y\": \"\ue000l\ue001\"\n"},
		{"top", cty.DynamicVal.Mark("d"), "\"\ue000d\ue001\"", "\"\ue000d\ue001\"\n"},
		{"no name", cty.TupleVal([]cty.Value{named, cty.UnknownVal(cty.String)}), "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			check := func(got cty.Value, err error, want string) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				got, marks := got.Unmark()
				if _, wantMarks := c.v.UnmarkDeep(); !marks.Equal(wantMarks) {
					t.Errorf("got marks %#v, want %#v", marks, wantMarks)
				}
				if want == "" {
					if got.IsKnown() {
						t.Errorf("got %#v, want an unknown", got)
					}
				} else if !got.IsKnown() || got.AsString() != want {
					t.Errorf("got %#v, want %q", got, want)
				}
			}
			got, err := funcs.JSONEncode(c.v, name)
			check(got, err, c.json)
			got, err = funcs.YAMLEncode(c.v, name)
			check(got, err, c.yaml)
			scope := &funcs.Scope{Hole: name}
			got, err = lookup(t, "jsonencode").Call(scope, []cty.Value{c.v})
			check(got, err, c.json)
			got, err = lookup(t, "yamlencode").Call(scope, []cty.Value{c.v})
			check(got, err, c.yaml)
		})
	}
	for _, encode := range []func(cty.Value, func(cty.Value) (string, bool)) (cty.Value, error){funcs.JSONEncode, funcs.YAMLEncode} {
		got, err := encode(named, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bare, _ := got.Unmark(); bare.IsKnown() {
			t.Errorf("without holes: got %#v, want an unknown", got)
		}
	}
	// The text begins as Terraform says that it will.
	got, err := lookup(t, "jsonencode").Call(nil, []cty.Value{cty.ObjectVal(map[string]cty.Value{"a": cty.UnknownVal(cty.String)})})
	if err != nil || got.Range().StringPrefix() != "{" {
		t.Errorf("got %#v and error %v, want the prefix {", got, err)
	}
}

func TestEncodeErrors(t *testing.T) {
	t.Parallel()
	type thing struct{}
	capsule := cty.CapsuleVal(cty.Capsule("thing", reflect.TypeFor[thing]()), &thing{})
	for _, v := range []cty.Value{cty.PositiveInfinity, cty.TupleVal([]cty.Value{cty.NegativeInfinity})} {
		if got, err := funcs.JSONEncode(v, nil); err == nil {
			t.Errorf("JSON: got %#v, want an error", got)
		}
	}
	for _, encode := range []func(cty.Value, func(cty.Value) (string, bool)) (cty.Value, error){funcs.JSONEncode, funcs.YAMLEncode} {
		if got, err := encode(capsule, nil); err == nil {
			t.Errorf("capsule: got %#v, want an error", got)
		}
	}
}
