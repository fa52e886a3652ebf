package funcs

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{
		Name: "value", Type: cty.DynamicPseudoType,
		AllowDynamicType: true, AllowUnknown: true, AllowMarked: true,
	}},
	Type: func(args []cty.Value) (cty.Type, error) {
		ty := args[0].Type()
		if ty == cty.String || ty == cty.DynamicPseudoType || ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType() {
			return cty.Number, nil
		}
		return cty.Number, errors.New("argument must be a string, a collection type, or a structural type")
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		switch ty := v.Type(); {
		case ty == cty.DynamicPseudoType:
			return cty.UnknownVal(cty.Number).WithMarks(marks), nil
		case ty.IsTupleType():
			return cty.NumberIntVal(int64(ty.Length())).WithMarks(marks), nil
		case ty.IsObjectType():
			return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithMarks(marks), nil
		case ty == cty.String:
			return stdlib.Strlen(args[0])
		}
		return v.Length().WithMarks(marks), nil
	},
})

// lengthCarries: the length of a list does not depend on what is in it.
func lengthCarries(args []cty.Value) bool {
	return len(args) == 1 && args[0].Type() != cty.String
}

var allTrueFunc = function.New(&function.Spec{
	Params:       []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
	Type:         function.StaticReturnType(cty.Bool),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		// Terraform stops at the first unknown, even if a false follows.
		for _, v := range args[0].Elements() {
			if !v.IsKnown() {
				return cty.UnknownVal(cty.Bool), nil
			}
			if v.IsNull() || v.False() {
				return cty.False, nil
			}
		}
		return cty.True, nil
	},
})

var anyTrueFunc = function.New(&function.Spec{
	Params:       []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
	Type:         function.StaticReturnType(cty.Bool),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		result := cty.False
		for _, v := range args[0].Elements() {
			switch {
			case !v.IsKnown():
				result = cty.UnknownVal(cty.Bool)
			case !v.IsNull() && v.True():
				return cty.True, nil
			}
		}
		return result, nil
	},
})

var coalesceFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{
		Name: "vals", Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true,
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		types := make([]cty.Type, len(args))
		for i, arg := range args {
			types[i] = arg.Type()
		}
		ty, _ := convert.UnifyUnsafe(types)
		if ty == cty.NilType {
			return cty.NilType, errors.New("all arguments must have the same type")
		}
		return ty, nil
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		for _, arg := range args {
			v, err := convert.Convert(arg, ty)
			if err != nil {
				return cty.NilVal, err
			}
			switch {
			case !v.IsKnown():
				return cty.UnknownVal(ty), nil
			case v.IsNull(), ty == cty.String && v.AsString() == "":
			default:
				return v, nil
			}
		}
		return cty.NilVal, errors.New("no non-null, non-empty-string arguments")
	},
})

var indexFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "list", Type: cty.DynamicPseudoType},
		{Name: "value", Type: cty.DynamicPseudoType},
	},
	Type:         function.StaticReturnType(cty.Number),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list, want := args[0], args[1]
		if ty := list.Type(); !ty.IsListType() && !ty.IsTupleType() {
			return cty.NilVal, errors.New("argument must be a list or tuple")
		}
		if list.LengthInt() == 0 {
			return cty.NilVal, errors.New("cannot search an empty list")
		}
		for i, v := range list.Elements() {
			eq := v.Equals(want)
			if !eq.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if eq.True() {
				return i, nil
			}
		}
		return cty.NilVal, errors.New("item not found")
	},
})

// containsCarries: a value that is found is found, placeholder or not; one
// that is not found may be the value that a placeholder stands for.
func containsCarries(args []cty.Value) bool {
	if len(args) != 2 {
		return false
	}
	list, _ := args[0].UnmarkDeep()
	want, _ := args[1].UnmarkDeep()
	if list.IsNull() || !list.CanIterateElements() {
		return false
	}
	for _, v := range list.Elements() {
		if v.RawEquals(want) {
			return true
		}
	}
	return false
}

// distinctFunc is the one of cty, but for lists of strings it does not compare
// each with each.
var distinctFunc = function.New(&function.Spec{
	Params:       []function.Parameter{{Name: "list", Type: cty.List(cty.DynamicPseudoType)}},
	Type:         func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	RefineResult: notNull,
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		list := args[0]
		if !list.IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		if ty.ElementType() != cty.String {
			if err := checkComparisons(list.LengthInt(), list.LengthInt()); err != nil {
				return cty.NilVal, err
			}
			return stdlib.Distinct(list)
		}
		seen := make(map[cty.Value]bool)
		var out []cty.Value
		for _, v := range list.Elements() {
			if !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		}
		if len(out) == 0 {
			return cty.ListValEmpty(cty.String), nil
		}
		return cty.ListVal(out), nil
	},
})

// checkComparisons declines to compare each of n values with each of m.
func checkComparisons(n, m int) error {
	if product(n, m) > maxWork>>5 {
		return declinef("%d values would have to be compared with %d", n, m)
	}
	return nil
}

var lookupFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "inputMap", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true},
		{Name: "key", Type: cty.String, AllowMarked: true, AllowUnknown: true},
	},
	VarParam: &function.Parameter{
		Name: "default", Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if len(args) > 3 {
			return cty.NilType, fmt.Errorf("lookup() takes two or three arguments, got %d", len(args))
		}
		switch ty := args[0].Type(); {
		case ty.IsObjectType():
			if !args[1].IsKnown() {
				return cty.DynamicPseudoType, nil
			}
			key, _ := args[1].Unmark()
			if ty.HasAttribute(key.AsString()) {
				return ty.AttributeType(key.AsString()), nil
			}
			if len(args) == 3 {
				return args[2].Type(), nil
			}
			return cty.DynamicPseudoType, function.NewArgErrorf(0, "the given object has no attribute %q", key.AsString())
		case ty.IsMapType():
			if len(args) == 3 {
				if _, err := convert.Convert(args[2], ty.ElementType()); err != nil {
					return cty.NilType, function.NewArgErrorf(2, "the default value must have the same type as the map elements")
				}
			}
			return ty.ElementType(), nil
		}
		return cty.NilType, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
	},
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		m, mapMarks := args[0].Unmark()
		k, keyMarks := args[1].Unmark()
		switch {
		case !m.IsKnown():
			return cty.UnknownVal(ty), nil
		case !k.IsKnown():
			return cty.UnknownVal(ty).WithMarks(mapMarks), nil
		}
		key := k.AsString()
		if m.Type().IsObjectType() {
			if m.Type().HasAttribute(key) {
				return m.GetAttr(key).WithMarks(mapMarks, keyMarks), nil
			}
		} else if m.HasIndex(k).True() {
			return m.Index(k).WithMarks(mapMarks, keyMarks), nil
		}
		if len(args) < 3 {
			return cty.NilVal, fmt.Errorf("lookup failed to find key %q", key)
		}
		v, err := convert.Convert(args[2], ty)
		if err != nil {
			return cty.NilVal, argError(2, err)
		}
		return v.WithMarks(mapMarks, keyMarks), nil
	},
})

// lookupCarries: a key that is there is found; one that is not may be the one
// that a placeholder stands for.
func lookupCarries(args []cty.Value) bool {
	if len(args) < 2 {
		return false
	}
	m, _ := args[0].Unmark()
	key, ok := known(args, 1)
	if !ok || m.IsNull() || !m.IsKnown() || !(m.Type().IsMapType() || m.Type().IsObjectType()) {
		return false
	}
	unsure := placeholderIndex(key) >= 0
	for k := range m.Elements() {
		if k.AsString() == key {
			return true
		}
		unsure = unsure || placeholderIndex(k.AsString()) >= 0
	}
	return !unsure
}

// flatten is the standard library's, which takes an element of no known type
// for one that is no list, if it is marked.
func flatten(_ *Scope, args []cty.Value) (cty.Value, error) {
	if mayHoldList(args[0]) {
		return cty.DynamicVal, nil
	}
	return stdlib.FlattenFunc.Call(args)
}

// mayHoldList reports whether v, or an element of it or of theirs, is of no
// known type.
func mayHoldList(v cty.Value) bool {
	v, _ = v.Unmark()
	switch ty := v.Type(); {
	case ty == cty.DynamicPseudoType:
		return !v.IsKnown()
	case !v.IsKnown() || v.IsNull() || !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType():
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); mayHoldList(e) {
			return true
		}
	}
	return false
}

var matchKeysFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "values", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "keys", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "searchset", Type: cty.List(cty.DynamicPseudoType)},
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); ty == cty.NilType {
			return cty.NilType, errors.New("keys and searchset must be of the same type")
		}
		return args[0].Type(), nil
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		if args[0].LengthInt() != args[1].LengthInt() {
			return cty.NilVal, errors.New("length of keys and values should be equal")
		}
		common, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()})
		keys, err := convert.Convert(args[1], common)
		if err != nil {
			return cty.NilVal, argError(1, err)
		}
		search, err := convert.Convert(args[2], common)
		if err != nil {
			return cty.NilVal, argError(2, err)
		}
		if search.LengthInt() == 0 {
			return cty.ListValEmpty(ty.ElementType()), nil
		}
		if !args[0].IsWhollyKnown() || !keys.IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		if err := checkComparisons(keys.LengthInt(), search.LengthInt()); err != nil {
			return cty.NilVal, err
		}
		var out []cty.Value
		for i, key := range keys.Elements() {
			for _, s := range search.Elements() {
				eq := key.Equals(s)
				if !eq.IsKnown() {
					return cty.UnknownVal(ty), nil // Terraform takes it for a list without elements
				}
				if eq.True() {
					out = append(out, args[0].Index(i))
					break
				}
			}
		}
		if len(out) == 0 {
			return cty.ListValEmpty(ty.ElementType()), nil
		}
		return cty.ListVal(out), nil
	},
})

var oneFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type: func(args []cty.Value) (cty.Type, error) {
		ty := args[0].Type()
		switch {
		case ty.IsListType(), ty.IsSetType():
			return ty.ElementType(), nil
		case ty.IsTupleType() && ty.Length() == 0:
			return cty.DynamicPseudoType, nil
		case ty.IsTupleType() && ty.Length() == 1:
			return ty.TupleElementType(0), nil
		}
		return cty.NilType, errNotOne
	},
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		n := args[0].Length()
		switch {
		case !n.IsKnown():
			return cty.UnknownVal(ty), nil
		case n.RawEquals(cty.Zero):
			return cty.NullVal(ty), nil
		case n.RawEquals(cty.NumberIntVal(1)):
			for _, v := range args[0].Elements() {
				return v, nil
			}
		}
		return cty.NilVal, errNotOne
	},
})

var errNotOne = function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")

var sumFunc = function.New(&function.Spec{
	Params:       []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type:         function.StaticReturnType(cty.Number),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (sum cty.Value, err error) {
		list := args[0]
		switch ty := list.Type(); {
		case !list.CanIterateElements():
			return cty.NilVal, function.NewArgErrorf(0, "cannot sum noniterable")
		case list.LengthInt() == 0:
			return cty.NilVal, function.NewArgErrorf(0, "cannot sum an empty list")
		case !ty.IsListType() && !ty.IsSetType() && !ty.IsTupleType():
			return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple. Received %s", ty.FriendlyName())
		case !list.IsWhollyKnown():
			return cty.UnknownVal(cty.Number), nil
		}
		defer func() {
			r := recover()
			if _, ok := r.(big.ErrNaN); ok {
				sum, err = cty.NilVal, errors.New("can't compute sum of opposing infinities")
			} else if r != nil {
				panic(r)
			}
		}()
		sum = cty.NilVal
		for _, v := range list.Elements() {
			n, err := convert.Convert(v, cty.Number)
			if err != nil || n.IsNull() {
				return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
			}
			if sum == cty.NilVal {
				sum = n
			} else {
				sum = sum.Add(n)
			}
		}
		return sum, nil
	},
})

var transposeFunc = function.New(&function.Spec{
	Params:       []function.Parameter{{Name: "values", Type: cty.Map(cty.List(cty.String))}},
	Type:         function.StaticReturnType(cty.Map(cty.List(cty.String))),
	RefineResult: notNull,
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		keys := make(map[string][]cty.Value)
		// The keys come in order, so the new lists are sorted.
		for k, list := range args[0].Elements() {
			if list.IsNull() {
				return cty.NilVal, fmt.Errorf("the list under %q is null", k.AsString())
			}
			for _, v := range list.Elements() {
				if v.IsNull() {
					return cty.NilVal, fmt.Errorf("the list under %q has a null element", k.AsString())
				}
				keys[v.AsString()] = append(keys[v.AsString()], k)
			}
		}
		if len(keys) == 0 {
			return cty.MapValEmpty(cty.List(cty.String)), nil
		}
		out := make(map[string]cty.Value, len(keys))
		for k, list := range keys {
			out[k] = cty.ListVal(list)
		}
		return cty.MapVal(out), nil
	},
})

const maxProduct = 100_000

func setProductLimit(args []cty.Value) error {
	n := 1
	for _, arg := range args {
		v, _ := arg.Unmark()
		if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
			return nil
		}
		n = product(n, v.LengthInt())
		if _, _, err := uniform(v.Type(), cty.List(cty.DynamicPseudoType)); err != nil {
			return err
		}
	}
	if n > maxProduct {
		return declinef("the product would have more than %d elements", maxProduct)
	}
	return nil
}

// removed makes a function that Terraform 0.12 took away: each call of it is
// an error that tells what to write now.
func removed(name, instead string) function.Function {
	err := fmt.Errorf("the %q function was deprecated in Terraform v0.12 and is no longer available; use %s", name, instead)
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name: "vals", Type: cty.DynamicPseudoType,
			AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
		},
		Type: func([]cty.Value) (cty.Type, error) { return cty.DynamicPseudoType, err },
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, err },
	})
}
