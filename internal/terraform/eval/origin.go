package eval

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
)

// An attrOrigin says where an attribute was written.
type attrOrigin struct {
	m    *module
	attr *hclsyntax.Attribute
}

// Location is the place of the attribute.
func (o *attrOrigin) Location() graph.Location {
	r := o.attr.SrcRange
	return graph.Location{File: r.Filename, Line: r.Start.Line, EndLine: r.End.Line}
}

// Via follows an attribute that is just var.x or local.x to where that is set.
func (o *attrOrigin) Via() []graph.Hop {
	hops, _, _ := o.follow()
	return hops
}

// Source is the address of the resource of which the value is an attribute, as
// in aws_x.y.name or by way of variables and locals, alone or in a text with
// nothing else to fill in, "" for everything else.
func (o *attrOrigin) Source() string {
	_, m, x := o.follow()
	ref, ok := onlyPart(bare(x)).(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(ref.Traversal) < 3 {
		return ""
	}
	name, ok := attrName(ref.Traversal, 1)
	if !ok {
		return ""
	}
	address, rest := m.qualify(ref.Traversal.RootName()+"."+name), ref.Traversal[2:]
	if i, ok := rest[0].(hcl.TraverseIndex); ok {
		switch i.Key.Type() {
		case cty.String:
			address += fmt.Sprintf("[%q]", i.Key.AsString())
		case cty.Number:
			address += fmt.Sprintf("[%s]", i.Key.AsBigFloat().Text('f', -1))
		}
		rest = rest[1:]
	}
	if len(rest) != 1 {
		return ""
	}
	return address
}

// follow goes from var.x and local.x to where they are set, as far as they are
// set to just one more of these. It ends with an expression and its module.
func (o *attrOrigin) follow() (hops []graph.Hop, m *module, x hclsyntax.Expression) {
	m, x = o.m, o.attr.Expr
	for len(hops) < 32 {
		name, kind := bareReference(x)
		switch kind {
		case "local":
			a, ok := m.cfg.Locals[name]
			if !ok {
				return hops, m, x
			}
			hops = append(hops, graph.Hop{Name: m.qualify("local." + name), Location: location(a.SrcRange, a.SrcRange)})
			x = a.Expr
		case "var":
			decl, ok := m.cfg.Variables[name]
			if !ok {
				return hops, m, x
			}
			hop := graph.Hop{Name: m.qualify("var." + name), Location: location(decl.Range, decl.Range)}
			if m.caller == nil {
				if in, ok := m.root.inputs[name]; ok {
					hop.Location = in.at
				}
				return append(hops, hop), m, x
			}
			a, ok := m.call.Body.Attributes[name]
			if !ok {
				return append(hops, hop), m, x
			}
			hop.Location = location(a.SrcRange, a.SrcRange)
			hops = append(hops, hop)
			m, x = m.caller.m, a.Expr
		default:
			return hops, m, x
		}
	}
	return hops, m, x
}

// bareReference takes var.x.y, local.x and the like apart, also in parentheses
// or alone in a template.
func bareReference(x hclsyntax.Expression) (name, kind string) {
	if ref, ok := bare(x).(*hclsyntax.ScopeTraversalExpr); ok {
		if n, ok := attrName(ref.Traversal, 1); ok {
			return n, ref.Traversal.RootName()
		}
	}
	return "", ""
}

// onlyPart is the expression that a template fills in, if it is one alone, or x.
func onlyPart(x hclsyntax.Expression) hclsyntax.Expression {
	t, ok := x.(*hclsyntax.TemplateExpr)
	if !ok {
		return x
	}
	var only hclsyntax.Expression
	for _, part := range t.Parts {
		if _, literal := part.(*hclsyntax.LiteralValueExpr); literal {
			continue
		}
		if only != nil {
			return x
		}
		only = bare(part)
	}
	return only
}

// bare is the expression within parentheses and a template that holds no more.
func bare(x hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch e := x.(type) {
		case *hclsyntax.ParenthesesExpr:
			x = e.Expression
		case *hclsyntax.TemplateWrapExpr:
			x = e.Wrapped
		default:
			return x
		}
	}
}
