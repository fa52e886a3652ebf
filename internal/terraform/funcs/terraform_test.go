package funcs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"safeguard/internal/terraform/funcs"
)

var (
	update = flag.Bool("update", false, "rewrite golden files; needs the terraform binary")
	calls  = flag.Int("calls", 500, "random calls to compare with terraform")
	seed   = flag.Uint64("seed", 1, "seed of the random calls")
)

var compareTypes = cmp.Transformer("type", func(m json.RawMessage) string { return string(m) })

const (
	expressionsFile = "testdata/expressions.txt"
	resultsFile     = "testdata/results.json"
	configDir       = "testdata/config"
	homeDir         = "/home/jane"
)

// A result is what an expression gives. Unknown parts of the value are the
// string "(unknown)".
type result struct {
	Type      json.RawMessage `json:"type,omitempty"` // absent if a part is unknown
	Value     any             `json:"value"`
	Sensitive any             `json:"sensitive,omitempty"`
	Error     bool            `json:"error,omitempty"`
}

// unlike are the expressions that the newest Terraform answers otherwise than
// the one that made the golden file, or that differ by intent.
var unlike = map[string]string{
	`format("%s", null)`:                                               nullFormat,
	`format("%v", null)`:                                               nullFormat,
	`format("%#v", null)`:                                              nullFormat,
	`formatlist("%s", null)`:                                           nullFormat,
	`formatlist("%v", null)`:                                           nullFormat,
	`element(["a", "b", "c"], -1)`:                                     negativeElement,
	`element(["a", "b", "c"], -4)`:                                     negativeElement,
	`matchkeys(["a", "b"], ["x", "y"], [local.us, "x"])`:               "Terraform finds nothing where it does not know what it looks for",
	`matchkeys(["a", "b"], ["x", "y"], ["x", local.us])`:               "Terraform finds nothing where it does not know what it looks for",
	`jsondecode("{\"a\":1,\"a\":\"x\"}")`:                              "Terraform 1.12 refuses duplicate properties of different types",
	`cidrsubnet("10.1.2.0/24", 4, -1)`:                                 "a wrong subnet, which later versions refuse",
	`fileset(".", "sub/{one,deep/three}.txt")`:                         "OpenTofu allows slashes between braces",
	`issensitive(templatestring(sensitive(local.tmpl), {name = "x"}))`: "that the template must be a reference is for the evaluator to check",
}

const (
	nullFormat      = "before Terraform 1.12 a null of unknown type made the result unknown"
	negativeElement = "before Terraform 1.12 a negative index into a tuple was a panic"
)

// TestAgainstTerraform compares with the results of the real Terraform, as
// they were recorded.
func TestAgainstTerraform(t *testing.T) {
	t.Parallel()
	want := readResults(t)
	ctx := context(t)
	for _, expr := range readExpressions(t) {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			w, ok := want[expr]
			if !ok {
				t.Fatal("no recorded result: run with -update where terraform is installed")
			}
			if why, ok := unlike[expr]; ok {
				t.Skip(why)
			}
			got, err := evaluate(t, ctx, expr)
			if diff := cmp.Diff(w, got, compareTypes); diff != "" {
				t.Errorf("differs from Terraform (-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}

// TestRecordedResults checks, where terraform is installed, that the record is
// what it says.
func TestRecordedResults(t *testing.T) {
	t.Parallel()
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	got := planAll(t, terraform, readExpressions(t))
	if *update {
		data, err := json.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(resultsFile, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := readResults(t)
	for expr := range unlike { // other versions differ there
		delete(got, expr)
		delete(want, expr)
	}
	if diff := cmp.Diff(normal(t, want), normal(t, got)); diff != "" {
		t.Errorf("recorded results differ from this Terraform (-recorded +now):\n%s", diff)
	}
}

func readExpressions(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(expressionsFile)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	var out []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && line[0] != '#' && !seen[line] {
			seen[line] = true
			out = append(out, line)
		}
	}
	return out
}

func readResults(t *testing.T) map[string]result {
	t.Helper()
	data, err := os.ReadFile(resultsFile)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]result
	decode(t, data, &out)
	for k, r := range out {
		var compact bytes.Buffer
		if err := json.Compact(&compact, r.Type); err == nil {
			r.Type = compact.Bytes()
			out[k] = r
		}
	}
	return out
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// normal brings values to the form that decoding gives them.
func normal(t *testing.T, v any) (out any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	decode(t, data, &out)
	return out
}

// evaluate evaluates an expression with our functions.
func evaluate(t *testing.T, ctx *hcl.EvalContext, text string) (result, error) {
	t.Helper()
	v, err := value(t, ctx, text)
	if err != nil {
		return result{Value: "", Error: true}, err
	}
	isSensitive, _ := funcs.Lookup("issensitive")
	s, err := isSensitive.Call(nil, []cty.Value{v})
	if err != nil {
		t.Fatal(err)
	}
	v, _ = v.UnmarkDeep()
	r := result{Value: tree(t, v), Sensitive: tree(t, s)}
	if v.IsWhollyKnown() {
		ty, err := ctyjson.MarshalType(v.Type())
		if err != nil {
			t.Fatal(err)
		}
		r.Type = ty
	}
	return r, nil
}

// number is a JSON number without the sign of zero, which plan files lose.
func number(v any) any {
	if n, ok := v.(json.Number); ok && n == "-0" {
		return json.Number("0")
	}
	return v
}

// tree is a value as decoded JSON, with unknown parts named.
func tree(t *testing.T, v cty.Value) any {
	t.Helper()
	switch ty := v.Type(); {
	case !v.IsKnown():
		return "(unknown)"
	case v.IsNull():
		return nil
	case ty.IsMapType(), ty.IsObjectType():
		out := make(map[string]any)
		for k, e := range v.Elements() {
			out[k.AsString()] = tree(t, e)
		}
		return out
	case v.CanIterateElements():
		out := []any{}
		for _, e := range v.Elements() {
			out = append(out, tree(t, e))
		}
		return out
	case ty == cty.Number && v.AsBigFloat().IsInf():
		return "infinity"
	}
	data, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	var out any
	decode(t, data, &out)
	return number(out)
}

// context has all functions and the values that expressions refer to.
func context(t *testing.T) *hcl.EvalContext {
	t.Helper()
	dir, err := filepath.Abs(configDir)
	if err != nil {
		t.Fatal(err)
	}
	scope := &funcs.Scope{BaseDir: dir, Root: dir, Home: homeDir, Files: funcs.OS{}}
	scope.Render = func(nested *funcs.Scope, tmpl funcs.Template) (cty.Value, error) {
		expr, diags := hclsyntax.ParseTemplate([]byte(tmpl.Source), tmpl.Name, hcl.InitialPos)
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		v, diags := expr.Value(&hcl.EvalContext{Variables: tmpl.Vars, Functions: callable(nested)})
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		return v, nil
	}
	us := cty.UnknownVal(cty.String).RefineNotNull()
	return &hcl.EvalContext{
		Functions: callable(scope),
		Variables: map[string]cty.Value{
			"path": cty.ObjectVal(map[string]cty.Value{
				"module": cty.StringVal("."), "root": cty.StringVal("."), "cwd": cty.StringVal(filepath.ToSlash(dir)),
			}),
			"local": cty.ObjectVal(map[string]cty.Value{
				"us":   us,
				"ud":   cty.DynamicVal,
				"ul":   cty.ListVal([]cty.Value{cty.StringVal("a"), us}),
				"um":   cty.MapVal(map[string]cty.Value{"a": cty.StringVal("x"), "u": us}),
				"uo":   cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("x"), "u": us}),
				"tmpl": cty.StringVal("Hello, ${name}!"),
			}),
		},
	}
}

// callable wraps our functions for HCL's own evaluator.
func callable(scope *funcs.Scope) map[string]function.Function {
	out := map[string]function.Function{"try": tryfunc.TryFunc, "can": tryfunc.CanFunc}
	for _, name := range funcs.Names() {
		f, _ := funcs.Lookup(name)
		// HCL asks for the type before it calls, so the call is made twice.
		call := func(args []cty.Value) (cty.Value, error) { return f.Call(scope, args) }
		out[name] = function.New(&function.Spec{
			VarParam: &function.Parameter{
				Name: "args", Type: cty.DynamicPseudoType,
				AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
			},
			Type: func(args []cty.Value) (cty.Type, error) {
				v, err := call(args)
				return v.Type(), err
			},
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return call(args) },
		})
	}
	for name, fn := range maps.Clone(out) {
		if !strings.Contains(name, "::") {
			out["core::"+name] = fn
		}
	}
	return out
}

const preamble = `
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
resource "terraform_data" "u" {}
locals {
  us   = terraform_data.u.id
  ud   = jsondecode(terraform_data.u.id)
  ul   = tolist(["a", terraform_data.u.id])
  um   = tomap({ a = "x", u = terraform_data.u.id })
  uo   = { a = "x", u = terraform_data.u.id }
  tmpl = "Hello, $${name}!"
}
`

// planAll gives the expressions to Terraform: first all of them, with errors
// caught, then those that are unknown again, because try hides what is known
// in them.
func planAll(t *testing.T, terraform string, exprs []string) map[string]result {
	t.Helper()
	out := make(map[string]result, len(exprs))
	caught := plan(t, terraform, exprs, "try({ v = EXPR, s = issensitive(EXPR) }, { error = true })")
	var unknown []string
	for expr, r := range caught {
		if r.Error || r.Value != "(unknown)" {
			out[expr] = r
		} else {
			unknown = append(unknown, expr)
		}
	}
	maps.Copy(out, plan(t, terraform, unknown, "{ v = EXPR, s = issensitive(EXPR) }"))
	return out
}

func plan(t *testing.T, terraform string, exprs []string, format string) map[string]result {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(configDir)); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	var b strings.Builder
	b.WriteString(preamble)
	for i, expr := range exprs {
		fmt.Fprintf(&b, "output \"c%05d\" {\n  sensitive = true\n  value = %s\n}\n", i, strings.ReplaceAll(format, "EXPR", expr))
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		cmd := exec.Command(terraform, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+homeDir, "CHECKPOINT_DISABLE=1", "TF_DATA_DIR="+filepath.Join(data, "data"))
		stdout, err := cmd.Output()
		if err != nil {
			ee, _ := errors.AsType[*exec.ExitError](err)
			t.Fatalf("terraform %s: %v\n%s", args, err, ee.Stderr)
		}
		return stdout
	}
	run("init", "-no-color", "-input=false")
	planFile := filepath.Join(data, "plan")
	run("plan", "-no-color", "-input=false", "-lock=false", "-out="+planFile)
	var p struct {
		Planned struct {
			Outputs map[string]struct{ Type []json.RawMessage }
		} `json:"planned_values"`
		Changes map[string]struct {
			After   any
			Unknown any `json:"after_unknown"`
		} `json:"output_changes"`
	}
	decode(t, run("show", "-json", planFile), &p)
	out := make(map[string]result, len(exprs))
	for i, expr := range exprs {
		name := fmt.Sprintf("c%05d", i)
		change := p.Changes[name]
		v := join(change.After, change.Unknown)
		obj, _ := v.(map[string]any)
		switch {
		case obj == nil:
			out[expr] = result{Value: v}
		case obj["error"] != nil:
			out[expr] = result{Value: "", Error: true}
		default:
			r := result{Value: obj["v"], Sensitive: obj["s"]}
			if ty := p.Planned.Outputs[name].Type; len(ty) == 2 {
				var attrs map[string]json.RawMessage
				decode(t, ty[1], &attrs)
				r.Type = attrs["v"]
			}
			out[expr] = r
		}
	}
	return out
}

// join puts "(unknown)" where the plan says that a value is so.
func join(after, unknown any) any {
	switch u := unknown.(type) {
	case bool:
		if u {
			return "(unknown)"
		}
	case map[string]any:
		a, _ := after.(map[string]any)
		out := maps.Clone(a)
		if out == nil {
			out = make(map[string]any)
		}
		for k, v := range u {
			out[k] = join(a[k], v)
		}
		return out
	case []any:
		a, _ := after.([]any)
		out := slices.Clone(a)
		for i, v := range u {
			if i < len(out) {
				out[i] = join(a[i], v)
			} else {
				out = append(out, join(nil, v))
			}
		}
		return out
	}
	return after
}
