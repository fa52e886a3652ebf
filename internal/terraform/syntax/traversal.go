package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// traversal parses the attributes, indexes and splats behind an expression.
func (p *parser) traversal(from hclsyntax.Expression) hclsyntax.Expression {
	x := from
	for {
		p.space()
		switch {
		case p.here('.') && !p.ahead("..."):
			p.step()
			dot := p.token(1)
			p.space()
			name := p.ident()
			r := p.between(dot.Start, name.End)
			x = follow(x, hcl.TraverseAttr{Name: name.text, SrcRange: r}, r)
		case p.here('['):
			p.step()
			open := p.token(1)
			if p.space(); p.here('*') {
				x = p.splat(from, x, open)
			} else {
				x = p.index(from, x, open)
			}
		default:
			return x
		}
	}
}

// follow appends a step to an expression.
func follow(x hclsyntax.Expression, next hcl.Traverser, r hcl.Range) hclsyntax.Expression {
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		x.Traversal = append(x.Traversal, next)
		x.SrcRange.End = r.End
		return x
	case *hclsyntax.RelativeTraversalExpr:
		x.Traversal = append(x.Traversal, next)
		x.SrcRange.End = r.End
		return x
	}
	return &hclsyntax.RelativeTraversalExpr{
		Source:    x,
		Traversal: hcl.Traversal{next},
		SrcRange:  hcl.RangeBetween(x.Range(), r),
	}
}

// splat parses "*]" and what follows for each element.
func (p *parser) splat(from, source hclsyntax.Expression, open hcl.Range) hclsyntax.Expression {
	p.enter()
	defer p.leave()
	p.token(1)
	p.space()
	marker := p.between(open.Start, p.expect(']').End)
	item := &hclsyntax.AnonSymbolExpr{SrcRange: marker}
	each := p.traversal(item)
	return &hclsyntax.SplatExpr{
		Source: source, Each: each, Item: item,
		SrcRange:    hcl.RangeBetween(from.Range(), each.Range()),
		MarkerRange: marker,
	}
}

// index parses a key and the closing bracket.
func (p *parser) index(from, collection hclsyntax.Expression, open hcl.Range) hclsyntax.Expression {
	was := p.include(false)
	key := p.expression()
	p.space()
	r := p.between(open.Start, p.expect(']').End)
	p.newlines = was
	literal := false
	switch key := key.(type) {
	case *hclsyntax.LiteralValueExpr:
		literal = true
	case *hclsyntax.TemplateExpr:
		literal = key.IsStringLiteral()
	}
	if literal {
		v, _ := key.Value(nil)
		return follow(collection, hcl.TraverseIndex{Key: v, SrcRange: r}, r)
	}
	return &hclsyntax.IndexExpr{
		Collection: collection, Key: key,
		SrcRange:     hcl.RangeBetween(from.Range(), r),
		OpenRange:    open,
		BracketRange: r,
	}
}
