package fix

import (
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"safeguard/internal/terraform/config"
)

// pass hands an attribute of a piece to the site's module as a variable, from
// every call of the module in every root.
func (p *pieces) pass(w *world, s *site, name, attribute, variable string, piece piece) error {
	if _, b, err := s.declared(w, "variable", variable); err != nil {
		return err
	} else if b == nil && !s.inJSON("variable", []string{variable}) {
		f, err := w.open(path.Join(s.module.Dir, fileOf(s.module.Variables, func(v *config.Variable) hcl.Range { return v.Range }, "variables.tf")))
		if err != nil {
			return err
		}
		d := newDraft()
		d.appendText(f, piece.variable(variable))
		if err := d.commit(); err != nil {
			return err
		}
	}
	for i, root := range p.roots {
		for _, caller := range callersOf(root, s.module.Dir) {
			of := &pieces{roots: p.roots, graphs: p.graphs, index: i, made: p.made}
			if err := of.argument(w, caller, name, attribute, variable); err != nil {
				return err
			}
		}
	}
	return nil
}

// argument adds the argument for the variable to the call of the site, unless
// it passes one.
func (p *pieces) argument(w *world, s *site, name, attribute, variable string) error {
	_, block, err := s.parent.declared(w, "module", s.call().Name)
	if err != nil {
		return err
	}
	if block == nil {
		return p.jsonArgument(w, s, name, attribute, variable)
	}
	if a := block.Body.Attributes[variable]; a != nil && !isNull(a.Expr) {
		return nil
	}
	if err := sameAccount(s.call()); err != nil && !catalogue[name].anywhere(name) {
		return err
	}
	text, err := p.expression(w, s.parent, name, attribute)
	if err != nil {
		return err
	}
	f, block, err := s.parent.declared(w, "module", s.call().Name) // making the piece may have changed the file
	if err != nil {
		return err
	}
	d := newDraft()
	if a := block.Body.Attributes[variable]; a != nil { // null
		r := a.Expr.Range()
		d.replace(f, r.Start.Byte, r.End.Byte, text)
		return d.commit()
	}
	if err := (&definer{world: w, draft: d}).pass(f, block, variable, text); err != nil {
		return err
	}
	return d.commit()
}

// sameAccount is an error for a call that is given another provider
// configuration than the default one.
func sameAccount(c *config.Call) error {
	for _, theirs := range sortedKeys(c.Providers) {
		if ours := c.Providers[theirs]; ours != "aws" && strings.HasPrefix(ours, "aws") {
			return fmt.Errorf("module.%s is given provider %s, which may be for another Region or account than that of shared keys, buckets and topics", c.Name, ours)
		}
	}
	return nil
}

// callersOf are the sites of a root whose module is in the directory, one for
// each call.
func callersOf(root *config.Root, dir string) []*site {
	var found []*site
	var visit func(s *site)
	visit = func(s *site) {
		for _, c := range s.module.Calls {
			if c.Module == nil || len(s.calls) > 16 {
				continue
			}
			inner := &site{root: root, calls: append(s.calls[:len(s.calls):len(s.calls)], c), module: c.Module, parent: s}
			if c.Module.Dir == dir {
				found = append(found, inner)
			}
			visit(inner)
		}
	}
	visit(&site{root: root, module: root.Module})
	return found
}

// fileOf is the base name of the file that declares most of the things, or the
// customary one where there are none.
func fileOf[T any](things map[string]T, where func(T) hcl.Range, custom string) string {
	n := map[string]int{}
	best := ""
	for _, name := range sortedKeys(things) {
		base := path.Base(where(things[name]).Filename)
		if strings.HasSuffix(base, ".json") {
			continue
		}
		if n[base]++; best == "" || n[base] > n[best] {
			best = base
		}
	}
	if best == "" {
		return custom
	}
	return best
}
