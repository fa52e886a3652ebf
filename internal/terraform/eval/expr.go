package eval

import (
	"errors"
	"fmt"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// eval evaluates an expression as Terraform does, but for two things: text
// that holds something not known stays readable (see graph.Part), and unknown
// values carry the reason.
func (s *scope) eval(x hclsyntax.Expression) (cty.Value, error) {
	if v, ok := literal(x); ok {
		return v, nil
	}
	if s.run == nil {
		c := *s
		c.run = &run{}
		s = &c
	}
	if s.run.depth++; s.run.depth > maxDepth {
		s.run.depth--
		return cty.NilVal, &Error{x.Range(), limitError(fmt.Sprintf("expressions are nested more than %d deep", maxDepth))}
	}
	v, err := s.node(x)
	s.run.depth--
	return v, at(x.Range(), err)
}

func (s *scope) node(x hclsyntax.Expression) (cty.Value, error) {
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return s.reference(x.Traversal)
	case *hclsyntax.TemplateExpr:
		return s.template(x)
	case *hclsyntax.TemplateWrapExpr:
		return s.eval(x.Wrapped)
	case *hclsyntax.TemplateJoinExpr:
		return s.templateJoin(x)
	case *hclsyntax.FunctionCallExpr:
		return s.call(x)
	case *hclsyntax.ConditionalExpr:
		return s.conditional(x)
	case *hclsyntax.BinaryOpExpr:
		return s.binary(x)
	case *hclsyntax.UnaryOpExpr:
		return s.unary(x)
	case *hclsyntax.ParenthesesExpr:
		return s.eval(x.Expression)
	case *hclsyntax.IndexExpr:
		return s.index(x)
	case *hclsyntax.RelativeTraversalExpr:
		v, err := s.eval(x.Source)
		if err != nil {
			return v, err
		}
		return traverse(v, x.Traversal)
	case *hclsyntax.TupleConsExpr:
		return s.tuple(x)
	case *hclsyntax.ObjectConsExpr:
		return s.object(x)
	case *hclsyntax.ObjectConsKeyExpr:
		return s.objectKey(x)
	case *hclsyntax.ForExpr:
		return s.forExpr(x)
	case *hclsyntax.SplatExpr:
		return s.splat(x)
	case *hclsyntax.AnonSymbolExpr:
		for a := s.anon; a != nil; a = a.up {
			if a.symbol == x {
				return a.value, nil
			}
		}
		return cty.NilVal, errors.New("splat symbol outside of a splat")
	case *hclsyntax.ExprSyntaxError:
		return unparsed(x.SrcRange), nil
	case *hclsyntax.LiteralValueExpr: // an unknown one is the parser's for what it cannot read
		return unparsed(x.SrcRange), nil
	}
	return cty.NilVal, fmt.Errorf("unsupported kind of expression %T", x)
}

// unparsed is the value of an expression with a syntax error.
func unparsed(r hcl.Range) cty.Value {
	return because(graph.Cause{Text: location(r, r).String() + " has a syntax error, so that the value there is not known"})
}

func (s *scope) tuple(x *hclsyntax.TupleConsExpr) (cty.Value, error) {
	vs := make([]cty.Value, len(x.Exprs))
	for i, e := range x.Exprs {
		v, err := s.eval(e)
		if err != nil {
			return v, err
		}
		vs[i] = v
	}
	return cty.TupleVal(vs), nil
}

func (s *scope) object(x *hclsyntax.ObjectConsExpr) (cty.Value, error) {
	m := make(map[string]cty.Value, len(x.Items))
	var marks cty.ValueMarks
	var open cty.Value
	for _, item := range x.Items {
		k, err := s.eval(item.KeyExpr)
		if err != nil {
			return k, err
		}
		v, err := s.eval(item.ValueExpr)
		if err != nil {
			return v, err
		}
		bare, km := k.Unmark()
		if bare.IsNull() {
			return cty.NilVal, errorf(item.KeyExpr.Range(), "a null value cannot be a key")
		}
		key, err := convert.Convert(bare, cty.String)
		if err != nil {
			return cty.NilVal, errorf(item.KeyExpr.Range(), "cannot use this value as a key: %v", err)
		}
		if !key.IsKnown() {
			open = k
			continue
		}
		for mark := range km {
			if _, isCause := mark.(causeMark); isCause {
				continue
			}
			if marks == nil {
				marks = cty.ValueMarks{}
			}
			marks[mark] = struct{}{}
		}
		m[key.AsString()] = v
	}
	if open != cty.NilVal {
		return withCauseOf(because(graph.Cause{Text: "a key is not known"}), open), nil
	}
	return cty.ObjectVal(m).WithMarks(marks), nil
}

func (s *scope) objectKey(x *hclsyntax.ObjectConsKeyExpr) (cty.Value, error) {
	if !x.ForceNonLiteral {
		if k := hcl.ExprAsKeyword(x.Wrapped); k != "" {
			return cty.StringVal(k), nil
		}
		if t, ok := x.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) > 1 {
			return cty.NilVal, errors.New("an object key that is a reference must be in parentheses")
		}
	}
	return s.eval(x.Wrapped)
}

func (s *scope) conditional(x *hclsyntax.ConditionalExpr) (cty.Value, error) {
	cond, err := s.eval(x.Condition)
	if err != nil {
		return cond, err
	}
	yes, errYes := s.eval(x.TrueResult)
	no, errNo := s.eval(x.FalseResult)
	if errYes != nil {
		yes = failed(errYes)
	}
	if errNo != nil {
		no = failed(errNo)
	}
	ty, err := unify(yes, no)
	if err != nil {
		return cty.NilVal, err
	}
	bare, marks := opaque(cond).Unmark()
	if bare.IsKnown() {
		if bare.IsNull() {
			return cty.NilVal, errors.New("the condition is null")
		}
		if bare, err = convert.Convert(bare, cty.Bool); err != nil {
			return cty.NilVal, fmt.Errorf("the condition must be true or false: %v", err)
		}
		v, chosenErr := no, errNo
		if bare.True() {
			v, chosenErr = yes, errYes
		}
		if chosenErr != nil {
			return cty.NilVal, chosenErr
		}
		if v, err = convertTo(v, ty); err != nil {
			return cty.NilVal, err
		}
		return v.WithMarks(withoutCauses(marks)), nil
	}
	if errYes == nil && errNo == nil {
		if v, err := convertTo(yes, ty); err == nil {
			if w, err := convertTo(no, ty); err == nil && same(v, w) {
				return v, nil
			}
		}
	}
	r := cty.UnknownVal(ty)
	if !ty.Equals(cty.DynamicPseudoType) && neverNull(yes) && neverNull(no) {
		r = r.RefineNotNull()
	}
	c := causeOf(opaque(cond))
	if c.Text == "" {
		c.Text = "a condition is not known"
	}
	return r.Mark(causeMark{derived(c)}).WithMarks(withoutCauses(marks)), nil
}

// same reports whether both values are known and equal, no matter what is not.
func same(a, b cty.Value) bool {
	a, _ = a.UnmarkDeep()
	b, _ = b.UnmarkDeep()
	if !a.IsWhollyKnown() || !b.IsWhollyKnown() || hasPlaceholder(a) || hasPlaceholder(b) {
		return false
	}
	return a.RawEquals(b)
}

func neverNull(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.Type() != cty.DynamicPseudoType && v.Range().DefinitelyNotNull()
}

// unify finds the type that both results of a conditional convert to.
func unify(a, b cty.Value) (cty.Type, error) {
	at, bt := a.Type(), b.Type()
	switch {
	case at.Equals(bt):
		return at, nil
	case isUntypedNull(a):
		return bt, nil
	case isUntypedNull(b):
		return at, nil
	case at == cty.DynamicPseudoType || bt == cty.DynamicPseudoType:
		return cty.DynamicPseudoType, nil
	}
	ty, _ := convert.UnifyUnsafe([]cty.Type{at, bt})
	if ty == cty.NilType {
		return cty.NilType, fmt.Errorf("both results of a conditional must have one type, not %s and %s", at.FriendlyName(), bt.FriendlyName())
	}
	return ty, nil
}

func isUntypedNull(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.Type() == cty.DynamicPseudoType && v.IsKnown() && v.IsNull()
}

func withoutCauses(marks cty.ValueMarks) cty.ValueMarks {
	var kept cty.ValueMarks
	for m := range marks {
		switch m.(type) {
		case causeMark, repMark, partMark:
			continue
		}
		if kept == nil {
			kept = cty.ValueMarks{}
		}
		kept[m] = struct{}{}
	}
	return kept
}

func (s *scope) forExpr(x *hclsyntax.ForExpr) (cty.Value, error) {
	coll, err := s.eval(x.CollExpr)
	if err != nil {
		return coll, err
	}
	bare, marks := coll.Unmark()
	if bare.IsKnown() && bare.IsNull() {
		return cty.NilVal, errors.New("cannot iterate over null")
	}
	if !bare.IsKnown() {
		return s.forRepresentative(x, coll)
	}
	if !bare.CanIterateElements() {
		return cty.NilVal, fmt.Errorf("cannot iterate over a value of type %s", bare.Type().FriendlyName())
	}
	marks = withoutCauses(marks)
	var (
		list    []cty.Value
		byKey   = map[string]cty.Value{}
		groups  = map[string][]cty.Value{}
		openVal cty.Value
	)
	for it := bare.ElementIterator(); it.Next(); {
		if err := s.run.step(1); err != nil {
			return cty.NilVal, err
		}
		k, v := it.Element()
		if bare.Type().IsSetType() {
			k = v
		}
		in := s.bind(x, k, v)
		if x.CondExpr != nil {
			include, why, err := in.condition(x.CondExpr)
			if err != nil {
				return cty.NilVal, err
			}
			if include == logic.Unknown {
				openVal = why
				continue
			}
			if include == logic.False {
				continue
			}
		}
		val, err := in.eval(x.ValExpr)
		if err != nil {
			return val, err
		}
		if x.KeyExpr == nil {
			list = append(list, val)
			continue
		}
		key, err := in.eval(x.KeyExpr)
		if err != nil {
			return key, err
		}
		kb, km := key.Unmark()
		for m := range withoutCauses(km) {
			if marks == nil {
				marks = cty.ValueMarks{}
			}
			marks[m] = struct{}{}
		}
		if kb.IsNull() {
			return cty.NilVal, errors.New("a key of a for expression is null")
		}
		if kb, err = convert.Convert(kb, cty.String); err != nil {
			return cty.NilVal, fmt.Errorf("a key of a for expression is not a string: %v", err)
		}
		if !kb.IsKnown() {
			openVal = key
			continue
		}
		ks := kb.AsString()
		if x.Group {
			groups[ks] = append(groups[ks], val)
		} else if _, dup := byKey[ks]; dup {
			return cty.NilVal, fmt.Errorf("two elements have the key %q in a for expression", graph.Display(ks))
		}
		byKey[ks] = val
	}
	if openVal != cty.NilVal {
		return withCauseOf(because(graph.Cause{Text: "a condition or key of a for expression is not known"}), openVal).WithMarks(marks), nil
	}
	switch {
	case x.KeyExpr == nil:
		return cty.TupleVal(list).WithMarks(marks), nil
	case x.Group:
		for k, vs := range groups {
			byKey[k] = cty.TupleVal(vs)
		}
	}
	return cty.ObjectVal(byKey).WithMarks(marks), nil
}

// condition decides the "if" of a for expression; why is its value.
func (s *scope) condition(x hclsyntax.Expression) (t logic.Truth, why cty.Value, err error) {
	why, err = s.eval(x)
	if err != nil {
		return logic.Unknown, why, err
	}
	b, _ := opaque(why).Unmark()
	if b.IsKnown() && b.IsNull() {
		return logic.Unknown, why, errorf(x.Range(), "the condition of a for expression is null")
	}
	if b, err = convert.Convert(b, cty.Bool); err != nil {
		return logic.Unknown, why, errorf(x.Range(), "the condition of a for expression must be true or false")
	}
	if !b.IsKnown() {
		return logic.Unknown, why, nil
	}
	return logic.Of(b.True()), why, nil
}

// bind is s with the names of a for expression bound.
func (s *scope) bind(x *hclsyntax.ForExpr, k, v cty.Value) *scope {
	in := s.with(x.ValVar, v)
	if x.KeyVar != "" {
		in = in.with(x.KeyVar, k)
	}
	return in
}

// forRepresentative is a for expression over a collection that is not known:
// the result is unknown too, but keeps what is made of a representative element.
func (s *scope) forRepresentative(x *hclsyntax.ForExpr, coll cty.Value) (cty.Value, error) {
	r := ofUnknown(coll)
	if !onlyOf(x) {
		r = because(graph.Cause{Text: causeOf(r).Text}) // elements may come from elsewhere
	}
	rep := representativeOf(coll)
	if rep == nil {
		return r, nil
	}
	in := s.bind(x, rep.key, rep.value)
	if x.CondExpr != nil {
		if t, _, err := in.condition(x.CondExpr); err != nil || t == logic.False {
			return r, nil
		}
	}
	next := &representative{key: rep.key, value: in.known(x.ValExpr)}
	if x.KeyExpr != nil {
		next.key = in.known(x.KeyExpr)
	}
	return r.Mark(repMark{next}), nil
}

// onlyOf reports whether a for expression makes its elements of those of its
// collection alone.
func onlyOf(x *hclsyntax.ForExpr) bool {
	for _, made := range []hclsyntax.Expression{x.KeyExpr, x.ValExpr} {
		if made == nil {
			continue
		}
		for _, t := range made.Variables() {
			if name := t.RootName(); name != x.KeyVar && name != x.ValVar {
				return false
			}
		}
	}
	return true
}

// ofUnknown is what is made of a collection that is not known.
func ofUnknown(coll cty.Value) cty.Value {
	c := derived(causeOf(coll))
	if c.Text == "" {
		c.Text = "a collection is not known"
	}
	return because(c)
}

func (s *scope) splat(x *hclsyntax.SplatExpr) (cty.Value, error) {
	src, err := s.eval(x.Source)
	if err != nil {
		return src, err
	}
	bare, marks := src.Unmark()
	each := func(v cty.Value) (cty.Value, error) {
		if err := s.run.step(1); err != nil {
			return cty.NilVal, err
		}
		in := *s
		in.anon = &anonymous{x.Item, v, s.anon}
		return in.eval(x.Each)
	}
	ty := bare.Type()
	if bare.IsKnown() && bare.IsNull() {
		if ty.IsListType() || ty.IsSetType() || ty.IsTupleType() {
			return cty.NilVal, errors.New("a splat cannot be applied to a null collection")
		}
		return cty.EmptyTupleVal.WithMarks(withoutCauses(marks)), nil
	}
	if !bare.IsKnown() {
		r := ofUnknown(src)
		if rep := representativeOf(src); rep != nil {
			if v, err := each(rep.value); err == nil {
				r = r.Mark(repMark{&representative{key: rep.key, value: v}})
			}
		}
		return r, nil
	}
	if !ty.IsListType() && !ty.IsSetType() && !ty.IsTupleType() {
		v, err := each(src)
		if err != nil {
			return v, err
		}
		return cty.TupleVal([]cty.Value{v}), nil
	}
	vs := make([]cty.Value, 0, bare.LengthInt())
	for it := bare.ElementIterator(); it.Next(); {
		_, e := it.Element()
		v, err := each(e)
		if err != nil {
			return v, err
		}
		vs = append(vs, v)
	}
	return collect(vs, ty).WithMarks(withoutCauses(marks)), nil
}

// collect makes the result of a splat: a list where the source was a list or
// set and the elements have one type, else a tuple.
func collect(vs []cty.Value, source cty.Type) cty.Value {
	if source.IsTupleType() {
		return cty.TupleVal(vs)
	}
	if len(vs) == 0 {
		return cty.ListValEmpty(cty.DynamicPseudoType)
	}
	ty := vs[0].Type()
	for _, v := range vs[1:] {
		if !v.Type().Equals(ty) {
			return cty.TupleVal(vs)
		}
	}
	return cty.ListVal(vs)
}

// sortedKeys are the keys of a map in Terraform's order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
