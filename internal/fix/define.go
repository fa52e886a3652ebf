package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/terraform/config"
)

// A definer changes arguments where their values come from.
type definer struct {
	world *world
	draft *draft
	// given are the variables of roots that the user sets from outside of the
	// files: --var, --var-file, TF_VAR_*. Changing a default has no effect on them.
	given map[string]bool
	// switches changes values that other arguments use too: a switch turns on
	// several things of one purpose.
	switches bool
	// gentle changes the fallback in try(x, false) and the like instead of the
	// whole expression.
	gentle bool
	// part leaves defaults of module variables alone, since not all calls are to
	// change: the call passes the value.
	part  bool
	notes []string // what was overridden, and why
}

// set changes the value of an argument in the file: where the variable or local
// that it consists of is defined, if that is literal and nothing else depends
// on it, and else in place.
func (d *definer) set(s *site, f *source, have *hclsyntax.Attribute, want string) error {
	done, why, err := d.follow(s, have.Expr, want)
	if done || err != nil {
		return err
	}
	if why != "" {
		d.notes = append(d.notes, fmt.Sprintf("%s: %s is set here, not where its value comes from: %s", place(have.SrcRange), have.Name, why))
	}
	r := have.Expr.Range()
	if have.Name == "count" && isSwitch(have.Expr) {
		r = something(have.Expr).Range()
	}
	if fallback := fallbackOf(have.Expr); d.gentle && fallback != nil && constant(want) {
		r = fallback.Range()
	}
	d.draft.replace(f, r.Start.Byte, r.End.Byte, want)
	return nil
}

// fallbackOf is the literal that try, lookup or coalesce end in; nil for
// anything else.
func fallbackOf(x hclsyntax.Expression) hclsyntax.Expression {
	call, ok := x.(*hclsyntax.FunctionCallExpr)
	if !ok || len(call.Args) < 2 || !slices.Contains([]string{"try", "lookup", "coalesce"}, call.Name) {
		return nil
	}
	last := call.Args[len(call.Args)-1]
	if len(last.Variables()) > 0 {
		return nil
	}
	return last
}

// follow changes the definition of a bare var.x or local.x. Where it does not,
// why says what stands against it; empty if the expression is no reference.
func (d *definer) follow(s *site, x hclsyntax.Expression, want string) (done bool, why string, err error) {
	kind, name := bare(x)
	if kind == "" || s == nil {
		return false, "", nil
	}
	if !constant(want) {
		return false, "the value refers to other resources", nil
	}
	if n, err := s.uses(d.world, kind, name); err != nil || n > 1 && !d.switches {
		return false, fmt.Sprintf("%s.%s is used elsewhere too", kind, name), err
	}
	if kind == "local" {
		f, a, err := s.local(d.world, name)
		if err != nil {
			return false, "", err
		}
		if a == nil {
			done, err := d.member(s, want, name, "locals")
			return done, "", err
		}
		return true, "", d.set(s, f, a, want)
	}
	if call := s.call(); call != nil {
		return d.argument(s, call, name, want)
	}
	return d.input(s, name, want)
}

// argument changes what a module call passes, or else the variable's default.
func (d *definer) argument(s *site, call *config.Call, name, want string) (bool, string, error) {
	f, b, err := s.parent.declared(d.world, "module", call.Name)
	if err != nil {
		return false, "", err
	}
	if b == nil {
		return d.jsonArgument(s, call, name, want)
	}
	switch a := b.Body.Attributes[name]; {
	case a != nil:
		return true, "", d.set(s.parent, f, a, want)
	case d.part:
		return true, "", d.pass(f, b, name, want)
	}
	return d.byDefault(s, name, want)
}

// pass adds an argument to a module call.
func (d *definer) pass(f *source, call *hclsyntax.Block, name, want string) error {
	code, err := parseSnippet(name + " = " + want)
	if err != nil {
		return err
	}
	m := &merge{file: f, code: code, draft: d.draft}
	m.insert(f.container(call), attributes(code.body), nil)
	return nil
}

// input changes a variable of a root: in the last file of values that sets it,
// or else its default.
func (d *definer) input(s *site, name, want string) (bool, string, error) {
	if d.given[name] {
		return false, fmt.Sprintf("var.%s is set on the command line or in the environment", name), nil
	}
	for _, path := range slices.Backward(s.root.VarFiles) {
		f, err := d.world.open(path)
		if err != nil || f.json() {
			return false, fmt.Sprintf("%s may set var.%s", path, name), nil
		}
		a, err := f.argument(name)
		if err != nil {
			return false, "", err
		}
		if a != nil {
			r := a.Expr.Range()
			d.draft.replace(f, r.Start.Byte, r.End.Byte, want)
			return true, "", nil
		}
	}
	return d.byDefault(s, name, want)
}

// byDefault changes the default of a variable that has one.
func (d *definer) byDefault(s *site, name, want string) (bool, string, error) {
	f, b, err := s.declared(d.world, "variable", name)
	if err != nil {
		return false, "", err
	}
	if b == nil {
		done, err := d.member(s, want, "default", "variable", name)
		return done, fmt.Sprintf("var.%s has no default", name), err
	}
	a := b.Body.Attributes["default"]
	if a == nil {
		return false, fmt.Sprintf("var.%s has no default", name), nil
	}
	r := a.Expr.Range()
	d.draft.replace(f, r.Start.Byte, r.End.Byte, want)
	return true, "", nil
}

// local finds the definition of a local as it would be.
func (s *site) local(w *world, name string) (*source, *hclsyntax.Attribute, error) {
	for _, f := range s.sources(w) {
		found, err := f.blocks(func(b *hclsyntax.Block) bool { return b.Type == "locals" && b.Body.Attributes[name] != nil })
		if err != nil {
			return nil, nil, err
		}
		if len(found) > 0 {
			return f, found[0].Body.Attributes[name], nil
		}
	}
	return nil, nil, nil
}

// bare takes an expression apart that is var.x or local.x and nothing more.
func bare(x hclsyntax.Expression) (kind, name string) {
	for {
		switch e := x.(type) {
		case *hclsyntax.ParenthesesExpr:
			x = e.Expression
			continue
		case *hclsyntax.TemplateWrapExpr:
			x = e.Wrapped
			continue
		case *hclsyntax.ScopeTraversalExpr:
			if root := e.Traversal.RootName(); len(e.Traversal) == 2 && (root == "var" || root == "local") {
				if step, ok := e.Traversal[1].(hcl.TraverseAttr); ok {
					return root, step.Name
				}
			}
		}
		return "", ""
	}
}

// constant reports whether code is an expression without references.
func constant(code string) bool {
	x, diags := hclsyntax.ParseExpression([]byte(code), "", hcl.InitialPos)
	return !diags.HasErrors() && len(x.Variables()) == 0
}

func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }
