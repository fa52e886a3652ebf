package funcs_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

// FuzzCall calls any function with any values. No call may panic; after an
// error the result is unknown; and marks change nothing but marks.
func FuzzCall(f *testing.F) {
	for i := range funcs.Names() {
		f.Add(byte(i), []byte("\x02\x01\x03abc\x00\x05\x02"))
		f.Add(byte(i), []byte("\x01\x05\x03\x00\x02\x00\x01a\x07\x02\x01x\x00\x01y\x02\x01z\x00"))
	}
	f.Fuzz(func(t *testing.T, function byte, data []byte) {
		names := funcs.Names()
		checkCall(t, names[int(function)%len(names)], &source{data: data})
	})
}

// TestCallAnything is the fuzz test with as many random values as a test may
// take time for.
func TestCallAnything(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 3))
	for _, name := range funcs.Names() {
		for range 200 {
			data := make([]byte, 40)
			for i := 0; i < len(data); i += 8 {
				binary.LittleEndian.PutUint64(data[i:], r.Uint64())
			}
			checkCall(t, name, &source{data: data})
		}
	}
}

func checkCall(t *testing.T, name string, s *source) {
	t.Helper()
	f := lookup(t, name)
	positional, variadic := f.Params()
	n := len(positional)
	if variadic != nil {
		n += s.below(3)
	}
	if s.below(20) == 0 {
		n = s.below(4)
	}
	args := make([]cty.Value, n)
	for i := range args {
		args[i] = s.value(3)
	}
	scope := &funcs.Scope{BaseDir: "/base", Root: "/base", Home: "/home", Files: &fakeFiles{content: []byte(s.text())}}
	scope.Render = func(_ *funcs.Scope, tmpl funcs.Template) (cty.Value, error) { return text(tmpl.Source), nil }
	got, err := f.Call(scope, args)
	if got == cty.NilVal {
		t.Fatalf("%s(%#v): no value", name, args)
	}
	if bare, _ := got.Unmark(); err != nil && bare.IsKnown() {
		t.Fatalf("%s(%#v): got %#v with error %v", name, args, got, err)
	}
	marked := slices.Clone(args)
	for i, arg := range args {
		marked[i] = arg.Mark("m")
	}
	got2, err2 := f.Call(scope, marked)
	if (err == nil) != (err2 == nil) {
		t.Fatalf("%s(%#v): error %v without marks, %v with them", name, args, err, err2)
	}
	bare, _ := got.UnmarkDeep()
	bare2, marks := got2.UnmarkDeep()
	if !bare.RawEquals(bare2) {
		t.Fatalf("%s(%#v): got %#v without marks, %#v with them", name, args, bare, bare2)
	}
	// issensitive is about another mark; lengths are in types; merge and
	// coalescelist take nothing from a null; the rest is a fixed value.
	if len(args) > 0 && !marks.Has("m") && !slices.Contains([]string{"issensitive", "merge"}, name) {
		t.Fatalf("%s(%#v): got %#v without the mark", name, args, got2)
	}
}

// A source makes values of bytes.
type source struct {
	data []byte
}

func (s *source) next() byte {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return b
}

func (s *source) below(n int) int { return int(s.next()) % n }

var seedTexts = []string{
	"", "a", "b", "true", "12", "-1", "1e400", "%s", "%5.2f%%", "%d", "%[2]v", "/a+/", "[a-z]", "(?P<x>a)", "(", "10.0.0.0/8", "fd00::/8", "10.0.0.1",
	"2024-01-01T00:00:00Z", "1h", "YYYY", "{\"a\":[1]}", "[", "a: &x [1]\nb: *x", "a,b\n1,2", "YQ==", "utf-8", "dns", "arn:aws:iam::1:role/a/b",
	"a.txt", "../a.txt", "/a.txt", "~", "**", "{a,b}", "a = 1", "é", "\u0301", "👩‍👩‍👧", "\x00", "\xff", "\ue000k\ue001", "arn:\ue000k\ue001", "\n", " x ",
}

func (s *source) text() string {
	if i := s.below(len(seedTexts) + 4); i < len(seedTexts) {
		return seedTexts[i]
	}
	n := min(s.below(16), len(s.data))
	out := string(s.data[:n])
	s.data = s.data[n:]
	return out
}

var seedNumbers = []cty.Value{
	cty.Zero, cty.NumberIntVal(1), cty.NumberIntVal(-1), cty.NumberIntVal(2), cty.NumberIntVal(10), cty.NumberIntVal(62), cty.NumberFloatVal(0.5),
	cty.NumberIntVal(math.MaxInt64), cty.NumberIntVal(math.MinInt64), cty.NumberUIntVal(math.MaxUint64), cty.MustParseNumberVal("1e300"),
	cty.MustParseNumberVal("1e99999999"), cty.MustParseNumberVal("-1e-99999999"), cty.PositiveInfinity, cty.NegativeInfinity, cty.NumberIntVal(1025),
}

func (s *source) value(depth int) cty.Value {
	switch s.below(14) {
	case 0:
		return cty.NullVal(s.ty())
	case 1:
		return cty.UnknownVal(s.ty())
	case 2:
		return cty.BoolVal(s.below(2) == 0)
	case 3, 4:
		return seedNumbers[s.below(len(seedNumbers))]
	case 5:
		return text(s.text()).Mark(funcs.Sensitive)
	case 6, 7, 8:
		if depth > 0 {
			vals := make([]cty.Value, s.below(4))
			for i := range vals {
				vals[i] = s.value(depth - 1)
			}
			return cty.TupleVal(vals)
		}
	case 9, 10:
		if depth > 0 {
			attrs := make(map[string]cty.Value)
			for range s.below(4) {
				attrs[cty.NormalizeString(s.text())] = s.value(depth - 1)
			}
			return cty.ObjectVal(attrs)
		}
	case 11:
		vals := texts("z")
		for range s.below(4) {
			vals = append(vals, text(s.text()))
		}
		if s.below(2) == 0 {
			return cty.SetVal(vals)
		}
		return cty.ListVal(vals)
	case 12:
		// One element at most: go-cty compares maps in random order, and stops
		// at what differs or is not known.
		switch s.below(3) {
		case 0:
			return cty.MapValEmpty(cty.String)
		case 1:
			return cty.MapVal(map[string]cty.Value{"a": cty.UnknownVal(cty.String)})
		}
		return cty.MapVal(map[string]cty.Value{"a": text(s.text())})
	}
	return text(s.text())
}

func (s *source) ty() cty.Type {
	return []cty.Type{
		cty.String, cty.Number, cty.Bool, cty.DynamicPseudoType, cty.List(cty.String), cty.Set(cty.Number), cty.Map(cty.Bool),
		cty.EmptyTuple, cty.Object(map[string]cty.Type{"a": cty.String}), cty.List(cty.DynamicPseudoType),
	}[s.below(10)]
}
