package funcs

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
	if v.IsMarked() {
		bare, marks := v.Unmark()
		e.marks.Insert(marks.All())
		v = bare
	}
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
	case ty.IsObjectType():
		return e.object(v)
	case ty.IsMapType():
		return e.mapping(v)
	case v.CanIterateElements():
		return e.array(v)
	default:
		return function.NewArgErrorf(0, "cannot serialize %s as JSON", ty.FriendlyName())
	}
	return nil
}

func (e *jsonEncoder) object(v cty.Value) error {
	e.buf = append(e.buf, '{')
	for i, name := range slices.Sorted(maps.Keys(v.Type().AttributeTypes())) {
		if err := e.member(i == 0, name, v.GetAttr(name)); err != nil {
			return err
		}
	}
	e.buf = append(e.buf, '}')
	return nil
}

// mapping relies on cty's order of keys, which is sorted.
func (e *jsonEncoder) mapping(v cty.Value) error {
	e.buf = append(e.buf, '{')
	first := true
	for k, elem := range v.Elements() {
		if err := e.member(first, k.AsString(), elem); err != nil {
			return err
		}
		first = false
	}
	e.buf = append(e.buf, '}')
	return nil
}

func (e *jsonEncoder) member(first bool, name string, v cty.Value) error {
	if !first {
		e.buf = append(e.buf, ',')
	}
	e.text(name)
	e.buf = append(e.buf, ':')
	return e.encode(v)
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
	if !plain(s) {
		quoted, _ := json.Marshal(s) // a string cannot fail
		e.buf = append(e.buf, quoted...)
		return
	}
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, s...)
	e.buf = append(e.buf, '"')
}

// plain reports whether a string is the same in JSON but for the quotes.
// Besides what the notation asks for, <, >, &, U+2028 and U+2029 are escaped.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20, c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029")
}

// An encoder is JSONEncode or YAMLEncode.
type encoder func(cty.Value, func(cty.Value) (string, bool)) (cty.Value, error)

// call is the function of an encoder. It takes anything, so cty's checks
// of arguments, which walk through them, are not needed.
func (encode encoder) call(s *Scope, args []cty.Value) (cty.Value, error) {
	return encode(args[0], s.Hole)
}

// signature is a function with the parameter of an encoder.
func (encode encoder) signature(param string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{
			Name: param, Type: cty.DynamicPseudoType,
			AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
		}},
		Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return encode(args[0], nil) },
	})
}

const maxJSON = 16 << 20

// jsonDecodeLimit: a list of small numbers takes a hundred times its text.
func jsonDecodeLimit(args []cty.Value) error {
	if s, ok := known(args, 0); ok {
		return checkDocument(s, maxJSON)
	}
	return nil
}
