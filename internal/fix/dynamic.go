package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/terraform/schema"
)

// appear makes the dynamic blocks of some types, into which code was merged, be
// there for a resource for which they are not, or perhaps not.
func (w *writer) appear(on *graph.Resource, types []string) error {
	known := schema.Resource(on.Type)
	if known == nil {
		return nil
	}
	for _, typ := range types {
		if on.Blocks(typ).Exist() == logic.True {
			continue
		}
		s, f, block, err := w.blockOf(on, graph.Location{})
		if err != nil {
			return err
		}
		var dynamic []*hclsyntax.Block
		for _, b := range block.Body.Blocks {
			switch {
			case b.Type == typ:
				dynamic = append(dynamic, nil) // there is one
			case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == typ:
				dynamic = append(dynamic, b)
			}
		}
		if len(dynamic) != 1 || dynamic[0] == nil {
			continue
		}
		nested := known.Nested(typ)
		if nested == nil || nested.Max != 1 && !nested.IsSingle() {
			continue
		}
		if err := w.always(s, f, dynamic[0]); err != nil {
			return err
		}
	}
	return nil
}

// always makes a dynamic block be there once: by what its condition depends on, as
// a plain block, or by the outcome of its condition that yields one.
func (w *writer) always(s *site, f *source, b *hclsyntax.Block) error {
	each, inner := b.Body.Attributes["for_each"], contents(b)
	if each == nil || len(inner) != 1 {
		return fmt.Errorf("%s: it is no dynamic block that can be read", place(b.TypeRange))
	}
	some := each.Expr // what yields the block
	cond, isCond := each.Expr.(*hclsyntax.ConditionalExpr)
	if isCond && isSwitch(cond) {
		there := isNothing(cond.FalseResult)
		if some = cond.TrueResult; !there {
			some = cond.FalseResult
		}
		d := newDraft()
		define := &definer{world: w.world, draft: d, given: w.given, gentle: w.gentle, part: w.part}
		if flip(define, s, cond.Condition, there) {
			w.notes = append(w.notes, define.notes...)
			return d.commit()
		}
	}
	d := newDraft()
	switch {
	case !iterates(b, inner[0]) && !f.commented(b, inner[0]):
		f.unroll(d, b, inner[0])
	case some != each.Expr:
		r := each.Expr.Range()
		d.replace(f, r.Start.Byte, r.End.Byte, f.text(some.Range()))
	default:
		return fmt.Errorf("%s: for_each = %s yields no %s for it, whose content depends on what is yielded", place(each.SrcRange), f.text(each.Expr.Range()), b.Labels[0])
	}
	return d.commit()
}

// iterates reports whether the content of a dynamic block uses what it is
// repeated for.
func iterates(b, content *hclsyntax.Block) bool {
	name := b.Labels[0]
	if a := b.Body.Attributes["iterator"]; a != nil {
		if t, diags := hcl.AbsTraversalForExpr(a.Expr); !diags.HasErrors() {
			name = t.RootName()
		}
	}
	return (&snippet{body: content.Body}).mentions(name)
}

// commented reports whether a dynamic block has comments around its content,
// which would be lost with it.
func (f *source) commented(b, content *hclsyntax.Block) bool {
	around := f.src[b.OpenBraceRange.End.Byte:content.TypeRange.Start.Byte]
	around = append(slices.Clone(around), f.src[content.CloseBraceRange.End.Byte:b.CloseBraceRange.Start.Byte]...)
	return slices.ContainsFunc([]string{"#", "//", "/*"}, func(mark string) bool { return strings.Contains(string(around), mark) })
}

// unroll makes a dynamic block a plain one with its content.
func (f *source) unroll(d *draft, b, content *hclsyntax.Block) {
	outer, inner := indentOf(f.src, b.TypeRange.Start.Byte), indentOf(f.src, content.TypeRange.Start.Byte)
	body := f.text(hcl.RangeBetween(content.OpenBraceRange, content.CloseBraceRange))
	whole := hcl.RangeBetween(b.TypeRange, b.CloseBraceRange)
	d.replace(f, whole.Start.Byte, whole.End.Byte, b.Labels[0]+" "+reindent(body, inner, outer))
}
