// Package eval evaluates a root module: variables, locals, count and for_each,
// modules, every expression and function, down to the attributes and nested
// blocks of each resource instance, which it hands out as a graph.Graph.
//
// The arbiter is Terraform: where both know a value, it is the same. What
// Terraform knows only after apply is unknown here too, with the reason, but
// for identities: aws_kms_key.k.arn is text with a placeholder for exactly
// that attribute (graph.Ref), and text with an unknown piece keeps the rest
// (graph.Cause). Blocks are decoded and attributes evaluated when a reader
// asks, each once.
package eval

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/funcs"
)

// Options are what the user says about a root module.
type Options struct {
	Workspace string // "" is "default"
	// Inputs are the root's input values in order of precedence, lowest first.
	Inputs []Input
	// Region is the AWS region if the provider block does not say it.
	Region string
}

// An Input is the value of an input variable of the root.
type Input struct {
	Name string
	// Expr is the value, from a .tfvars file; or else Raw is the text given on
	// the command line or in the environment, to be read by the variable's type.
	Expr hclsyntax.Expression
	Raw  string
	At   graph.Location // zero if it comes from no file
	From string         // "-var", "TF_VAR_region"
	// Doubt, where it is set, stands for a file of values that cannot be read
	// in full: it says so, and every variable may have been set there.
	Doubt string
}

type input struct {
	Input
	at graph.Location
}

// value reads the input. A raw text is a string for a variable of a primitive
// type, and an expression for any other.
func (in input) value(decl *config.Variable, ty cty.Type) (cty.Value, error) {
	x := in.Expr
	if x == nil {
		var diags []config.Diagnostic
		x, diags = config.ParseVarValue(in.Raw, decl.Type != nil && !ty.IsPrimitiveType())
		for _, d := range diags {
			if d.Severity == config.Error {
				return cty.NilVal, fmt.Errorf("%s: %s: %s", in.From, d.Summary, d.Detail)
			}
		}
	}
	v, diags := x.Value(nil)
	if diags.HasErrors() {
		return cty.NilVal, &Error{x.Range(), diagnosticError(diags)}
	}
	if !v.IsWhollyKnown() { // what the parser makes of a syntax error
		return cty.NilVal, errorf(x.Range(), "the value of var.%s cannot be read", decl.Name)
	}
	return v, nil
}

// A Root is a root module under evaluation.
type Root struct {
	dir    string
	name   string
	opts   Options
	inputs map[string]input
	doubt  string // about the values of variables that are not among inputs
	module *module
	files  funcs.Files
}

// Graph evaluates a root module as far as the instances of its resources; all
// else is evaluated when the graph is read.
func Graph(root *config.Root, opts Options) *graph.Graph {
	r := newRoot(root, opts)
	g := &graph.Graph{Root: root.Name, ProviderMajor: providerMajor(root)}
	r.module.collect(g, 0)
	return g
}

func newRoot(root *config.Root, opts Options) *Root {
	if opts.Workspace == "" {
		opts.Workspace = "default"
	}
	r := &Root{dir: root.Dir, name: root.Name, opts: opts, inputs: map[string]input{}, files: funcs.OS{}}
	for _, in := range opts.Inputs {
		if in.Doubt != "" {
			clear(r.inputs)
			r.doubt = in.Doubt
			continue
		}
		r.inputs[in.Name] = input{in, in.At}
	}
	r.module = newModule(r, root.Module, "")
	r.module.path = "."
	r.module.providers = r.module.own
	return r
}

// collect adds the resources of m and of the modules that it calls.
func (m *module) collect(g *graph.Graph, depth int) {
	if len(m.cfg.Incomplete) > 0 && g.Incomplete == "" {
		g.Incomplete = m.cfg.Incomplete[0] + " cannot be read in full: anything could be declared there"
	}
	s := &scope{m: m}
	for _, cfg := range m.cfg.Resources {
		if cfg.Mode == config.Ephemeral {
			continue
		}
		key := resourceKey{cfg.Mode, cfg.Type, cfg.Name}
		if m.resources[key] != cfg {
			continue
		}
		set, err := s.resourceSet(key)
		if err != nil {
			continue // cannot happen: expansion turns errors into a representative
		}
		for _, inst := range set.instances {
			g.Resources = append(g.Resources, inst.resource())
		}
	}
	for _, call := range m.cfg.Calls {
		set, err := s.callSet(call.Name)
		if err != nil || set == nil || set.call != call {
			continue
		}
		if call.Module == nil {
			if len(set.instances) > 0 {
				g.Unresolved = append(g.Unresolved, m.unresolved(call))
			}
			continue
		}
		for _, inst := range set.instances {
			if depth < 64 && len(g.Resources) < maxResources {
				inst.m.collect(g, depth+1)
			} else {
				g.Incomplete = inst.m.address + " is nested too deep or one of too many instances"
			}
		}
	}
}

// maxResources bounds the instances of one root.
const maxResources = 1_000_000

func (m *module) unresolved(call *config.Call) graph.Unresolved {
	u := graph.Unresolved{Address: m.qualify("module." + call.Name), Cause: m.missing(call), Location: location(call.Header, call.Range)}
	done := memo[[]graph.Value]{}
	s := &scope{m: m}
	u.Mentions = func() []graph.Value {
		values, _ := force(s, &done, u.Address, func(b *busy, r *run) ([]graph.Value, error) {
			var vs []graph.Value
			exp := s.expand(call.Count, call.ForEach)
			for _, e := range exp.elements {
				in := &scope{m: m, each: e.each, count: e.count, busy: b, run: r}
				for _, name := range sortedKeys(call.Body.Attributes) {
					if name != "source" && name != "version" && !metaArgument(name) {
						vs = append(vs, toGraph(in.known(call.Body.Attributes[name].Expr)))
					}
				}
			}
			return vs, nil
		})
		return values
	}
	return u
}

// resource is the instance as the graph shows it.
func (inst *instance) resource() *graph.Resource {
	r := &graph.Resource{
		Body:    inst.body,
		Type:    inst.key.typ,
		Address: inst.address,
		Module:  inst.m.address,
		Name:    inst.key.name,
		Data:    inst.key.mode == config.Data,
		Region:  inst.region(),
		Maybe:   inst.maybe,
		Number:  inst.number,
		Cause:   inst.cause,
	}
	r.DefaultTags = inst.shownTags
	return r
}

// modulePath is path.module: the way from the root's directory to the module's.
func (r *Root) modulePath(m *config.Module) string {
	rel, err := filepath.Rel(filepath.FromSlash(r.dir), filepath.FromSlash(m.Dir))
	if err != nil {
		return m.Dir
	}
	return path.Clean(filepath.ToSlash(rel))
}

// functionName translates provider::local::f to the provider's own name.
func (r *Root) functionName(name string) string { return name }

// functions is what functions called in the scope may see.
func (s *scope) functions() *funcs.Scope {
	if s.nested != nil {
		return s.nested
	}
	m := s.m
	abs, err := filepath.Abs(filepath.FromSlash(m.root.dir))
	if err != nil {
		abs = m.root.dir
	}
	return &funcs.Scope{
		BaseDir: abs,
		Root:    treeRoot(abs, m),
		Files:   m.root.files,
		Render:  m.render,
		Hole:    func(u cty.Value) (string, bool) { return holeText(u), true },
	}
}

// treeRoot is the directory that holds all of the configuration: that of the
// root, or a common parent where modules are called with "../".
func treeRoot(abs string, m *module) string {
	for ; m.caller != nil; m = m.caller.m {
		dir, err := filepath.Abs(filepath.FromSlash(m.cfg.Dir))
		if err != nil {
			continue
		}
		for abs != filepath.Dir(abs) && dir != abs && !strings.HasPrefix(dir, abs+string(os.PathSeparator)) {
			abs = filepath.Dir(abs)
		}
	}
	return abs
}

// render evaluates a template for templatefile and templatestring.
func (m *module) render(nested *funcs.Scope, t funcs.Template) (cty.Value, error) {
	name := t.Name
	if name == "" {
		name = "template"
	}
	x, err := config.ParseTemplate(t.Source, name)
	if err != nil {
		return cty.NilVal, err
	}
	s := &scope{m: m, nested: nested, run: &run{}}
	for k, v := range t.Vars {
		s = s.with(k, v)
	}
	return s.eval(x)
}

// convertString is v as a string, if it is one.
func convertString(v cty.Value) (string, bool) {
	v, _ = v.Unmark()
	c, err := convert.Convert(v, cty.String)
	if err != nil || !c.IsKnown() || c.IsNull() {
		return "", false
	}
	return c.AsString(), true
}
