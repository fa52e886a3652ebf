package eval

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/funcs"
)

func (s *scope) call(x *hclsyntax.FunctionCallExpr) (cty.Value, error) {
	if err := s.run.step(1); err != nil {
		return cty.NilVal, err
	}
	switch x.Name {
	case "try", "core::try":
		return orOpen(s.try(x))
	case "can", "core::can":
		return orOpen(s.can(x))
	}
	f, ok := funcs.Lookup(s.m.root.functionName(x.Name))
	if !ok {
		return cty.NilVal, fmt.Errorf("there is no function named %q", x.Name)
	}
	args, err := s.arguments(x)
	if err != nil {
		return orOpen(cty.NilVal, err)
	}
	if v, ok := theOne(x.Name, args); ok {
		return v, nil
	}
	v, err := f.Call(s.functions(), args)
	if err != nil {
		if reason, undecided := funcs.Undecided(err); undecided {
			return because(graph.Cause{Text: errorf(x.Range(), "%s", reason).Error()}).WithMarks(withoutCauses(v.Marks())), nil
		}
		return cty.NilVal, err
	}
	if bare, _ := v.Unmark(); bare.IsKnown() {
		if decoders[strings.TrimPrefix(x.Name, "core::")] {
			return anyHole(v), nil
		}
		return v, nil
	}
	return unknownResult(x.Name, v, args), nil
}

// decoders are the functions that read what encoders write: there, a hole in the
// place of a value stands for a value of any type.
var decoders = map[string]bool{"jsondecode": true, "yamldecode": true}

// anyHole is v with every text that is one hole as a value that is not known.
func anyHole(v cty.Value) cty.Value {
	if !hasPlaceholder(v) {
		return v
	}
	w, err := cty.Transform(v, func(_ cty.Path, e cty.Value) (cty.Value, error) {
		bare, marks := e.Unmark()
		if bare.Type() != cty.String || !bare.IsKnown() || bare.IsNull() {
			return e, nil
		}
		if parts := graph.Parts(bare.AsString()); len(parts) == 1 && parts[0].Hole != nil {
			return because(*parts[0].Hole).WithMarks(marks), nil
		}
		return e, nil
	})
	if err != nil {
		return v
	}
	return w
}

// unknownResult is the result v of a function with the cause that it is not
// known. Unless the function changes types alone, it is no longer the very value
// of an argument: lower(var.x) is not var.x. And what is made of several things
// comes from none of them alone.
func unknownResult(name string, v cty.Value, args []cty.Value) cty.Value {
	c := causeOf(v)
	exact := c.Exact && conversions[strings.TrimPrefix(name, "core::")]
	bases := map[string]bool{}
	for _, a := range args {
		addBases(bases, a)
		if c.Text == "" {
			c = causeOf(opaque(a))
		}
	}
	if c.Text == "" {
		c.Text = name + "() has no value before apply"
	}
	c.Exact = exact
	bare, marks := v.Unmark()
	if len(bases) > 1 {
		c.Base, c.Exact = "", false
		marks = withoutCauses(marks)
	}
	kept := cty.NewValueMarks(causeMark{c})
	for m := range marks {
		if _, old := m.(causeMark); !old {
			kept[m] = struct{}{}
		}
	}
	return bare.WithMarks(kept)
}

// theOne is what the ways of writing "the only instance, if there is one" yield
// for a block with an unknown count: its representative, as [0] does. They are
// join("", aws_x.y[*].id), one(aws_x.y[*].id) and element(aws_x.y[*].id, 0).
func theOne(function string, args []cty.Value) (v cty.Value, ok bool) {
	var list cty.Value
	switch {
	case function == "one" && len(args) == 1, function == "element" && len(args) == 2:
		list = args[0]
	case function == "join" && len(args) == 2:
		if sep, _ := args[0].Unmark(); !sep.RawEquals(cty.StringVal("")) {
			return v, false
		}
		list = args[1]
	default:
		return v, false
	}
	rep := representativeOf(list)
	if bare, _ := list.Unmark(); bare.IsKnown() || rep == nil {
		return v, false
	}
	return rep.value, true
}

// addBases adds the addresses of what v, or a part of it, comes from.
func addBases(bases map[string]bool, v cty.Value) {
	add := func(c graph.Cause) {
		if c.Base != "" {
			bases[c.Base] = true
		}
	}
	if !hasPlaceholder(v) {
		add(causeOf(v))
		return
	}
	bare, _ := v.Unmark()
	if bare.Type() == cty.String {
		for _, p := range graph.Parts(bare.AsString()) {
			switch {
			case p.Ref != nil:
				bases[p.Ref.Address] = true
			case p.Hole != nil:
				add(*p.Hole)
			}
		}
		return
	}
	for it := bare.ElementIterator(); it.Next(); {
		k, e := it.Element()
		addBases(bases, k)
		addBases(bases, e)
	}
}

// conversions are the functions that change at most the type of a value.
var conversions = map[string]bool{
	"sensitive": true, "nonsensitive": true, "tobool": true, "tolist": true,
	"tomap": true, "tonumber": true, "toset": true, "tostring": true,
}

func (s *scope) arguments(x *hclsyntax.FunctionCallExpr) ([]cty.Value, error) {
	args := make([]cty.Value, 0, len(x.Args))
	for i, a := range x.Args {
		v, err := s.eval(a)
		if err != nil {
			return nil, err
		}
		if !x.ExpandFinal || i < len(x.Args)-1 {
			args = append(args, v)
			continue
		}
		bare, marks := v.Unmark()
		switch {
		case !bare.IsKnown():
			return nil, &openArguments{v}
		case bare.IsNull():
			return nil, errorf(a.Range(), "the expanded argument is null")
		case !bare.CanIterateElements() || bare.Type().IsMapType() || bare.Type().IsObjectType():
			return nil, errorf(a.Range(), "the expanded argument must be a list, tuple or set")
		}
		for it := bare.ElementIterator(); it.Next(); {
			_, e := it.Element()
			args = append(args, e.WithMarks(withoutCauses(marks)))
		}
	}
	return args, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// openArguments says that a list of arguments to be expanded is not known.
type openArguments struct{ list cty.Value }

func (*openArguments) Error() string { return "the argument list is not known" }

// orOpen makes an unknown result of a call whose arguments are not known.
func orOpen(v cty.Value, err error) (cty.Value, error) {
	if open, ok := errors.AsType[*openArguments](err); ok {
		return withCauseOf(cty.DynamicVal, open.list), nil
	}
	return v, err
}

// try returns its first argument that evaluates without an error.
func (s *scope) try(x *hclsyntax.FunctionCallExpr) (cty.Value, error) {
	args, expanded, err := s.caught(x)
	if err != nil {
		return cty.NilVal, err
	}
	var last error = errors.New("try needs at least one argument")
	for _, a := range args {
		v, err := s.eval(a)
		if err == nil {
			if bare, _ := v.Unmark(); bare.IsKnown() && !bare.IsWhollyKnown() && !plain(a) {
				// What is made of a value that is not known may fail once it is,
				// and another argument count: Terraform too gives up here.
				return withCauseOf(cty.DynamicVal, v), nil
			}
			return v, nil
		}
		if _, ok := errors.AsType[limitError](err); ok {
			return cty.NilVal, err
		}
		last = err
	}
	if len(expanded) > 0 {
		return expanded[0], nil
	}
	return cty.NilVal, fmt.Errorf("no argument of try can be evaluated: %v", last)
}

// caught are the arguments of try and can: those whose errors are caught, and
// the values of a last one that is expanded, whose errors are not.
func (s *scope) caught(x *hclsyntax.FunctionCallExpr) ([]hclsyntax.Expression, []cty.Value, error) {
	if !x.ExpandFinal {
		return x.Args, nil, nil
	}
	last := *x
	last.Args = x.Args[len(x.Args)-1:]
	expanded, err := s.arguments(&last)
	return x.Args[:len(x.Args)-1], expanded, err
}

// plain reports whether an expression only leads to a value: if it leads to one
// that is known in part, it does so whatever the rest will be.
func plain(x hclsyntax.Expression) bool {
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return true
	case *hclsyntax.RelativeTraversalExpr:
		return plain(x.Source)
	case *hclsyntax.IndexExpr:
		return plain(x.Collection)
	case *hclsyntax.ParenthesesExpr:
		return plain(x.Expression)
	}
	return false
}

// can reports whether its argument evaluates without an error.
func (s *scope) can(x *hclsyntax.FunctionCallExpr) (cty.Value, error) {
	args, expanded, err := s.caught(x)
	if err != nil {
		return cty.NilVal, err
	}
	if len(args)+len(expanded) != 1 {
		return cty.NilVal, errors.New("can takes one argument")
	}
	var v cty.Value
	if len(args) == 1 {
		v, err = s.eval(args[0])
	} else {
		v = expanded[0]
	}
	if _, ok := errors.AsType[limitError](err); ok {
		return cty.NilVal, err
	}
	if err != nil {
		return cty.False, nil
	}
	if b, _ := v.Unmark(); !b.IsWhollyKnown() {
		return withCauseOf(cty.UnknownVal(cty.Bool), v), nil
	}
	return cty.True, nil
}
