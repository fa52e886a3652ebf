package fix

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// switchOn looks for a resource of the type that the module declares for the
// target, but not for this instance, and changes what its count depends on.
// Where that is not known, unless is the count under which it is there, and the
// opposite of it is when a new one is needed. One that is there without a
// condition is another repair's of just now.
func (w *writer) switchOn(wanted *hclsyntax.Block) (unless *hclsyntax.Attribute, done bool, err error) {
	have, err := w.declaredFor(wanted)
	if err != nil {
		return nil, false, err
	}
	for _, b := range have {
		w.added[key(wanted)] = b.Labels[1]
		if everywhere, err := w.asOften(b); everywhere || err != nil {
			return nil, everywhere, err
		}
	}
	if len(have) == 0 {
		return nil, false, nil
	}
	a := repetition(have[0])
	f := w.world.files[a.SrcRange.Filename]
	if done, err := w.flip(f, a); done || err != nil {
		return nil, done, err
	}
	if done, err := w.widen(f, a); done || err != nil {
		return nil, done, err
	}
	if a.Name != "count" || !isSwitch(a.Expr) {
		return nil, false, fmt.Errorf("%s: %s = %s leaves it out", place(a.SrcRange), a.Name, f.text(a.Expr.Range()))
	}
	for _, other := range have[1:] {
		if c := other.Body.Attributes["count"]; c != nil && w.world.files[c.SrcRange.Filename].text(c.Expr.Range()) == w.opposite(a) {
			return nil, true, nil
		}
	}
	return a, false, nil
}

// asOften reports whether a block is there for every instance of the target.
func (w *writer) asOften(b *hclsyntax.Block) (bool, error) {
	a := repetition(b)
	if a == nil {
		return true, nil
	}
	own, err := w.metaOf(w.target)
	if err != nil {
		return false, err
	}
	same := w.world.files[a.SrcRange.Filename].text(a.Expr.Range()) == own.code
	return own.kind != "" && (same || w.isTarget(a.Expr)), nil
}

// isTarget reports whether an expression is the target's block as a whole.
func (w *writer) isTarget(x hclsyntax.Expression) bool {
	t, ok := x.(*hclsyntax.ScopeTraversalExpr)
	return ok && len(t.Traversal) == 2 && refersTo(t.Traversal, w.target.Type, w.target.Name)
}

// declaredFor lists the blocks of the module that are of the type of a new one
// and for the same target.
func (w *writer) declaredFor(wanted *hclsyntax.Block) ([]*hclsyntax.Block, error) {
	links := links(wanted)
	return w.site.blocks(w.world, func(b *hclsyntax.Block) bool {
		return b.Type == "resource" && len(b.Labels) == 2 && b.Labels[0] == wanted.Labels[0] && w.refersToTarget(b, links)
	})
}

// repetition is the count or for_each of a block, nil if it has none.
func repetition(b *hclsyntax.Block) *hclsyntax.Attribute {
	for _, name := range []string{"count", "for_each"} {
		if a := b.Body.Attributes[name]; a != nil {
			return a
		}
	}
	return nil
}

// isSwitch reports whether a count is a condition between none and one.
func isSwitch(x hclsyntax.Expression) bool {
	cond, ok := x.(*hclsyntax.ConditionalExpr)
	return ok && isNothing(cond.TrueResult) != isNothing(cond.FalseResult)
}

// opposite is the count that is one where that of a switch is none.
func (w *writer) opposite(a *hclsyntax.Attribute) string {
	cond := a.Expr.(*hclsyntax.ConditionalExpr)
	text := w.world.files[a.SrcRange.Filename].text(cond.Condition.Range())
	if isNothing(cond.TrueResult) {
		return text + " ? 1 : 0"
	}
	return text + " ? 0 : 1"
}

// links are the arguments by which a block of a repair names the target.
func links(b *hclsyntax.Block) []string {
	var names []string
	for _, a := range attributes(b.Body) {
		if x, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr); ok && x.Traversal.RootName() == "self" {
			names = append(names, a.Name)
		}
	}
	return names
}

// refersToTarget reports whether one of the arguments refers to the target's
// block.
func (w *writer) refersToTarget(b *hclsyntax.Block, links []string) bool {
	for _, name := range links {
		a := b.Body.Attributes[name]
		if a == nil {
			continue
		}
		for _, t := range a.Expr.Variables() {
			if refersTo(t, w.target.Type, w.target.Name) {
				return true
			}
			if each := b.Body.Attributes["for_each"]; each != nil && t.RootName() == "each" && w.isTarget(each.Expr) {
				return true
			}
		}
	}
	return false
}

// flip changes what a condition of count or for_each depends on, so that the
// resource is there; it reports whether it knows how.
func (w *writer) flip(f *source, a *hclsyntax.Attribute) (bool, error) {
	d := newDraft()
	define := &definer{world: w.world, draft: d, given: w.given, switches: true, gentle: w.gentle, part: w.part}
	cond, ok := a.Expr.(*hclsyntax.ConditionalExpr)
	if !ok || !flip(define, w.site, cond.Condition, !isNothing(cond.TrueResult)) {
		return false, nil
	}
	return true, d.commit()
}
