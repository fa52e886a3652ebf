package funcs

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// JSONEncode returns v in JSON as jsonencode writes it: compact, keys sorted,
// <, > and & escaped. Where an unknown value stands, it writes what hole gives
// for it, as a JSON string; if hole is nil or gives false, the whole result is
// unknown. The result has all marks found in v.
func JSONEncode(v cty.Value, hole func(cty.Value) (string, bool)) (cty.Value, error) {
	e := jsonEncoder{hole: hole, marks: make(cty.ValueMarks)}
	switch err := e.encode(v); {
	case errors.Is(err, errUnknown):
		return stdlib.JSONEncodeFunc.Call([]cty.Value{v})
	case err != nil:
		return cty.NilVal, err
	}
	return cty.StringVal(string(e.buf)).RefineNotNull().WithMarks(e.marks), nil
}

// errUnknown says that a value is unknown and that there is no placeholder.
var errUnknown = errors.New("unknown value")

type jsonEncoder struct {
	buf   []byte
	hole  func(cty.Value) (string, bool)
	marks cty.ValueMarks
}

func (e *jsonEncoder) encode(v cty.Value) error {
	marked := v
	v, marks := v.Unmark()
	e.marks.Insert(marks.All())
	if err := checkText(len(e.buf)); err != nil {
		return err
	}
	switch ty := v.Type(); {
	case !v.IsKnown():
		if e.hole != nil {
			if text, ok := e.hole(marked); ok {
				e.text(text)
				return nil
			}
		}
		return errUnknown
	case v.IsNull():
		e.buf = append(e.buf, "null"...)
	case ty == cty.String:
		e.text(v.AsString())
	case ty == cty.Number:
		f := v.AsBigFloat()
		if f.IsInf() {
			return errors.New("cannot serialize infinity as JSON")
		}
		e.buf = f.Append(e.buf, 'f', -1)
	case ty == cty.Bool:
		e.buf = strconv.AppendBool(e.buf, v.True())
	case ty.IsMapType(), ty.IsObjectType():
		return e.object(v)
	case v.CanIterateElements():
		return e.array(v)
	default:
		return function.NewArgErrorf(0, "cannot serialize %s as JSON", ty.FriendlyName())
	}
	return nil
}

// object relies on cty's order of keys and attributes, which is sorted.
func (e *jsonEncoder) object(v cty.Value) error {
	e.buf = append(e.buf, '{')
	first := true
	for k, elem := range v.Elements() {
		if !first {
			e.buf = append(e.buf, ',')
		}
		first = false
		e.text(k.AsString())
		e.buf = append(e.buf, ':')
		if err := e.encode(elem); err != nil {
			return err
		}
	}
	e.buf = append(e.buf, '}')
	return nil
}

func (e *jsonEncoder) array(v cty.Value) error {
	e.buf = append(e.buf, '[')
	first := true
	for _, elem := range v.Elements() {
		if !first {
			e.buf = append(e.buf, ',')
		}
		first = false
		if err := e.encode(elem); err != nil {
			return err
		}
	}
	e.buf = append(e.buf, ']')
	return nil
}

func (e *jsonEncoder) text(s string) {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string cannot fail
			e.buf = append(e.buf, quoted...)
			return
		}
	}
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, s...)
	e.buf = append(e.buf, '"')
}

// encodeFunc makes jsonencode or yamlencode for a scope.
func encodeFunc(param string, encode func(cty.Value, func(cty.Value) (string, bool)) (cty.Value, error)) func(*Scope) function.Function {
	return func(s *Scope) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{{
				Name: param, Type: cty.DynamicPseudoType,
				AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
			}},
			Type: function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return encode(args[0], s.Hole) },
		})
	}
}

const maxJSON = 16 << 20

// jsonDecodeLimit: a list of small numbers takes a hundred times its text.
func jsonDecodeLimit(args []cty.Value) error {
	if s, ok := known(args, 0); ok {
		return checkDocument(s, maxJSON)
	}
	return nil
}
