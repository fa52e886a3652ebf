package eval

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

func (s *scope) binary(x *hclsyntax.BinaryOpExpr) (cty.Value, error) {
	l, err := s.eval(x.LHS)
	if err != nil {
		return l, err
	}
	if x.Op == hclsyntax.OpLogicalAnd || x.Op == hclsyntax.OpLogicalOr {
		return s.logical(x, l)
	}
	r, err := s.eval(x.RHS)
	if err != nil {
		return r, err
	}
	if x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual {
		if t, ok := textEqual(l, r); ok {
			if x.Op == hclsyntax.OpNotEqual {
				t = t.Not()
			}
			return truthValue(t, l, r), nil
		}
	}
	params := x.Op.Impl.Params()
	if l, err = operand(l, params[0].Type); err != nil {
		return cty.NilVal, fmt.Errorf("left operand: %v", err)
	}
	if r, err = operand(r, params[1].Type); err != nil {
		return cty.NilVal, fmt.Errorf("right operand: %v", err)
	}
	v, err := x.Op.Impl.Call([]cty.Value{l, r})
	if err != nil {
		return cty.NilVal, err
	}
	return withCauseOf(v, l, r), nil
}

func operand(v cty.Value, ty cty.Type) (cty.Value, error) {
	return convert.Convert(opaque(v), ty)
}

// logical evaluates && and ||, which need their right side only where the left
// does not decide.
func (s *scope) logical(x *hclsyntax.BinaryOpExpr, l cty.Value) (cty.Value, error) {
	decides := x.Op == hclsyntax.OpLogicalOr
	l, err := operand(l, cty.Bool)
	if err != nil {
		return cty.NilVal, fmt.Errorf("left operand: %v", err)
	}
	bare, marks := l.Unmark()
	if bare.IsKnown() && bare.IsNull() {
		return cty.NilVal, errors.New("an operand is null")
	}
	if bare.IsKnown() && bare.True() == decides {
		return l, nil
	}
	r, err := s.eval(x.RHS)
	if err != nil {
		if !bare.IsKnown() {
			return unknown(cty.Bool, derived(causeOf(l))), nil
		}
		return r, err
	}
	if r, err = operand(r, cty.Bool); err != nil {
		return cty.NilVal, fmt.Errorf("right operand: %v", err)
	}
	rb, rmarks := r.Unmark()
	switch {
	case rb.IsKnown() && rb.IsNull():
		return cty.NilVal, errors.New("an operand is null")
	case rb.IsKnown() && rb.True() == decides:
		return cty.BoolVal(decides).WithMarks(withoutCauses(marks), withoutCauses(rmarks)), nil
	case bare.IsKnown() && rb.IsKnown():
		return cty.BoolVal(!decides).WithMarks(withoutCauses(marks), withoutCauses(rmarks)), nil
	}
	return withCauseOf(cty.UnknownVal(cty.Bool).WithMarks(withoutCauses(marks), withoutCauses(rmarks)), l, r), nil
}

// textEqual decides == where a side is text with placeholders.
func textEqual(l, r cty.Value) (t logic.Truth, ok bool) {
	lb, _ := l.Unmark()
	rb, _ := r.Unmark()
	ls, lok := textOf(lb)
	rs, rok := textOf(rb)
	switch {
	case lok && rok && (graph.HasPlaceholder(ls) || graph.HasPlaceholder(rs)):
		return graph.SameText(ls, rs), true
	case lok && graph.HasPlaceholder(ls) && rb.IsKnown() && rb.IsNull():
		return logic.False, true
	case rok && graph.HasPlaceholder(rs) && lb.IsKnown() && lb.IsNull():
		return logic.False, true
	}
	return logic.Unknown, false
}

func textOf(v cty.Value) (string, bool) {
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return "", false
	}
	return v.AsString(), true
}

func truthValue(t logic.Truth, from ...cty.Value) cty.Value {
	if t != logic.Unknown {
		return cty.BoolVal(t == logic.True)
	}
	for _, f := range from {
		if c := causeOf(f); c.Text != "" {
			return unknown(cty.Bool, derived(c))
		}
	}
	return unknown(cty.Bool, graph.Cause{Text: "a comparison is not known"})
}

func (s *scope) unary(x *hclsyntax.UnaryOpExpr) (cty.Value, error) {
	v, err := s.eval(x.Val)
	if err != nil {
		return v, err
	}
	if v, err = operand(v, x.Op.Impl.Params()[0].Type); err != nil {
		return cty.NilVal, err
	}
	r, err := x.Op.Impl.Call([]cty.Value{v})
	if err != nil {
		return cty.NilVal, err
	}
	return withCauseOf(r, v), nil
}

func (s *scope) template(x *hclsyntax.TemplateExpr) (cty.Value, error) {
	parts := make([]string, 0, len(x.Parts))
	var marks cty.ValueMarks
	for _, p := range x.Parts {
		v, err := s.eval(p)
		if err != nil {
			return v, err
		}
		text, vm, err := templatePart(v)
		if err != nil {
			return cty.NilVal, at(p.Range(), err)
		}
		marks = mergeMarks(marks, vm)
		parts = append(parts, text)
	}
	return joinText(parts, marks), nil
}

func mergeMarks(a, b cty.ValueMarks) cty.ValueMarks {
	if len(b) == 0 {
		return a
	}
	if a == nil {
		a = cty.ValueMarks{}
	}
	for m := range b {
		a[m] = struct{}{}
	}
	return a
}

// templatePart is the text of one interpolated value; what is not known leaves
// a hole.
func templatePart(v cty.Value) (string, cty.ValueMarks, error) {
	bare, marks := v.Unmark()
	if bare.IsKnown() && bare.IsNull() {
		return "", nil, errors.New("a null value cannot be part of a text")
	}
	text, err := convert.Convert(bare, cty.String)
	if err != nil {
		return "", nil, fmt.Errorf("cannot make text of a value of type %s", bare.Type().FriendlyName())
	}
	if !text.IsKnown() {
		return holeText(v), withoutCauses(marks), nil
	}
	return text.AsString(), withoutCauses(marks), nil
}

// templateJoin is a %{ for } directive: the texts of a tuple, joined.
func (s *scope) templateJoin(x *hclsyntax.TemplateJoinExpr) (cty.Value, error) {
	tuple, err := s.eval(x.Tuple)
	if err != nil {
		return tuple, err
	}
	bare, marks := tuple.Unmark()
	if !bare.IsKnown() {
		return joinText([]string{holeText(tuple)}, withoutCauses(marks)), nil
	}
	if bare.IsNull() || !bare.CanIterateElements() {
		return cty.NilVal, errors.New("a template directive iterates over what is no collection")
	}
	marks = withoutCauses(marks)
	var parts []string
	for it := bare.ElementIterator(); it.Next(); {
		_, e := it.Element()
		text, em, err := templatePart(e)
		if err != nil {
			return cty.NilVal, err
		}
		marks = mergeMarks(marks, em)
		parts = append(parts, text)
	}
	return joinText(parts, marks), nil
}

func (s *scope) index(x *hclsyntax.IndexExpr) (cty.Value, error) {
	key, err := s.eval(x.Key)
	if err != nil {
		return key, err
	}
	// Instances of one block need not all be built to pick one of them.
	if t, ok := x.Collection.(*hclsyntax.ScopeTraversalExpr); ok {
		if v, ok, err := s.indexedReference(t.Traversal, key); ok || err != nil {
			return v, err
		}
	}
	coll, err := s.eval(x.Collection)
	if err != nil {
		return coll, err
	}
	return indexValue(coll, key, x.Range())
}

// indexValue is coll[key].
func indexValue(coll, key cty.Value, rng hcl.Range) (cty.Value, error) {
	bare, marks := coll.Unmark()
	marks = withoutCauses(marks)
	if !bare.IsKnown() {
		if rep := representativeOf(coll); rep != nil {
			return rep.value, nil
		}
		return ofUnknown(coll), nil
	}
	kb, km := key.Unmark()
	if kb.IsKnown() && !kb.IsNull() && kb.Type() == cty.String && graph.HasPlaceholder(kb.AsString()) {
		if bare.CanIterateElements() && (bare.Type().IsMapType() || bare.Type().IsObjectType()) && !bare.IsNull() {
			for it := bare.ElementIterator(); it.Next(); {
				if k, e := it.Element(); k.AsString() == kb.AsString() {
					return e, nil
				}
			}
		}
		key = opaque(key)
		kb, km = key.Unmark()
	}
	v, diags := hcl.Index(bare, kb, &rng)
	if diags.HasErrors() {
		return cty.NilVal, diagnosticError(diags)
	}
	if km = withoutCauses(km); len(km) > 0 {
		v = v.WithMarks(km)
	}
	return withCauseOf(v.WithMarks(marks), key, coll), nil
}

func diagnosticError(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			return fmt.Errorf("%s: %s", lowerFirst(d.Summary), d.Detail)
		}
	}
	return diags
}

func lowerFirst(s string) string {
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

// traverse follows attribute and index steps from a value.
func traverse(v cty.Value, steps hcl.Traversal) (cty.Value, error) {
	for _, step := range steps {
		var err error
		switch step := step.(type) {
		case hcl.TraverseAttr:
			v, err = attribute(v, step)
		case hcl.TraverseIndex:
			v, err = indexValue(v, step.Key, step.SrcRange)
		default:
			err = errors.New("unsupported step in a reference")
		}
		if err != nil {
			return cty.NilVal, at(step.SourceRange(), err)
		}
	}
	return v, nil
}

func attribute(v cty.Value, step hcl.TraverseAttr) (cty.Value, error) {
	bare, marks := v.Unmark()
	if !bare.IsKnown() && bare.Type() == cty.DynamicPseudoType {
		return unknownAttribute(v, step.Name), nil
	}
	r, diags := hcl.GetAttr(bare, step.Name, &step.SrcRange)
	if diags.HasErrors() {
		for m := range marks {
			if part, ok := m.(partMark); ok {
				c := part.Cause
				c.Text = c.Base + "." + step.Name + " is known only after apply"
				return because(c), nil
			}
		}
		return cty.NilVal, diagnosticError(diags)
	}
	r = r.WithMarks(withoutCauses(marks))
	if rb, _ := r.Unmark(); !rb.IsKnown() && causeOf(r).Text == "" {
		return r.Mark(causeMark{causeOf(unknownAttribute(v, step.Name))}), nil
	}
	return r, nil
}

// unknownAttribute is an attribute of a value that is not known: an exact
// cause stays exact, since the same attribute of the same thing is meant.
func unknownAttribute(v cty.Value, name string) cty.Value {
	c := causeOf(v)
	if c.Text == "" {
		c.Text = "the value is not known"
	}
	if c.Exact && c.Base != "" {
		c.Base += "." + name
	}
	return because(c)
}
