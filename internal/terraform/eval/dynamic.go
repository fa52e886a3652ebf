package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/schema"
)

// A dynamicBlock is a dynamic block, in either syntax.
type dynamicBlock struct {
	forEach  hclsyntax.Expression
	iterator string
	content  *hclsyntax.Body
	json     bool
	at       graph.Location
}

func dynamicOf(blk *hclsyntax.Block) dynamicBlock {
	d := dynamicBlock{
		forEach:  attributeExpr(blk.Body, "for_each"),
		iterator: blk.Labels[0],
		at:       location(blk.DefRange(), blk.Range()),
	}
	if x := attributeExpr(blk.Body, "iterator"); x != nil {
		if name := hcl.ExprAsKeyword(x); name != "" {
			d.iterator = name
		}
	}
	for _, c := range blk.Body.Blocks {
		if c.Type == "content" {
			d.content = c.Body
			d.at = location(c.DefRange(), c.Range())
		}
	}
	return d
}

func dynamicJSON(typ string, b *hclsyntax.Body) dynamicBlock {
	d := dynamicBlock{forEach: attributeExpr(b, "for_each"), iterator: typ, json: true, at: location(b.SrcRange, b.SrcRange)}
	if x := attributeExpr(b, "iterator"); x != nil {
		if v, ok := literal(x); ok && v.Type() == cty.String {
			d.iterator = v.AsString()
		} else if name := hcl.ExprAsKeyword(x); name != "" {
			d.iterator = name
		}
	}
	for _, c := range jsonBlocks(b.Attributes["content"]) {
		d.content = c
	}
	return d
}

// dynamic expands a dynamic block: one block an element, or one that may be
// where for_each is not known.
func (b *body) dynamic(d dynamicBlock, block *schema.Block, secret bool) []graph.Block {
	if d.forEach == nil || d.content == nil {
		c := graph.Cause{Text: d.at.String() + ": a dynamic block lacks for_each or content"}
		return []graph.Block{b.maybeBlock(d, because(c), because(c), block, secret, c)}
	}
	coll := b.scope.known(d.forEach)
	bare, _ := coll.Unmark()
	switch {
	case !bare.IsKnown():
		c := causeOf(coll)
		if c.Text == "" {
			c.Text = d.at.String() + ": for_each of a dynamic block is not known"
		}
		k, v := because(derived(c)), because(derived(c))
		if rep := representativeOf(coll); rep != nil {
			k, v = rep.key, rep.value
		}
		return []graph.Block{b.maybeBlock(d, k, v, block, secret, c)}
	case bare.IsNull():
		return nil
	case !bare.CanIterateElements() || bare.LengthInt() > maxInstances:
		c := graph.Cause{Text: d.at.String() + ": for_each of a dynamic block is no collection, or too large"}
		return []graph.Block{b.maybeBlock(d, because(c), because(c), block, secret, c)}
	}
	var items []graph.Block
	for it := bare.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if bare.Type().IsSetType() {
			k = v
		}
		items = append(items, graph.Block{Body: b.content(d, k, v, block, secret)})
	}
	return items
}

func (b *body) content(d dynamicBlock, k, v cty.Value, block *schema.Block, secret bool) graph.Body {
	s := b.scope.with(d.iterator, cty.ObjectVal(map[string]cty.Value{"key": k, "value": v}))
	child := b.child(s, d.content, block, secret, d.at).(*body)
	child.json = d.json
	return child
}

func (b *body) maybeBlock(d dynamicBlock, k, v cty.Value, block *schema.Block, secret bool, c graph.Cause) graph.Block {
	if d.content == nil {
		d.content = &hclsyntax.Body{}
	}
	return graph.Block{Body: b.content(d, k, v, block, secret), Maybe: true, Cause: c}
}

// jsonBlocks are the bodies that an attribute of JSON syntax holds: an object
// or a tuple of objects.
func jsonBlocks(a *hclsyntax.Attribute) []*hclsyntax.Body {
	if a == nil {
		return nil
	}
	objects, _ := objectLiterals(a.Expr)
	bodies := make([]*hclsyntax.Body, len(objects))
	for i, o := range objects {
		bodies[i] = objectBody(o)
	}
	return bodies
}

// objectLiterals are the objects that an expression spells out; ok is false if
// it is anything else.
func objectLiterals(x hclsyntax.Expression) (objects []*hclsyntax.ObjectConsExpr, ok bool) {
	switch x := x.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			if _, ok := literalKey(item.KeyExpr); !ok {
				return nil, false
			}
		}
		return []*hclsyntax.ObjectConsExpr{x}, true
	case *hclsyntax.TupleConsExpr:
		for _, e := range x.Exprs {
			o, ok := objectLiterals(e)
			if !ok {
				return nil, false
			}
			objects = append(objects, o...)
		}
		return objects, true
	}
	return nil, false
}

func literalKey(x hclsyntax.Expression) (string, bool) {
	if k, ok := x.(*hclsyntax.ObjectConsKeyExpr); ok && !k.ForceNonLiteral {
		if name := hcl.ExprAsKeyword(k.Wrapped); name != "" {
			return name, true
		}
		x = k.Wrapped
	}
	if v, ok := literal(x); ok && v.Type() == cty.String {
		return v.AsString(), true
	}
	return "", false
}

// objectBody reads an object literal as the body of a block.
func objectBody(o *hclsyntax.ObjectConsExpr) *hclsyntax.Body {
	b := &hclsyntax.Body{Attributes: make(hclsyntax.Attributes, len(o.Items)), SrcRange: o.Range(), EndRange: o.Range()}
	for _, item := range o.Items {
		name, _ := literalKey(item.KeyExpr)
		b.Attributes[name] = &hclsyntax.Attribute{
			Name: name, Expr: item.ValueExpr,
			SrcRange:  hcl.RangeBetween(item.KeyExpr.Range(), item.ValueExpr.Range()),
			NameRange: item.KeyExpr.Range(),
		}
	}
	return b
}
