package funcs

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	ctyyaml "github.com/zclconf/go-cty-yaml"
)

// YAMLEncode returns v in YAML as yamlencode writes it. Holes, unknowns and
// marks are as in [JSONEncode].
func YAMLEncode(v cty.Value, hole func(cty.Value) (string, bool)) (cty.Value, error) {
	w := weight{marks: make(cty.ValueMarks)}
	if err := w.add(v); err != nil {
		return cty.NilVal, err
	}
	if w.invalid {
		// The emitter never comes past such a byte.
		return cty.NilVal, function.NewArgErrorf(0, "a string is not valid UTF-8")
	}
	if err := checkText(product(8, w.text+w.values)); err != nil {
		return cty.NilVal, err
	}
	filled, ok := fill(v, hole)
	if !ok {
		return cty.UnknownVal(cty.String).WithMarks(w.marks), nil
	}
	text, err := ctyyaml.Standard.Marshal(filled)
	if err != nil {
		return cty.NilVal, err
	}
	return cty.StringVal(string(text)).WithMarks(w.marks), nil
}

// fill replaces unknown values by their placeholders and takes all marks away.
// Lists become tuples and maps objects, which YAML does not tell apart: a
// string may stand where a number was.
func fill(v cty.Value, hole func(cty.Value) (string, bool)) (filled cty.Value, ok bool) {
	marked := v
	v, _ = v.Unmark()
	switch ty := v.Type(); {
	case !v.IsKnown():
		if hole == nil {
			return cty.NilVal, false
		}
		text, ok := hole(marked)
		return cty.StringVal(text), ok
	case v.IsNull():
		return v, true
	case ty.IsMapType(), ty.IsObjectType():
		attrs := make(map[string]cty.Value, v.LengthInt())
		for k, e := range v.Elements() {
			if attrs[k.AsString()], ok = fill(e, hole); !ok {
				return cty.NilVal, false
			}
		}
		return cty.ObjectVal(attrs), true
	case v.CanIterateElements():
		elems := make([]cty.Value, 0, v.LengthInt())
		for _, e := range v.Elements() {
			filled, ok := fill(e, hole)
			if !ok {
				return cty.NilVal, false
			}
			elems = append(elems, filled)
		}
		return cty.TupleVal(elems), true
	}
	return v, true
}

const (
	maxYAML   = 4 << 20
	maxIndent = 500
)

// yamlDecodeFunc parses once, where the one of cty-yaml parses a second time
// for the type, and measures what aliases have made of the document.
var yamlDecodeFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "src", Type: cty.String}},
	Type:   function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		src := args[0].AsString()
		if err := checkYAML(src); err != nil {
			return cty.NilVal, err
		}
		v, err := ctyyaml.Standard.Unmarshal([]byte(src), cty.DynamicPseudoType)
		if err != nil {
			return cty.NilVal, err
		}
		var w weight
		if err := w.add(v); err != nil {
			return cty.NilVal, err
		}
		return v, nil
	},
})

// checkYAML bounds the nesting of blocks besides what checkDocument bounds:
// each level stands further to the right, or begins with "- " or "? ".
func checkYAML(src string) error {
	if err := checkDocument(src, maxYAML); err != nil {
		return err
	}
	column, leading := 0, true
	for i := range len(src) {
		switch c := src[i]; {
		case c == '\n', c == '\r':
			column, leading = 0, true
		case leading && (c == ' ' || c == '\t' || c == '-' || c == '?' || c == ':'):
			column++
			if column > maxIndent {
				return declinef("the document is indented by more than %d columns", maxIndent)
			}
		default:
			leading = false
		}
	}
	return nil
}
