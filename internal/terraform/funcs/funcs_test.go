package funcs_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

// A call is one call of a function and what it gives.
type call struct {
	name    string
	args    []cty.Value
	want    cty.Value // NilVal: an error
	wantErr string    // part of the error
}

func text(s string) cty.Value { return cty.StringVal(s) }

func texts(ss ...string) []cty.Value {
	out := make([]cty.Value, len(ss))
	for i, s := range ss {
		out[i] = cty.StringVal(s)
	}
	return out
}

func list(ss ...string) cty.Value { return cty.ListVal(texts(ss...)) }

func lookup(t *testing.T, name string) *funcs.Func {
	t.Helper()
	f, ok := funcs.Lookup(name)
	if !ok {
		t.Fatalf("no function %q", name)
	}
	return f
}

func runCalls(t *testing.T, scope *funcs.Scope, calls []call) {
	t.Helper()
	for _, c := range calls {
		title := c.name
		for _, a := range c.args {
			title += " " + short(a.GoString())
		}
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			got, err := lookup(t, c.name).Call(scope, c.args)
			switch {
			case c.wantErr != "":
				if err == nil || !strings.Contains(err.Error(), c.wantErr) {
					t.Errorf("got %#v and error %v, want an error with %q", got, err, c.wantErr)
				}
				if bare, _ := got.Unmark(); bare.IsKnown() {
					t.Errorf("got %#v with an error, want an unknown", got)
				}
			case err != nil:
				t.Errorf("unexpected error: %v", err)
			case !got.RawEquals(c.want):
				t.Errorf("got %#v, want %#v", got, c.want)
			}
		})
	}
}

func short(s string) string {
	if len(s) > 60 {
		return s[:60]
	}
	return s
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"upper", "core::upper", "provider::aws::arn_parse", "provider::terraform::encode_expr", "base64gunzip"} {
		if _, ok := funcs.Lookup(name); !ok {
			t.Errorf("no function %q", name)
		}
	}
	// try, can and type need unevaluated arguments.
	for _, name := range []string{"", "nope", "core::", "core::core::upper", "core::provider::aws::arn_parse", "Upper", "try", "can", "type", "provider::aws::nope", "defaults"} {
		if _, ok := funcs.Lookup(name); ok {
			t.Errorf("there is a function %q", name)
		}
	}
	if f := lookup(t, "core::upper"); f.Name() != "upper" {
		t.Errorf("got name %q, want upper", f.Name())
	}
}

// TestNames checks that the functions of Terraform and OpenTofu are all there,
// and no other.
func TestNames(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(string(data))
	slices.Sort(want)
	if diff := cmp.Diff(want, funcs.Names()); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

func TestParams(t *testing.T) {
	t.Parallel()
	positional, variadic := lookup(t, "lookup").Params()
	if len(positional) != 2 || variadic == nil || variadic.Name != "default" {
		t.Errorf("got %v and %v", positional, variadic)
	}
}

func TestCallErrors(t *testing.T) {
	t.Parallel()
	secret := text("hunter2").Mark(funcs.Sensitive)
	other := text("x").Mark("other")
	runCalls(t, nil, []call{
		{name: "upper", wantErr: "call upper: wrong number of arguments (1 required; 0 given)"},
		{name: "upper", args: texts("a", "b"), wantErr: "wrong number of arguments"},
		{name: "merge", args: []cty.Value{text("a")}, wantErr: "arguments must be maps or objects"},
		{name: "upper", args: []cty.Value{cty.EmptyObjectVal}, wantErr: `invalid value for "str" parameter: string required`},
		{name: "upper", args: []cty.Value{cty.NullVal(cty.String)}, wantErr: "must not be null"},
		{name: "upper", args: []cty.Value{cty.NilVal}, wantErr: "not a value"},
		{name: "list", args: texts("a"), wantErr: "tolist([ ... ])"},
		{name: "map", args: texts("a", "b"), wantErr: "tomap({ ... })"},
		{name: "pow", args: []cty.Value{cty.NumberIntVal(-8), cty.NumberFloatVal(0.5)}, wantErr: "call pow: "},
		{name: "indent", args: []cty.Value{cty.NumberIntVal(-1), text("a")}, wantErr: "negative Repeat count"},
		{name: "parseint", args: []cty.Value{text("zz"), cty.NumberIntVal(10)}, wantErr: `invalid value for "number" parameter: cannot parse "zz" as a base 10 integer`},
		{name: "tobool", args: texts("x"), wantErr: `cannot convert "x" to bool; only the strings "true" or "false" are allowed`},
		{name: "tonumber", args: texts("x"), wantErr: `cannot convert "x" to number`},
		{name: "lookup", args: []cty.Value{cty.MapVal(map[string]cty.Value{"a": text("b")}), text("c")}, wantErr: `lookup failed to find key "c"`},
		{name: "tobool", args: []cty.Value{secret}, wantErr: "details are hidden"},
		{name: "base64decode", args: []cty.Value{secret}, wantErr: "details are hidden"},
		{name: "file", args: []cty.Value{secret}, wantErr: `read "(sensitive value)"`},
		{name: "tobool", args: []cty.Value{other}, wantErr: `cannot convert "x" to bool`},
	})
	for _, name := range []string{"tobool", "base64decode", "file", "parseint", "cidrhost", "uuidv5", "textencodebase64", "jsondecode", "timeadd", "templatefile"} {
		f := lookup(t, name)
		positional, _ := f.Params()
		args := slices.Repeat([]cty.Value{secret}, len(positional))
		got, err := f.Call(nil, args)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got error %v, want one without the secret", name, err)
		}
		if !got.HasMark(funcs.Sensitive) {
			t.Errorf("%s: the result after an error is not sensitive: %#v", name, got)
		}
	}
}

// TestForeignMarks: marks that no function knows stay on the result, known or
// unknown.
func TestForeignMarks(t *testing.T) {
	t.Parallel()
	const mark = "cause"
	unknown := cty.UnknownVal(cty.Map(cty.String)).Mark(mark)
	for _, c := range []struct {
		name string
		args []cty.Value
	}{
		{"lookup", []cty.Value{unknown, text("a")}},
		{"keys", []cty.Value{unknown}},
		{"values", []cty.Value{unknown}},
		{"merge", []cty.Value{unknown, cty.EmptyObjectVal}},
		{"jsonencode", []cty.Value{cty.TupleVal([]cty.Value{text("a"), unknown})}},
		{"yamlencode", []cty.Value{cty.TupleVal([]cty.Value{text("a"), unknown})}},
		{"concat", []cty.Value{cty.UnknownVal(cty.List(cty.String)).Mark(mark), list("a")}},
		{"flatten", []cty.Value{cty.TupleVal([]cty.Value{cty.UnknownVal(cty.List(cty.String)).Mark(mark)})}},
		{"element", []cty.Value{cty.UnknownVal(cty.List(cty.String)).Mark(mark), cty.Zero}},
		{"tolist", []cty.Value{cty.DynamicVal.Mark(mark)}},
		{"upper", []cty.Value{text("a").Mark(mark)}},
		{"nonsensitive", []cty.Value{text("a").Mark(mark).Mark(funcs.Sensitive)}},
		{"ephemeralasnull", []cty.Value{text("a").Mark(mark).Mark(funcs.Ephemeral)}},
		{"format", []cty.Value{text("%s"), text("a").Mark(mark)}},
		{"upper", []cty.Value{cty.EmptyObjectVal.Mark(mark)}}, // an error
	} {
		got, _ := lookup(t, c.name).Call(nil, c.args)
		if !got.HasMark(mark) {
			t.Errorf("%s: got %#v without the mark", c.name, got)
		}
		if got.HasMark(funcs.Sensitive) || got.HasMark(funcs.Ephemeral) {
			t.Errorf("%s: got %#v with a mark too many", c.name, got)
		}
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	runCalls(t, nil, []call{
		{name: "sensitive", args: texts("a"), want: text("a").Mark(funcs.Sensitive)},
		{name: "nonsensitive", args: []cty.Value{text("a").Mark(funcs.Sensitive)}, want: text("a")},
		{name: "nonsensitive", args: []cty.Value{text("a").Mark(funcs.Ephemeral)}, want: text("a").Mark(funcs.Ephemeral)},
		{name: "issensitive", args: []cty.Value{text("a").Mark("other")}, want: cty.False},
		{name: "issensitive", args: []cty.Value{text("a").Mark(funcs.Sensitive)}, want: cty.True},
		{name: "ephemeralasnull", args: []cty.Value{text("a").Mark(funcs.Ephemeral)}, want: cty.NullVal(cty.String)},
		{
			name: "ephemeralasnull",
			args: []cty.Value{cty.TupleVal([]cty.Value{text("a").Mark(funcs.Ephemeral), text("b")})},
			want: cty.TupleVal([]cty.Value{cty.NullVal(cty.String), text("b")}),
		},
		{name: "ephemeralasnull", args: []cty.Value{cty.UnknownVal(cty.String).Mark(funcs.Ephemeral)}, want: cty.UnknownVal(cty.String)},
		{
			name: "tolist",
			args: []cty.Value{cty.TupleVal([]cty.Value{text("a").Mark(funcs.Sensitive), text("b")})},
			want: cty.ListVal([]cty.Value{text("a").Mark(funcs.Sensitive), text("b")}),
		},
	})
}

// TestUnpredictable: what depends on time, chance or a key is an unknown
// string that is not null.
func TestUnpredictable(t *testing.T) {
	t.Parallel()
	unknown := cty.UnknownVal(cty.String).RefineNotNull()
	runCalls(t, nil, []call{
		{name: "timestamp", want: unknown},
		{name: "plantimestamp", want: unknown},
		{name: "uuid", want: unknown},
		{name: "bcrypt", args: texts("a"), want: unknown},
		{name: "bcrypt", args: []cty.Value{text("a"), cty.NumberIntVal(4)}, want: unknown},
		{name: "rsadecrypt", args: texts("a", "b"), want: unknown},
		{name: "timestamp", args: texts("a"), wantErr: "wrong number of arguments"},
	})
}

// TestOpenTofu has the functions that only OpenTofu has.
func TestOpenTofu(t *testing.T) {
	t.Parallel()
	unknown := cty.UnknownVal(cty.String)
	runCalls(t, nil, []call{
		{name: "base64gunzip", args: texts("H4sIAAAAAAAA//JIzcnJVwjPL8pJAQAAAP//AQAA//9WsRdKCwAAAA=="), want: text("Hello World")},
		{name: "base64gunzip", args: texts("!"), wantErr: "failed to decode base64 data"},
		{name: "base64gunzip", args: texts("aGVsbG8="), wantErr: "failed to gunzip bytestream"},
		{name: "base64gunzip", args: []cty.Value{unknown}, want: unknown.RefineNotNull()},
		{name: "base64gunzip", args: []cty.Value{cty.NullVal(cty.String)}, wantErr: "must not be null"},
		{name: "cidrcontains", args: texts("192.168.2.0/20", "192.168.2.1"), want: cty.True},
		{name: "cidrcontains", args: texts("192.168.2.0/20", "192.168.2.0/22"), want: cty.True},
		{name: "cidrcontains", args: texts("192.168.2.0/20", "192.126.2.1"), want: cty.False},
		{name: "cidrcontains", args: texts("192.168.2.0/20", "192.168.2.0/18"), want: cty.False},
		{name: "cidrcontains", args: texts("fe80::/48", "fe80::1"), want: cty.True},
		{name: "cidrcontains", args: texts("fe80::/48", "192.168.2.1"), wantErr: "address family mismatch"},
		{name: "cidrcontains", args: texts("10.0.0.0", "10.0.0.1"), wantErr: "invalid CIDR"},
		{name: "cidrcontains", args: texts("10.0.0.0/8", "nope"), wantErr: "invalid IP address or prefix"},
		{name: "cidrcontains", args: texts("10.0.0.0/8", "010.000.0.1"), want: cty.True},
		{name: "urldecode", args: texts("Hello+World%21"), want: text("Hello World!")},
		{name: "urldecode", args: texts("%E2%98%83"), want: text("☃")},
		{name: "urldecode", args: texts("%"), wantErr: "failed to decode URL"},
		{name: "urldecode", args: texts("%ff"), wantErr: "UTF-8"},
		{name: "urldecode", args: []cty.Value{text("a").Mark(funcs.Sensitive)}, want: text("a").Mark(funcs.Sensitive)},
	})
}

// TestAWS has the functions of the AWS provider; the results were compared
// with those of version 5.100, user_agent with its documentation.
func TestAWS(t *testing.T) {
	t.Parallel()
	const p = "provider::aws::"
	arn := func(partition, service, region, account, resource string) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{
			"partition": text(partition), "service": text(service), "region": text(region),
			"account_id": text(account), "resource": text(resource),
		})
	}
	unknown := cty.UnknownVal(cty.String)
	runCalls(t, nil, []call{
		{name: p + "arn_parse", args: texts("arn:aws:iam::444455556666:role/example"), want: arn("aws", "iam", "", "444455556666", "role/example")},
		{name: p + "arn_parse", args: texts("arn:aws:s3:::b/a:b:c"), want: arn("aws", "s3", "", "", "b/a:b:c")},
		{name: p + "arn_parse", args: texts("arn:::::"), want: arn("", "", "", "", "")},
		{name: p + "arn_parse", args: texts("arn:aws"), wantErr: "arn: not enough sections"},
		{name: p + "arn_parse", args: texts("invalid"), wantErr: "arn: invalid prefix"},
		{name: p + "arn_parse", args: []cty.Value{cty.NullVal(cty.String)}, wantErr: "must not be null"},
		{name: p + "arn_parse", args: []cty.Value{text("arn:::::").Mark(funcs.Sensitive)}, want: arn("", "", "", "", "").Mark(funcs.Sensitive)},
		{name: p + "arn_build", args: texts("aws", "iam", "", "444455556666", "role/example"), want: text("arn:aws:iam::444455556666:role/example")},
		{name: p + "arn_build", args: []cty.Value{cty.NumberIntVal(1), cty.True, text(""), text("4"), text("r")}, want: text("arn:1:true::4:r")},
		{name: p + "arn_build", args: []cty.Value{text("aws"), unknown, text(""), text("4"), text("r")}, want: unknown.RefineNotNull()},
		{name: p + "arn_build", args: texts("aws"), wantErr: "wrong number of arguments"},
		{name: p + "trim_iam_role_path", args: texts("arn:aws:iam::444455556666:role/with/some/path/parts/example"), want: text("arn:aws:iam::444455556666:role/example")},
		{name: p + "trim_iam_role_path", args: texts("arn:aws:iam::444455556666:role/example"), want: text("arn:aws:iam::444455556666:role/example")},
		{name: p + "trim_iam_role_path", args: texts("arn:aws:iam::444455556666:role/"), want: text("arn:aws:iam::444455556666:role/")},
		{name: p + "trim_iam_role_path", args: texts("foo"), wantErr: "invalid prefix"},
		{name: p + "trim_iam_role_path", args: texts("arn:aws:s3:::bucket/foo"), wantErr: "service must be"},
		{name: p + "trim_iam_role_path", args: texts("arn:aws:iam:us-east-1:444455556666:role/example"), wantErr: "region must be"},
		{name: p + "trim_iam_role_path", args: texts("arn:aws:iam::444455556666:policy/example"), wantErr: "resource must begin"},
		{name: p + "user_agent", args: texts("test-module", "0.0.1", "test comment"), want: text("test-module/0.0.1 (test comment)")},
		{name: p + "user_agent", args: texts("test-module", "", ""), want: text("test-module")},
		{name: p + "user_agent", args: texts("test-module", "", "x"), want: text("test-module (x)")},
		{name: p + "user_agent", args: texts("", "1", ""), wantErr: "product_name must be set"},
	})
}
