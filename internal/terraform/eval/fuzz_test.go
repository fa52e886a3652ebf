package eval

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/funcs"
)

// FuzzExpression evaluates an expression in which x is a value. Where HCL itself
// has a result, it is the same. And the less is known of x, the less is known of
// the result: nothing else becomes known, and nothing becomes an error.
func FuzzExpression(f *testing.F) {
	for _, src := range expressions {
		for _, value := range values {
			f.Add(src, value)
		}
	}
	f.Fuzz(checkExpression)
}

var values = []string{
	`"a-b"`, `["a", "b"]`, `{ a = 1, b = { c = [true] } }`, `null`, `2`, `[{ name = "n", ports = [22, 443] }]`,
}

// expressions hold each kind of node, and what configurations do with them.
var expressions = []string{
	`x`, `x.a`, `x.b.c[0]`, `x[0]`, `x["a"]`, `x[*]`, `x[*].name`, `x.*.name`, `x[*].ports[0]`, `x.0.name`, `(x)`, `-x`, `!x`,
	`"${x}"`, `"a${x}b"`, `"%{if x == null}n%{else}s%{endif}"`, `"%{for v in x}${v},%{endfor}"`, "<<-E\n  a\n  ${x}\nE\n",
	`x ? "a" : "b"`, `x == null ? "" : x`, `x != "" ? [x] : []`, `x == "a-b" && true`, `false && x`, `true || x`,
	`x + 1`, `x * 2 - 1 / 4 % 3`, `x > 1`, `x >= 2 ? 1 : 2`, `x == x`, `x != [1]`, `!(x == 2)`,
	`[for v in x : v]`, `[for i, v in x : "${i}=${v}"]`, `{ for k, v in x : k => v }`, `{ for v in x : v => true... }`, `[for v in x : v if v != "a"]`, `{ for v in x : v.name => v.ports if length(v.ports) > 1 }`,
	`{ (x) = 1, a = x }`, `[x, x, 3]`, `{ a = x }.a`, `[x][0]`, `merge({ a = 1 }, x)`, `merge({ a = 0 }, { b = x }).a`, `concat([1], x)`, `concat(["z"], x)[0]`,
	`try(x.a, x[0], "none")`, `can(x.a)`, `can(tonumber(x))`, `try(tostring(x), "no")`, `coalesce(x, "d")`, `coalescelist([], x)`, `lookup(x, "a", "d")`, `lookup({ a = x }, "a", "d")`,
	`length(x)`, `length([x, x])`, `keys(x)`, `values(x)`, `element(x, 3)`, `element([x, "q"], 1)`, `contains(x, "a")`, `contains(["a", x], "a")`, `flatten([x, [x]])`, `distinct([x, x])`, `compact(["", x])`, `toset([x, "a"])`, `tolist(toset(x))`, `tomap({ a = x })`, `setproduct(x, ["p"])`, `zipmap(["k"], [x])`, `one(x[*])`, `one([for v in x : v if v == "a"])`, `index(x, "b")`, `slice(x, 0, 1)`, `sort(x)`, `reverse(x)`, `range(x)`, `sum([1, x])`, `max(x, 3)`, `min(x...)`, `alltrue([x == null, true])`, `anytrue([x != null, true])`, `transpose(x)`, `matchkeys(["a"], ["a"], x)`,
	`upper(x)`, `join(",", x)`, `join("-", ["a", x])`, `split("-", x)`, `split("-", x)[0]`, `replace(x, "-", "_")`, `replace(x, "/[a-z]/", "")`, `format("%s-%d", x, 1)`, `format("%v", x)`, `formatlist("%s!", x)`, `substr(x, 0, 1)`, `trimprefix(x, "a")`, `startswith(x, "a")`, `startswith("arn:${x}", "arn:")`, `strcontains("z${x}", "z")`, `regex("^a", x)`, `regexall("[a-z]", x)`, `title(x)`, `trimspace(" ${x} ")`, `chomp(x)`, `indent(2, x)`,
	`jsonencode(x)`, `jsondecode(jsonencode({ a = x })).a`, `jsonencode({ Statement = [{ Effect = "Allow", Resource = ["${x}/*"] }] })`, `jsondecode("{\"a\": [1, null]}").a[1]`, `base64encode(x)`, `md5(x)`, `sha256("${x}")`, `cidrsubnet("10.0.0.0/16", 8, x)`, `parseint("2${x}", 10)`, `tonumber("${x}")`, `tobool(x == "true")`, `sensitive(x)`, `nonsensitive(sensitive(x))`, `issensitive(x)`,
	`{ for k in toset([for v in x : v.name]) : k => [for v in x : v.ports if v.name == k] }`, `[for p in x[*].ports : p[*]]`, `flatten([for v in x : [for p in v.ports : { n = v.name, p = p }]])`, `try(merge(x...), "none")`, `can(max(x...))`, `try([x, 1]...)`, `try(x.a, x...)`, `can([x]...)`, `can(max(x)...)`, `{ for o in flatten([for v in x : [for p in v.ports : { k = "${v.name}-${p}", p = p }]]) : o.k => o }`,
	`templatestring(x, { a = 1 })`, `x == null ? null : { a = x }`, `(x == 1 ? { a = 1 } : { a = 2 }).a`, `[for v in [x] : v if v != null]`, `element(concat(x, [""]), 0)`, `length(x) > 0 ? x[0] : "none"`, `tolist([x])[0]`, `try({ for k, v in x : k => v.missing }, {})`,
}

// TestExpressions is the fuzz test over its seeds, and over some of them within
// others.
func TestExpressions(t *testing.T) {
	t.Parallel()
	for _, src := range expressions {
		for _, value := range values {
			checkExpression(t, src, value)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		outer, inner := expressions[rng.IntN(len(expressions))], expressions[rng.IntN(len(expressions))]
		checkExpression(t, within(outer, inner), values[rng.IntN(len(values))])
	}
}

// within is the outer expression with another one in the place of x.
func within(outer, inner string) string {
	if strings.Contains(inner, "\n") { // the end of a heredoc stands alone on its line
		inner += "\n"
	}
	return placeOfX.ReplaceAllLiteralString(outer, "("+inner+")")
}

var placeOfX = regexp.MustCompile(`\bx\b`)

func checkExpression(t *testing.T, src, value string) {
	x, ok := parse(src)
	if !ok {
		return
	}
	literal, ok := parse(value)
	if !ok {
		return
	}
	v, diags := literal.Value(nil)
	if diags.HasErrors() || !v.IsWhollyKnown() {
		return
	}
	root := &Root{dir: ".", inputs: map[string]input{}}
	root.module = newModule(root, &config.Module{Dir: "."}, "")
	in := &scope{m: root.module}

	got, err := in.with("x", v).eval(x)
	if bounded(err) {
		return
	}
	if selfContained(x) {
		want, diags := x.Value(contextWith(v))
		bare, _ := got.UnmarkDeep()
		want, _ = want.UnmarkDeep()
		switch decided := err == nil && bare.IsWhollyKnown(); {
		case diags.HasErrors():
			if decided && !lenient(src) {
				t.Errorf("%s with x = %s: got %#v, want the error %v", src, value, got, diags)
			}
			return
		case err != nil:
			t.Errorf("%s with x = %s: got the error %v, want %#v", src, value, err, want)
		case decided && !strings.ContainsAny(src, "&|") && toGraph(bare).Display() != toGraph(want).Display():
			t.Errorf("%s with x = %s: got %#v, want %#v", src, value, bare, want)
		}
	}
	if err != nil {
		return
	}
	if readable(src) {
		return
	}
	for name, less := range lessKnown(v) {
		partly, partlyErr := in.with("x", less).eval(x)
		switch {
		case bounded(partlyErr):
		case partlyErr != nil:
			t.Errorf("%s with x = %s: error %v where x is %s", src, value, partlyErr, name)
		case !covers(partly, got):
			t.Errorf("%s with x = %s: %#v, but %#v where x is %s", src, value, got, partly, name)
		}
	}
}

// lenient reports whether an expression holds what HCL may refuse and a reader of
// configurations need not: the side of an operator that does not matter, and
// attributes of the elements of a list that has none.
func lenient(src string) bool {
	return strings.ContainsAny(src, "&|?*")
}

// readable reports whether an expression holds what is kept readable although it
// might become something else: sets, whose order depends on each element, JSON
// within JSON, and text within try and can that fails for a value of another type.
func readable(src string) bool {
	caught := strings.Contains(src, "try(") || strings.Contains(src, "can(")
	return strings.Contains(src, "toset(") || strings.Count(src, "jsonencode(") > 1 ||
		caught && strings.ContainsAny(src, "$%&|?")
}

func parse(src string) (hclsyntax.Expression, bool) {
	if len(src) > 1000 {
		return nil, false
	}
	x, diags := hclsyntax.ParseExpression([]byte(src), "x.tf", hcl.InitialPos)
	return x, !diags.HasErrors()
}

// bounded reports whether an evaluation was stopped by a limit.
func bounded(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "more than") || strings.Contains(err.Error(), "limit"))
}

// lessKnown are values that v may be, as far as they are known.
func lessKnown(v cty.Value) map[string]cty.Value {
	cause := graph.Cause{Text: "var.x has no value", Base: "var.x", Exact: true}
	m := map[string]cty.Value{
		"not known":       because(cause),
		"of a known type": unknown(v.Type(), cause),
	}
	switch ty := v.Type(); {
	case v.IsNull():
	case ty == cty.String && v.AsString() != "":
		m["a reference"] = cty.StringVal(graph.Ref{Address: "aws_kms_key.k", Attribute: "arn"}.Placeholder())
		s := v.AsString()
		_, n := utf8.DecodeRuneInString(s)
		m["known at its begin"] = cty.StringVal(s[:n] + cause.Placeholder())
		m["known at its end"] = cty.StringVal(cause.Placeholder() + s[n:])
	case ty.IsTupleType() && v.LengthInt() > 0:
		vs := v.AsValueSlice()
		vs[0] = because(cause)
		m["known but for the first element"] = cty.TupleVal(vs)
	case ty.IsObjectType() && v.LengthInt() > 0:
		vs := v.AsValueMap()
		for k := range vs {
			vs[k] = because(cause)
		}
		m["known by its keys"] = cty.ObjectVal(vs)
	}
	return m
}

// covers reports whether what is partly known may be the known value.
func covers(partly, known cty.Value) bool {
	p, _ := partly.Unmark()
	k, _ := known.Unmark()
	switch {
	case !p.IsKnown() || !k.IsKnown():
		return true
	case p.IsNull() || k.IsNull():
		return p.IsNull() == k.IsNull()
	case p.Type() == cty.String && graph.HasPlaceholder(p.AsString()):
		return k.Type() != cty.String || graph.SameText(bareHoles.ReplaceAllString(p.AsString(), "$1"), k.AsString()) != logic.False
	case p.Type().IsPrimitiveType():
		return primitiveText(p) == primitiveText(k)
	case !p.CanIterateElements() || !k.CanIterateElements():
		return false
	case p.Type().IsSetType():
		return k.Type().IsSetType() && (!p.IsWhollyKnown() || hasPlaceholder(p) || p.RawEquals(k))
	case p.LengthInt() != k.LengthInt():
		return false
	}
	if hasPlaceholder(p) && p.CanIterateElements() && (p.Type().IsObjectType() || p.Type().IsMapType()) {
		for it := p.ElementIterator(); it.Next(); {
			if key, _ := it.Element(); hasPlaceholder(key) { // other keys may stand in its place
				return true
			}
		}
	}
	ps, ks := p.ElementIterator(), k.ElementIterator()
	for ps.Next() && ks.Next() {
		pk, pv := ps.Element()
		kk, kv := ks.Element()
		if !covers(pk, kk) || !covers(pv, kv) {
			return false
		}
	}
	return true
}

// primitiveText is a value of a primitive type as text, since the types of its
// neighbours decide whether it is one.
func primitiveText(v cty.Value) string {
	text, _ := toGraph(v).Literal()
	return text
}

// bareHoles finds what stands in JSON for any value that is not known.
var bareHoles = regexp.MustCompile("\"(\ue000\\?[^\ue002]*\ue002)\"")

// selfContained reports whether HCL can evaluate x by itself: it refers to nothing
// but x, and the functions that it calls always have the same result.
func selfContained(x hclsyntax.Expression) bool {
	for _, t := range x.Variables() {
		if t.RootName() != "x" {
			return false
		}
	}
	ok := true
	hclsyntax.VisitAll(x, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, is := n.(*hclsyntax.FunctionCallExpr); is {
			name := strings.TrimPrefix(call.Name, "core::")
			ok = ok && !slices.Contains([]string{"uuid", "timestamp", "plantimestamp", "bcrypt", "templatestring"}, name) && !strings.Contains(name, "::")
		}
		return nil
	})
	return ok
}

func contextWith(x cty.Value) *hcl.EvalContext {
	functions := map[string]function.Function{}
	scope := &funcs.Scope{BaseDir: "/", Root: "/", Home: "/"}
	for _, name := range funcs.Names() {
		f, _ := funcs.Lookup(name)
		functions[name] = function.New(&function.Spec{
			VarParam: &function.Parameter{Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true},
			Type: func(args []cty.Value) (cty.Type, error) {
				v, err := f.Call(scope, args)
				return v.Type(), err
			},
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(scope, args) },
		})
	}
	functions["try"], functions["can"] = tryfunc.TryFunc, tryfunc.CanFunc
	for name, f := range functions {
		functions["core::"+name] = f
	}
	return &hcl.EvalContext{Variables: map[string]cty.Value{"x": x}, Functions: functions}
}
