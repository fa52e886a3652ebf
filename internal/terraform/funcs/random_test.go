package funcs_test

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/terraform/funcs"
)

// operands are arguments of all types; the pairs of them that make sense to a
// function are found by chance.
var operands = []string{
	`null`, `true`, `false`, `0`, `1`, `2`, `-1`, `3.7`, `16`, `"1"`, `"8"`, `"true"`, `""`, `"a"`, `"b"`, `","`, `"a,b,c"`,
	`"Hello World\n"`, `" x "`, `"é👍🏽z"`, `"%s-%v"`, `"%d%%"`, `"[a-z]+"`, `"/(.)b/"`, `"10.0.0.0/16"`, `"2001:db8::/32"`, `"2024-02-29T12:00:00Z"`, `"36h"`,
	`"YYYY-MM-DD"`, `"hello.txt"`, `"sub"`, `"**"`, `"eyJhIjoxfQ=="`, `"{\"a\":[1,null]}"`, `"a: [1, x]\nb: ~"`, `"x,y\n1,2\n"`, `"UTF-16LE"`, `"dns"`,
	`[]`, `["a"]`, `["b", "a", "b"]`, `[1, 2, 3]`, `[1, "a", null]`, `[true, false]`, `[[1], [2, 3]]`, `[{ a = 1 }, { a = 2 }]`, `tolist([])`, `tolist(["x", "y"])`, `tolist([3, 1])`,
	`toset([])`, `toset(["b", "a"])`, `toset([2, 10, 1])`, `{}`, `{ a = 1 }`, `{ a = "x", b = [1] }`, `{ b = { c = null } }`, `tomap({})`, `tomap({ a = "x", b = "y" })`, `tomap({ a = ["p", "q"], b = ["q"] })`,
	`local.us`, `local.ud`, `local.ul`, `local.um`, `local.uo`, `sensitive("a")`, `sensitive(["a", "b"])`, `{ a = sensitive(1), b = 2 }`, `[sensitive("a"), "b"]`,
}

// otherwise are the differences that unlike explains: the arguments that show
// them.
func otherwise(expr string) bool {
	switch name, _, _ := strings.Cut(expr, "("); name {
	case "format", "formatlist":
		return strings.Contains(expr, "null")
	case "element", "cidrsubnet":
		return strings.Contains(expr, "-1")
	case "signum", "contains", "merge":
		// Later versions accept fractions, a null to look for, and nulls alone.
		return strings.Contains(expr, "3.7") || strings.Contains(expr, "null")
	case "templatestring", "plantimestamp", "rsadecrypt", "abspath", "fileset":
		return true
	}
	return false
}

// TestRandomCalls compares random calls with Terraform itself, where it is
// installed.
func TestRandomCalls(t *testing.T) {
	t.Parallel()
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	ctx := context(t)
	exprs := randomCalls(t, ctx, rand.New(rand.NewPCG(1, *seed)), *calls)
	want := planAll(t, terraform, exprs)
	known := 0
	for _, expr := range exprs {
		w, ok := want[expr]
		if !ok {
			t.Fatalf("%s: no result", expr)
		}
		got, err := evaluate(t, ctx, expr)
		if !w.Error {
			known++
		}
		if diff := cmp.Diff(w, got, compareTypes); diff != "" {
			t.Errorf("%s differs from Terraform (-want +got), error %v:\n%s", expr, err, diff)
		}
	}
	t.Logf("%d calls, %d without an error", len(exprs), known)
}

// randomCalls makes n calls of functions that OpenTofu has not added. Most
// arguments are of types that the parameters take.
func randomCalls(t *testing.T, ctx *hcl.EvalContext, r *rand.Rand, n int) []string {
	t.Helper()
	operands := slices.Clone(operands)
	types := make([]cty.Type, len(operands))
	for i, text := range operands {
		v, err := value(t, ctx, text)
		if err != nil {
			t.Fatal(err)
		}
		types[i] = v.Type()
	}
	pick := func(want cty.Type) string {
		for range 20 {
			i := r.IntN(len(operands))
			if want == cty.DynamicPseudoType && types[i].IsPrimitiveType() && r.IntN(3) > 0 {
				continue
			}
			if types[i].Equals(want) || convert.GetConversionUnsafe(types[i], want) != nil || r.IntN(10) == 0 {
				return operands[i]
			}
		}
		return operands[r.IntN(len(operands))]
	}
	var names []string
	for _, name := range funcs.Names() {
		switch name {
		case "base64gunzip", "cidrcontains", "urldecode":
			continue
		}
		if !strings.HasPrefix(name, "provider::aws::") {
			names = append(names, name)
		}
	}
	seen := make(map[string]bool)
	var out []string
	for len(out) < n {
		name := names[r.IntN(len(names))]
		f, _ := funcs.Lookup(name)
		params, variadic := f.Params()
		if variadic != nil {
			for range r.IntN(4) {
				params = append(params, *variadic)
			}
		}
		args := make([]string, len(params))
		for i, p := range params {
			args[i] = pick(p.Type)
		}
		expr := fmt.Sprintf("%s(%s)", name, strings.Join(args, ", "))
		if seen[expr] || otherwise(expr) {
			continue
		}
		seen[expr] = true
		v, err := value(t, ctx, expr)
		if err == nil && infinite(v) {
			continue // a plan cannot hold it
		}
		out = append(out, expr)
		if err == nil && len(expr) < 80 && r.IntN(4) == 0 {
			operands, types = append(operands, expr), append(types, v.Type())
		}
	}
	return out
}

func infinite(v cty.Value) bool {
	found := false
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		v, _ = v.Unmark()
		found = found || v.Type() == cty.Number && v.IsKnown() && !v.IsNull() && v.AsBigFloat().IsInf()
		return true, nil
	})
	return found
}

func value(t *testing.T, ctx *hcl.EvalContext, text string) (cty.Value, error) {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(text), "test", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return v, nil
}
