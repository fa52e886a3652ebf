package fix

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// retype changes the type of a resource, in its header and wherever its module
// refers to it.
func (w *writer) retype(c rule.Retype) error {
	s, f, block, err := w.blockOf(c.On, graph.Location{})
	if err != nil {
		return err
	}
	if _, taken, err := s.declared(w.world, "resource", c.Type, block.Labels[1]); err != nil {
		return err
	} else if taken != nil {
		return fmt.Errorf("%s: there is an %s.%s already", place(block.TypeRange), c.Type, block.Labels[1])
	}
	ready, err := w.readyFor(s, block, c.Ready)
	if err != nil {
		return err
	}
	d := newDraft()
	header := block.LabelRanges[0]
	d.replace(f, header.Start.Byte, header.End.Byte, fmt.Sprintf("%q", c.Type))
	if err := s.referRenamed(w.world, d, block.Labels[0], block.Labels[1], c.Type, ready); err != nil {
		return err
	}
	return d.commit()
}

// referRenamed makes the references to a resource in a module, in either syntax,
// those to one of another type. What depends on it as a whole depends on ready
// then, if that is not empty.
func (s *site) referRenamed(w *world, d *draft, from, name, to, ready string) error {
	for _, f := range s.sources(w) {
		all, err := f.blocks(func(*hclsyntax.Block) bool { return true })
		if err != nil {
			return err
		}
		for _, b := range all {
			hclsyntax.VisitAll(b.Body, func(node hclsyntax.Node) hcl.Diagnostics {
				x, ok := node.(*hclsyntax.ScopeTraversalExpr)
				if !ok || !refersTo(x.Traversal, from, name) {
					return nil
				}
				r := hcl.RangeBetween(x.Traversal[0].SourceRange(), x.Traversal[1].SourceRange())
				if waits := b.Body.Attributes["depends_on"]; ready != "" && waits != nil && waits.SrcRange.Overlaps(r) {
					d.replace(f, r.Start.Byte, r.End.Byte, ready)
				} else {
					d.replace(f, r.Start.Byte, r.End.Byte, to+"."+name)
				}
				return nil
			})
		}
	}
	refers := regexp.MustCompile(`\b(` + from + `)\.` + regexp.QuoteMeta(name) + `(?:[^\w-]|$)`)
	for _, file := range s.module.Files {
		if !file.JSON {
			continue
		}
		f, err := w.open(file.Path)
		if err != nil {
			return err
		}
		for _, m := range refers.FindAllSubmatchIndex(f.src, -1) {
			d.replace(f, m[2], m[3], to)
		}
	}
	return nil
}

// readyFor is the address of the resource of a type, empty if there is none,
// that refers to the one that a block declares.
func (w *writer) readyFor(s *site, of *hclsyntax.Block, typ string) (string, error) {
	if typ == "" {
		return "", nil
	}
	found, err := s.blocks(w.world, func(b *hclsyntax.Block) bool {
		return b.Type == "resource" && len(b.Labels) == 2 && b.Labels[0] == typ && refersIn(b, of.Labels[0], of.Labels[1])
	})
	if len(found) == 0 {
		return "", err
	}
	return key(found[0]), nil
}

// refersIn reports whether an argument of the block refers to a resource.
func refersIn(b *hclsyntax.Block, typ, name string) bool {
	for _, a := range b.Body.Attributes {
		for _, t := range a.Expr.Variables() {
			if refersTo(t, typ, name) {
				return true
			}
		}
	}
	return false
}
