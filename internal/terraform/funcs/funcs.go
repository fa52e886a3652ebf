// Package funcs holds the built-in functions of Terraform 1.12 and OpenTofu
// 1.10, of the AWS provider and of Terraform's own provider, with Terraform's
// results, types, marks and unknowns. They differ in three ways: what depends
// on the time, on chance or on a private key is unknown; text may hold
// placeholders for strings that only AWS knows, see [HasPlaceholder]; and a
// call that would cost too much, or read files that the configuration does not
// name, is declined with a reason, see [Undecided].
//
// The functions try, can and type are not here: they need their arguments
// unevaluated, so they belong to the evaluator.
package funcs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A Func is one function of the language. It is immutable.
type Func struct {
	name string
	pure function.Function
	// bind makes the function for one scope; nil if it needs none, else pure
	// is there for its parameters alone.
	bind func(*Scope) function.Function
	// direct makes the call instead of the function, which then is there for
	// its parameters alone; the number of arguments is right.
	direct   func(*Scope, []cty.Value) (cty.Value, error)
	params   []function.Parameter
	varParam *function.Parameter

	// carries tells whether the result is right although arguments hold
	// placeholders. Where it is nil or false, the function sees unknown
	// strings in their place, as Terraform would.
	carries func(args []cty.Value) bool
	// limit refuses arguments with which the function would cost too much.
	limit func(args []cty.Value) error
	// mints is set where the result's text may not be in the arguments as it
	// is, so that a document could forge a placeholder.
	mints bool
}

// Lookup returns the function with the given name as it is written in an
// expression: "upper", "core::upper", "provider::aws::arn_parse". In names of
// provider functions the provider stands by its type ("aws", "terraform"); the
// caller translates the local name that the module gave it.
func Lookup(name string) (*Func, bool) {
	f, ok := table[strings.TrimPrefix(name, "core::")]
	if !ok || strings.HasPrefix(name, "core::provider::") {
		return nil, false
	}
	return f, true
}

// Names returns the names of all functions, sorted, without the core:: forms.
func Names() []string {
	return slices.Sorted(maps.Keys(table))
}

// Name returns the name under which the function is known.
func (f *Func) Name() string { return f.name }

// Params returns the parameters of the function, and the one that takes all
// further arguments, or nil.
func (f *Func) Params() (positional []function.Parameter, variadic *function.Parameter) {
	return f.pure.Params(), f.pure.VarParam()
}

// Call calls the function. Arguments are converted to the types of the
// parameters first, as the language does it. A nil scope knows no files.
//
// The value is valid whatever the error: after an error it is unknown, and the
// marks of the arguments are on it. Errors for which [Undecided] reports true
// do not mean that Terraform would fail. No error tells a sensitive value.
func (f *Func) Call(s *Scope, args []cty.Value) (result cty.Value, err error) {
	if s == nil {
		s = &Scope{}
	}
	var w weight
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
		if err != nil {
			result, err = f.unknown(args), f.wrap(err, &w)
		}
	}()

	if err := w.add(args...); err != nil {
		return cty.DynamicVal, err
	}
	converted, err := f.convert(args)
	if err != nil && w.placeholders {
		// A text with a placeholder in it may be the text of a number.
		opaque := slices.Clone(args)
		for i, arg := range args {
			opaque[i] = AsUnknown(arg)
		}
		converted, err = f.convert(opaque)
	}
	if err != nil {
		return cty.DynamicVal, err
	}
	if w.placeholders && (f.carries == nil || !f.carries(converted)) {
		converted = slices.Clone(converted)
		for i, arg := range converted {
			converted[i] = AsUnknown(arg)
		}
	}
	if f.limit != nil {
		if err := f.limit(converted); err != nil {
			return cty.DynamicVal, err
		}
	}
	switch {
	case f.direct != nil && len(converted) == len(f.params):
		result, err = f.direct(s, converted)
	case f.bind != nil:
		result, err = f.bind(s).Call(converted)
	default:
		result, err = f.pure.Call(converted)
	}
	if err != nil {
		if _, ok := Undecided(err); !ok && w.placeholders {
			// A text with a placeholder in it is not the text that the
			// function would be given.
			return f.unknown(args), nil
		}
		return cty.DynamicVal, err
	}
	if w.marked && !result.IsKnown() {
		// Some functions drop the marks of unknown arguments; a reader wants to
		// know where an unknown comes from.
		marks := marksOf(args)
		delete(marks, Sensitive)
		delete(marks, Ephemeral)
		result = result.WithMarks(marks)
	}
	if f.mints && !w.placeholders && HasPlaceholder(result) {
		return cty.DynamicVal, &Declined{Reason: "the result holds private-use characters (U+E000 to U+E002)"}
	}
	return result, nil
}

// convert returns the arguments with the types of their parameters. It leaves
// a wrong number of arguments to the function itself.
func (f *Func) convert(args []cty.Value) ([]cty.Value, error) {
	var converted []cty.Value
	for i, arg := range args {
		p := f.param(i)
		if p == nil {
			break
		}
		v, err := convertTo(arg, p.Type)
		if err != nil {
			return nil, argError(i, err)
		}
		if converted == nil {
			converted = make([]cty.Value, len(args))
			copy(converted, args)
		}
		converted[i] = v
	}
	if converted == nil {
		return args, nil
	}
	return converted, nil
}

func (f *Func) param(i int) *function.Parameter {
	if i < len(f.params) {
		return &f.params[i]
	}
	return f.varParam
}

// unknown is the result of a call that cannot be made.
func (f *Func) unknown(args []cty.Value) (v cty.Value) {
	marks := marksOf(args)
	defer func() {
		if recover() != nil {
			v = cty.DynamicVal
		}
		v = v.WithMarks(marks)
	}()
	types := make([]cty.Type, len(args))
	for i, arg := range args {
		types[i] = arg.Type()
		if p := f.param(i); p != nil && p.Type != cty.DynamicPseudoType {
			types[i] = p.Type
		}
	}
	ty, err := f.pure.ReturnType(types)
	if err != nil {
		return cty.DynamicVal
	}
	return cty.UnknownVal(ty)
}

// wrap makes an error for the user: named parameters, no stack traces, and no
// detail if an argument is sensitive.
func (f *Func) wrap(err error, w *weight) error {
	if pe, ok := errors.AsType[function.PanicError](err); ok {
		err = fmt.Errorf("%v", pe.Value)
	}
	if w.sensitive {
		err = redact(err)
	}
	if ae, ok := errors.AsType[function.ArgError](err); ok {
		if p := f.param(ae.Index); p != nil {
			return fmt.Errorf("call %s: invalid value for %q parameter: %w", f.name, p.Name, err)
		}
	}
	return fmt.Errorf("call %s: %w", f.name, err)
}

// redact returns an error of the same kind without the text.
func redact(err error) error {
	const hidden = "an argument is sensitive, so the details are hidden"
	if _, ok := errors.AsType[*Unreadable](err); ok {
		return &Unreadable{Path: "(sensitive value)", Reason: hidden}
	}
	if _, ok := errors.AsType[*Declined](err); ok {
		return err
	}
	if ae, ok := errors.AsType[function.ArgError](err); ok {
		return function.NewArgErrorf(ae.Index, hidden)
	}
	return errors.New(hidden)
}
