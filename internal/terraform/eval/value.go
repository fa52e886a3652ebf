package eval

import (
	"math/big"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/funcs"
)

// causeMark travels with unknown values and says why they are not known.
type causeMark struct{ graph.Cause }

// repMark travels with an unknown collection and holds one representative
// element, so that what is made of each element stays readable although nobody
// knows how many there are.
type repMark struct{ rep *representative }

type representative struct{ key, value cty.Value }

// partMark is on an object of which only a part is known, such as a resource of
// a provider whose schema we do not have: any other attribute is unknown.
type partMark struct{ graph.Cause }

// unknown makes a value of type ty that is not known because of c.
func unknown(ty cty.Type, c graph.Cause) cty.Value {
	return cty.UnknownVal(ty).Mark(causeMark{c})
}

// because makes a value of any type that is not known because of c.
func because(c graph.Cause) cty.Value { return unknown(cty.DynamicPseudoType, c) }

// causeOf says why v (or something within it) is not known. Of several causes
// it is the first in the order of their texts, since marks have none.
func causeOf(v cty.Value) graph.Cause {
	var found graph.Cause
	for m := range v.Marks() {
		if c, ok := m.(causeMark); ok && before(c.Cause, found) {
			found = c.Cause
		}
	}
	if found.Text != "" {
		return found
	}
	if v.IsMarked() {
		v, _ = v.Unmark()
	}
	if v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
		return textCause(v.AsString())
	}
	if v.ContainsMarked() {
		_, pvm := v.UnmarkDeepWithPaths()
		for _, pm := range pvm {
			for m := range pm.Marks {
				if c, ok := m.(causeMark); ok && before(c.Cause, found) {
					found = c.Cause
				}
			}
		}
	}
	return found
}

// before reports whether c is to be told rather than d, which may be zero.
func before(c, d graph.Cause) bool {
	return d.Text == "" || c.Text < d.Text || c.Text == d.Text && c.Base < d.Base
}

// textCause says why a text with placeholders is not literal.
func textCause(s string) graph.Cause { return graph.String(s).Cause() }

// derived is the cause of a value that was computed from one with cause c.
func derived(c graph.Cause) graph.Cause {
	c.Exact = false
	return c
}

func representativeOf(v cty.Value) *representative {
	for m := range v.Marks() {
		if r, ok := m.(repMark); ok {
			return r.rep
		}
	}
	return nil
}

// withCausesOf puts the causes found in from on v, if v is not known.
func withCauseOf(v cty.Value, from ...cty.Value) cty.Value {
	bare, _ := v.Unmark()
	if bare.IsKnown() || causeOf(v).Text != "" {
		return v
	}
	for _, f := range from {
		if c := causeOf(f); c.Text != "" {
			return v.Mark(causeMark{derived(c)})
		}
	}
	return v
}

// hasPlaceholder reports whether a string within v holds a placeholder.
func hasPlaceholder(v cty.Value) bool {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		return false
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		return graph.HasPlaceholder(v.AsString())
	case ty.IsPrimitiveType():
		return false
	case ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType():
		mapped := ty.IsMapType() || ty.IsObjectType()
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			if mapped {
				if k, _ = k.Unmark(); graph.HasPlaceholder(k.AsString()) {
					return true
				}
			}
			if hasPlaceholder(e) {
				return true
			}
		}
	}
	return false
}

// opaque replaces every string with placeholders in v by an unknown string
// with the cause, as Terraform would see it.
func opaque(v cty.Value) cty.Value {
	if !hasPlaceholder(v) {
		return v
	}
	bare, marks := v.Unmark()
	ty := bare.Type()
	if ty == cty.String {
		return unknown(cty.String, derived(textCause(bare.AsString()))).WithMarks(marks)
	}
	var r cty.Value
	switch {
	case ty.IsTupleType() || ty.IsListType():
		var vs []cty.Value
		for it := bare.ElementIterator(); it.Next(); {
			_, e := it.Element()
			vs = append(vs, opaque(e))
		}
		if ty.IsListType() {
			r = cty.ListVal(vs)
		} else {
			r = cty.TupleVal(vs)
		}
	case ty.IsObjectType() || ty.IsMapType():
		m := make(map[string]cty.Value, bare.LengthInt())
		for it := bare.ElementIterator(); it.Next(); {
			k, e := it.Element()
			k, _ = k.Unmark()
			if graph.HasPlaceholder(k.AsString()) {
				return because(derived(textCause(k.AsString()))).WithMarks(marks)
			}
			m[k.AsString()] = opaque(e)
		}
		if ty.IsMapType() {
			r = cty.MapVal(m)
		} else {
			r = cty.ObjectVal(m)
		}
	default: // a set with unknown elements has an unknown size
		r = unknown(ty, derived(causeOf(opaque(firstPlaceholder(bare)))))
	}
	return r.WithMarks(marks)
}

func firstPlaceholder(v cty.Value) cty.Value {
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); hasPlaceholder(e) {
			return e
		}
	}
	return v
}

// convertTo converts v to ty; text with placeholders that would have to become
// a number or bool turns unknown.
func convertTo(v cty.Value, ty cty.Type) (cty.Value, error) {
	if ty == cty.DynamicPseudoType || v.Type().Equals(ty) {
		return v, nil
	}
	r, err := convert.Convert(v, ty)
	if err != nil && hasPlaceholder(v) {
		r, err = convert.Convert(opaque(v), ty)
	}
	return r, err
}

// toGraph turns a value into the graph's form.
func toGraph(v cty.Value) graph.Value {
	bare, marks := v.Unmark()
	var g graph.Value
	ty := bare.Type()
	switch {
	case !bare.IsKnown():
		g = graph.UnknownValue(causeOf(v))
	case bare.IsNull():
		g = graph.NullValue()
	case ty == cty.String:
		g = graph.String(bare.AsString())
	case ty == cty.Bool:
		g = graph.Bool(bare.True())
	case ty == cty.Number:
		f := bare.AsBigFloat()
		n, _ := f.Float64()
		g = graph.Number(n, numberText(f))
	case ty.IsObjectType() || ty.IsMapType():
		m := make(map[string]graph.Value, bare.LengthInt())
		for it := bare.ElementIterator(); it.Next(); {
			k, e := it.Element()
			k, _ = k.Unmark()
			m[k.AsString()] = toGraph(e)
		}
		g = graph.Map(m)
	case ty.IsTupleType() || ty.IsListType() || ty.IsSetType():
		vs := make([]graph.Value, 0, bare.LengthInt())
		for it := bare.ElementIterator(); it.Next(); {
			_, e := it.Element()
			vs = append(vs, toGraph(e))
		}
		if ty.IsSetType() {
			withSetCauses(vs, marks)
		}
		g = graph.List(vs...)
	default:
		g = graph.UnknownValue(graph.Cause{Text: "a value of type " + ty.FriendlyName() + " has no form outside of Terraform"})
	}
	if _, ok := marks[funcs.Sensitive]; ok {
		g = g.Sensitive()
	}
	return g
}

// numberText is a number as Terraform's JSON prints it.
func numberText(f *big.Float) string {
	if f.IsInt() {
		return f.Text('f', 0)
	}
	return f.Text('f', -1)
}

// holeText is what stands in a text in the place of v, which is not known.
func holeText(v cty.Value) string {
	c := causeOf(v)
	if c.Text == "" {
		c.Text = "the value is not known"
	}
	return c.Placeholder()
}

// joinText concatenates the marks of all parts on the text.
func joinText(parts []string, marks cty.ValueMarks) cty.Value {
	v := cty.StringVal(strings.Join(parts, ""))
	if len(marks) > 0 {
		return v.WithMarks(marks)
	}
	return v
}
