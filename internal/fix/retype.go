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
	d := newDraft()
	header := block.LabelRanges[0]
	d.replace(f, header.Start.Byte, header.End.Byte, fmt.Sprintf("%q", c.Type))
	if err := s.referRenamed(w.world, d, block.Labels[0], block.Labels[1], c.Type); err != nil {
		return err
	}
	return d.commit()
}

// referRenamed makes the references to a resource in a module, in either syntax,
// those to one of another type.
func (s *site) referRenamed(w *world, d *draft, from, name, to string) error {
	for _, f := range s.sources(w) {
		all, err := f.blocks(func(*hclsyntax.Block) bool { return true })
		if err != nil {
			return err
		}
		for _, b := range all {
			hclsyntax.VisitAll(b.Body, func(node hclsyntax.Node) hcl.Diagnostics {
				if x, ok := node.(*hclsyntax.ScopeTraversalExpr); ok && refersTo(x.Traversal, from, name) {
					r := x.Traversal[0].SourceRange()
					d.replace(f, r.Start.Byte, r.End.Byte, to)
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
