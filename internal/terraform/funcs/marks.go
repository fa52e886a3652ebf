package funcs

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// onMarks makes a function that is about the marks of its argument.
func onMarks(result func(cty.Type) cty.Type, impl func(cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{
			Name: "value", Type: cty.DynamicPseudoType,
			AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true,
		}},
		Type: func(args []cty.Value) (cty.Type, error) { return result(args[0].Type()), nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return impl(args[0]) },
	})
}

func same(ty cty.Type) cty.Type { return ty }

func boolean(cty.Type) cty.Type { return cty.Bool }

var sensitiveFunc = onMarks(same, func(v cty.Value) (cty.Value, error) {
	return v.Mark(Sensitive), nil
})

var nonsensitiveFunc = onMarks(same, func(v cty.Value) (cty.Value, error) {
	bare, marks := v.Unmark()
	delete(marks, Sensitive)
	return bare.WithMarks(marks), nil
})

// issensitiveFunc is unknown for an unknown value without the mark: what it
// will come from may be sensitive.
var issensitiveFunc = onMarks(boolean, func(v cty.Value) (cty.Value, error) {
	switch {
	case v.HasMark(Sensitive):
		return cty.True, nil
	case !v.IsKnown():
		return cty.UnknownVal(cty.Bool), nil
	}
	return cty.False, nil
})

var ephemeralAsNullFunc = onMarks(same, func(v cty.Value) (cty.Value, error) {
	return cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		bare, marks := v.Unmark()
		if !marks.Has(Ephemeral) {
			return v, nil
		}
		delete(marks, Ephemeral)
		if bare.IsKnown() {
			bare = cty.NullVal(bare.Type())
		}
		return bare.WithMarks(marks), nil
	})
})
