package funcs

import (
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// to makes the functions tostring, tolist and so on. Other than those of cty
// they leave the marks of elements where they are.
func to(want cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{
			Name: "v", Type: cty.DynamicPseudoType,
			AllowNull: true, AllowMarked: true, AllowDynamicType: true, AllowUnknown: true,
		}},
		Type: func(args []cty.Value) (cty.Type, error) {
			got := args[0].Type()
			if _, ok, err := uniform(got, want); ok || err != nil {
				return want, err
			}
			if !got.Equals(want) && convert.GetConversionUnsafe(got, want) == nil {
				return cty.NilType, function.NewArgErrorf(0, "cannot convert %s to %s", got.FriendlyName(), want.FriendlyNameForConstraint())
			}
			return want, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsKnown() {
				return cty.UnknownVal(want).WithMarks(args[0].Marks()), nil
			}
			v, err := convertTo(args[0], want)
			if err == nil {
				return v, nil
			}
			if _, ok := Undecided(err); ok {
				return cty.NilVal, err
			}
			got, _ := args[0].Unmark()
			switch {
			case got.Type() == cty.String && want == cty.Bool:
				return cty.NilVal, function.NewArgErrorf(0, `cannot convert %q to bool; only the strings "true" or "false" are allowed`, got.AsString())
			case got.Type() == cty.String && want == cty.Number:
				return cty.NilVal, function.NewArgErrorf(0, "cannot convert %q to number; given string must be a decimal representation of a number", got.AsString())
			}
			return cty.NilVal, function.NewArgErrorf(0, "cannot convert %s to %s: %w", got.Type().FriendlyName(), want.FriendlyNameForConstraint(), err)
		},
	})
}

const (
	fewElements = 64
	maxMixed    = 2000
)

// convertTo is convert.Convert, but for one thing: to find the type of the
// elements of a list, set or map, cty compares the type of each with each. Long
// tuples of one type do not need it, and for long mixed ones it would take
// minutes.
func convertTo(v cty.Value, want cty.Type) (cty.Value, error) {
	if quick, ok, err := uniform(v.Type(), want); err != nil {
		return cty.NilVal, err
	} else if !ok || !v.IsKnown() || v.IsNull() {
		return convert.Convert(v, want)
	} else {
		return quick(v), nil
	}
}

// uniform tells whether a value of type got becomes a collection of type want
// by taking its elements as they are, and how.
func uniform(got, want cty.Type) (collect func(cty.Value) cty.Value, ok bool, err error) {
	if !want.IsCollectionType() || want.ElementType() != cty.DynamicPseudoType {
		return nil, false, nil
	}
	var types []cty.Type
	switch {
	case got.IsTupleType() && !want.IsMapType():
		types = got.TupleElementTypes()
	case got.IsObjectType() && want.IsMapType():
		types = slices.Collect(maps.Values(got.AttributeTypes()))
	}
	if len(types) < fewElements || types[0].HasDynamicTypes() {
		return nil, false, nil
	}
	for _, ty := range types[1:] {
		if ty.Equals(types[0]) {
			continue
		}
		if len(types) > maxMixed {
			return nil, false, declinef("the types of more than %d elements would have to be made one", maxMixed)
		}
		return nil, false, nil
	}
	return func(v cty.Value) cty.Value {
		v, marks := v.Unmark()
		switch {
		case want.IsListType():
			v = cty.ListVal(v.AsValueSlice())
		case want.IsSetType():
			v = cty.SetVal(v.AsValueSlice())
		default:
			v = cty.MapVal(v.AsValueMap())
		}
		return v.WithMarks(marks)
	}, true, nil
}
