package graph

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/logic"
)

// Kind tells the kinds of values apart. Absent (not written), Null (written as
// null) and KindUnknown are three things.
type Kind uint8

// The kinds. The zero value is KindUnknown.
const (
	KindUnknown Kind = iota
	KindAbsent
	KindNull
	KindBool
	KindNumber
	KindString
	KindList // lists, sets and tuples, sets in Terraform's order
	KindMap  // maps and objects
)

// A Value is what an attribute holds, as far as it is known. Its zero value is
// unknown without a cause. Values are immutable.
type Value struct {
	kind      Kind
	sensitive bool
	text      string // string, or a number as written
	num       float64
	list      []Value
	fields    map[string]Value
	cause     *Cause
	origin    Origin
}

// An Origin says where a value was written and how it came there.
type Origin interface {
	// Location is the place of the attribute, or of the block where it is absent.
	Location() Location
	// Via lists what the value passed through, nearest first: the variable of
	// a module and the line of its caller that set it.
	Via() []Hop
}

// A Hop is one step on a value's way: `var.encrypted`, set at Location.
type Hop struct {
	Name     string
	Location Location
}

// A Location is a place in a file. Line is 0 if there is none.
type Location struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	EndLine int    `json:"end_line,omitempty"`
}

// String is "file:line", or "file" without a line.
func (l Location) String() string {
	if l.Line == 0 {
		return l.File
	}
	return l.File + ":" + strconv.Itoa(l.Line)
}

// Constructors, for front ends and tests.

// UnknownValue is a value that is not known because of c.
func UnknownValue(c Cause) Value { return Value{cause: &c} }

// AbsentValue is the value of an attribute that is not written.
func AbsentValue() Value { return Value{kind: KindAbsent} }

// NullValue is an explicit null.
func NullValue() Value { return Value{kind: KindNull} }

// Bool makes a boolean.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Number makes a number; text is its exact decimal form.
func Number(f float64, text string) Value { return Value{kind: KindNumber, num: f, text: text} }

// String makes a string, which may hold placeholders.
func String(s string) Value { return Value{kind: KindString, text: s} }

// List makes a list; it keeps vs.
func List(vs ...Value) Value { return Value{kind: KindList, list: vs} }

// Map makes a map; it keeps m.
func Map(m map[string]Value) Value { return Value{kind: KindMap, fields: m} }

// Sensitive returns v marked as a secret: it is never printed.
func (v Value) Sensitive() Value { v.sensitive = true; return v }

// From returns v with its origin.
func (v Value) From(o Origin) Value { v.origin = o; return v }

// Kind is the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsSensitive reports whether v is a secret.
func (v Value) IsSensitive() bool { return v.sensitive }

// Location is where v was written, or, where it is absent, the block that
// lacks it.
func (v Value) Location() Location {
	if v.origin == nil {
		return Location{}
	}
	return v.origin.Location()
}

// Via lists what v passed through on its way: see Origin.
func (v Value) Via() []Hop {
	if v.origin == nil {
		return nil
	}
	return v.origin.Via()
}

// Source is the address of the resource of whose attribute v is made, where it
// is written so and is made of that alone; "" for everything else.
func (v Value) Source() string {
	if o, ok := v.origin.(interface{ Source() string }); ok {
		return o.Source()
	}
	return ""
}

// Piece is a piece of the string v, written where v was.
func (v Value) Piece(text string) Value {
	v.kind, v.text = KindString, text
	return v
}

// Cause says why v is not known: v's own cause, or that of the first hole or
// unknown within it. It is the zero Cause if v is known in whole.
func (v Value) Cause() Cause {
	switch v.kind {
	case KindUnknown:
		c := Cause{}
		if v.cause != nil {
			c = *v.cause
		}
		c.Text = cmp.Or(c.Text, "the value is not known")
		return c
	case KindString:
		if HasHole(v.text) {
			for _, p := range Parts(v.text) {
				if p.Hole != nil {
					return *p.Hole
				}
			}
		}
		for _, r := range v.Refs() {
			return Cause{Text: r.String() + " is known only after apply", Base: r.Address, Exact: true}
		}
	case KindList:
		for _, e := range v.list {
			if c := e.Cause(); c.Text != "" {
				return c
			}
		}
	case KindMap:
		for _, k := range slices.Sorted(maps.Keys(v.fields)) {
			if c := v.fields[k].Cause(); c.Text != "" {
				return c
			}
		}
	}
	return Cause{}
}

// Or is v, or def where v is absent or null: how a provider's or AWS's default
// is applied. The result keeps v's origin.
func (v Value) Or(def Value) Value {
	if v.kind == KindAbsent || v.kind == KindNull {
		return def.From(v.origin)
	}
	return v
}

// IsSet decides whether v was given a value other than null.
func (v Value) IsSet() logic.Truth {
	switch v.kind {
	case KindUnknown:
		return logic.Unknown
	case KindAbsent, KindNull:
		return logic.False
	}
	return logic.True
}

// NonEmpty decides whether v is set and neither "" nor an empty collection.
func (v Value) NonEmpty() logic.Truth {
	switch v.kind {
	case KindUnknown:
		return logic.Unknown
	case KindAbsent, KindNull:
		return logic.False
	case KindString:
		if v.text == "" {
			return logic.False
		}
		for _, p := range Parts(v.text) {
			if p.Hole == nil {
				return logic.True
			}
		}
		return logic.Unknown
	case KindList:
		return logic.Of(len(v.list) > 0)
	case KindMap:
		return logic.Of(len(v.fields) > 0)
	}
	return logic.True
}

// IsTrue decides whether v is true. The string "true" counts, as in Terraform;
// absent and null are false: apply a default first with Or where it is another.
func (v Value) IsTrue() logic.Truth {
	switch v.kind {
	case KindUnknown:
		return logic.Unknown
	case KindBool:
		return logic.Of(v.num != 0)
	case KindString:
		return v.Is("true")
	}
	return logic.False
}

// Is decides whether v is the string s. Numbers and booleans compare by their
// text, as Terraform converts them.
func (v Value) Is(s string) logic.Truth {
	switch v.kind {
	case KindUnknown:
		return logic.Unknown
	case KindString:
		return SameText(v.text, s)
	case KindNumber:
		return logic.Of(v.text == s)
	case KindBool:
		return logic.Of(strconv.FormatBool(v.num != 0) == s)
	}
	return logic.False
}

// IsFold is Is without regard to case.
func (v Value) IsFold(s string) logic.Truth {
	switch {
	case v.kind == KindString && !HasPlaceholder(v.text):
		return logic.Of(strings.EqualFold(v.text, s))
	case v.kind == KindString:
		return SameText(v.text, s)
	}
	return v.Is(s)
}

// OneOf decides whether v is one of the strings.
func (v Value) OneOf(ss ...string) logic.Truth {
	r := logic.False
	for _, s := range ss {
		r = r.Or(v.Is(s))
	}
	return r
}

// Has decides whether the list v holds the string s. A string that is not a
// list counts as a list of one.
func (v Value) Has(s string) logic.Truth {
	switch v.kind {
	case KindUnknown:
		return logic.Unknown
	case KindList:
		r := logic.False
		for _, e := range v.list {
			r = r.Or(e.Is(s))
		}
		return r
	case KindString:
		return v.Is(s)
	}
	return logic.False
}

// Int is v as a number, if it is one (or a string that reads as one).
func (v Value) Int() (int, bool) {
	f, ok := v.Float()
	return int(f), ok
}

// Float is v as a number, if it is one (or a string that reads as one).
func (v Value) Float() (float64, bool) {
	switch v.kind {
	case KindNumber:
		return v.num, true
	case KindString:
		f, err := strconv.ParseFloat(v.text, 64)
		return f, err == nil
	}
	return 0, false
}

// AtLeast decides whether v is a number of at least n.
func (v Value) AtLeast(n float64) logic.Truth {
	if f, ok := v.Float(); ok {
		return logic.Of(f >= n)
	}
	if v.kind == KindUnknown || v.kind == KindString && HasPlaceholder(v.text) {
		return logic.Unknown
	}
	return logic.False
}

// Literal is v as a string that holds no placeholder; ok is false for anything
// else. Numbers and booleans give their text.
func (v Value) Literal() (s string, ok bool) {
	switch v.kind {
	case KindString:
		return v.text, !HasPlaceholder(v.text)
	case KindNumber:
		return v.text, true
	case KindBool:
		return strconv.FormatBool(v.num != 0), true
	}
	return "", false
}

// Text is the string v with its placeholders, "" if v is not a string.
func (v Value) Text() string {
	if v.kind != KindString {
		return ""
	}
	return v.text
}

// Elements are the elements of a list; ok is false if v is not known to be
// one. Absent and null are an empty list. Elements may be unknown themselves.
func (v Value) Elements() (vs []Value, ok bool) {
	switch v.kind {
	case KindList:
		return v.list, true
	case KindAbsent, KindNull:
		return nil, true
	}
	return nil, false
}

// Key is the value of a map's key: absent if there is none, unknown if v is.
func (v Value) Key(name string) Value {
	switch v.kind {
	case KindMap:
		if f, ok := v.fields[name]; ok {
			f.sensitive = f.sensitive || v.sensitive
			if f.origin == nil {
				f.origin = v.origin
			}
			return f
		}
		return AbsentValue().From(v.origin)
	case KindUnknown:
		return v
	}
	return AbsentValue().From(v.origin)
}

// Keys are the keys of a map, in order.
func (v Value) Keys() []string { return slices.Sorted(maps.Keys(v.fields)) }

// Refs lists the references within v, of strings in lists and maps too.
func (v Value) Refs() []Ref {
	var refs []Ref
	v.eachText(func(s string) {
		if !HasPlaceholder(s) {
			return
		}
		for _, p := range Parts(s) {
			if p.Ref != nil {
				refs = append(refs, *p.Ref)
			}
		}
	})
	return refs
}

// SourceType is the type of the one resource that v is an attribute of, or
// computed from, whether that is declared or not: "aws_kms_key"; of a data
// source "data.aws_kms_key". It is "" if v comes from none or from several.
func (v Value) SourceType() string {
	address := v.Cause().Base
	if refs := v.Refs(); len(refs) > 0 {
		address = refs[0].Address
		if len(refs) > 1 {
			return ""
		}
	}
	step := lastStep(address)
	prefix := ""
	if rest, ok := strings.CutPrefix(step, "data."); ok {
		prefix, step = "data.", rest
	}
	typ, _, _ := strings.Cut(step, ".")
	if !strings.Contains(typ, "_") { // a variable or a local
		return ""
	}
	return prefix + typ
}

func (v Value) eachText(f func(string)) {
	switch v.kind {
	case KindString:
		f(v.text)
	case KindList:
		for _, e := range v.list {
			e.eachText(f)
		}
	case KindMap:
		for _, k := range v.Keys() {
			f(k)
			v.fields[k].eachText(f)
		}
	}
}

// JSON is the value that the string v encodes as JSON, holes in it unknown.
// It is unknown with a cause if v is, or if the text is not JSON.
func (v Value) JSON() Value {
	if v.kind != KindString {
		if v.kind == KindUnknown || v.kind == KindAbsent || v.kind == KindNull {
			return v
		}
		return UnknownValue(Cause{Text: "the value is not a JSON string"}).From(v.origin)
	}
	if parts := Parts(v.text); len(parts) == 1 && parts[0].Hole != nil {
		return UnknownValue(*parts[0].Hole).From(v.origin)
	}
	dec := json.NewDecoder(strings.NewReader(plainJSON(v.text)))
	dec.UseNumber()
	var x any
	if err := dec.Decode(&x); err != nil {
		if HasHole(v.text) { // which may be what is missing
			return UnknownValue(v.Cause()).From(v.origin)
		}
		return UnknownValue(Cause{Text: "the value is not valid JSON: " + err.Error()}).From(v.origin)
	}
	r := FromJSON(x).From(v.origin)
	r.sensitive = v.sensitive
	return r
}

// FromJSON makes a Value of what encoding/json decodes with UseNumber. A
// string that is one hole is unknown.
func FromJSON(x any) Value {
	switch x := x.(type) {
	case nil:
		return NullValue()
	case bool:
		return Bool(x)
	case json.Number:
		f, _ := x.Float64()
		return Number(f, x.String())
	case float64:
		return Number(x, strconv.FormatFloat(x, 'f', -1, 64))
	case string:
		if HasHole(x) {
			if parts := Parts(x); len(parts) == 1 {
				return UnknownValue(*parts[0].Hole)
			}
		}
		return String(x)
	case []any:
		vs := make([]Value, len(x))
		for i, e := range x {
			vs[i] = FromJSON(e)
		}
		return List(vs...)
	case map[string]any:
		m := make(map[string]Value, len(x))
		for k, e := range x {
			m[k] = FromJSON(e)
		}
		return Map(m)
	}
	return Value{}
}

// Display is v for a message, shortened to a line: secrets are redacted.
func (v Value) Display() string {
	s := v.display()
	if r := []rune(s); len(r) > 80 {
		return string(r[:77]) + "..."
	}
	return s
}

func (v Value) display() string {
	if v.sensitive {
		return "(sensitive)"
	}
	switch v.kind {
	case KindAbsent:
		return "(not set)"
	case KindNull:
		return "null"
	case KindBool:
		return strconv.FormatBool(v.num != 0)
	case KindNumber:
		return v.text
	case KindString:
		if parts := Parts(v.text); len(parts) == 1 && parts[0].Ref != nil {
			return parts[0].Ref.String()
		}
		return strconv.Quote(Display(v.text))
	case KindList:
		ss := make([]string, len(v.list))
		for i, e := range v.list {
			ss[i] = e.display()
		}
		return "[" + strings.Join(ss, ", ") + "]"
	case KindMap:
		var ss []string
		for _, k := range v.Keys() {
			ss = append(ss, k+" = "+v.fields[k].display())
		}
		return "{" + strings.Join(ss, ", ") + "}"
	}
	return "(unknown)"
}
