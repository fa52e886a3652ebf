package eval

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
)

// An attrOrigin says where an attribute was written.
type attrOrigin struct {
	scope *scope
	attr  *hclsyntax.Attribute
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
// in aws_x.y.name or aws_x.y[each.key].name, also by way of variables, locals,
// outputs, each.value and items of objects, alone or in a text with nothing else
// to fill in. It is "" for everything else.
func (o *attrOrigin) Source() string {
	s := o.scope
	t := s.steps(onlyPart(bare(o.attr.Expr)))
	for range 32 {
		name, ok := attrName(t, 1)
		if !ok || s.binds(t.RootName()) {
			return ""
		}
		var x hclsyntax.Expression
		in, rest := &scope{m: s.m}, t[2:]
		switch t.RootName() {
		case "local":
			if a, ok := s.m.cfg.Locals[name]; ok {
				x = a.Expr
			}
		case "var":
			if s.m.caller == nil {
				return ""
			}
			if a, ok := s.m.call.Body.Attributes[name]; ok {
				x, in = a.Expr, s.m.caller
			}
		case "each":
			if s.each == nil || s.each.over == nil || name != "value" {
				return ""
			}
			x, rest = s.each.over, append(hcl.Traversal{hcl.TraverseIndex{Key: s.each.key}}, rest...)
		case "module":
			var m *module
			if m, rest = s.called(name, rest); m == nil {
				return ""
			}
			out, ok := attrName(rest, 0)
			if !ok || m.cfg.Outputs[out] == nil {
				return ""
			}
			x, in, rest = m.cfg.Outputs[out].Value, &scope{m: m}, rest[1:]
		default:
			return attributeOf(s.m, t)
		}
		if x == nil {
			return ""
		}
		x, rest = in.member(x, rest)
		if t = in.steps(onlyPart(bare(x))); t == nil {
			return ""
		}
		s, t = in, append(slices.Clip(t), rest...)
	}
	return ""
}

// steps is an expression that only goes from a name to attributes and elements
// of it, whose keys may be expressions. It is nil for any other.
func (s *scope) steps(x hclsyntax.Expression) hcl.Traversal {
	switch x := bare(x).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return x.Traversal
	case *hclsyntax.RelativeTraversalExpr:
		if t := s.steps(x.Source); t != nil {
			return append(slices.Clip(t), x.Traversal...)
		}
	case *hclsyntax.IndexExpr:
		key, _ := s.known(x.Key).Unmark()
		if t := s.steps(x.Collection); t != nil && key.IsKnown() && !key.IsNull() {
			return append(slices.Clip(t), hcl.TraverseIndex{Key: key})
		}
	}
	return nil
}

// member follows steps into the branch of a condition and the item of an object
// that are written there, as far as they are.
func (s *scope) member(x hclsyntax.Expression, rest hcl.Traversal) (hclsyntax.Expression, hcl.Traversal) {
	for {
		switch e := bare(x).(type) {
		case *hclsyntax.ConditionalExpr:
			cond, _ := s.known(e.Condition).Unmark()
			if !cond.IsKnown() || cond.IsNull() || cond.Type() != cty.Bool {
				return x, rest
			}
			if x = e.FalseResult; cond.True() {
				x = e.TrueResult
			}
		case *hclsyntax.ObjectConsExpr:
			item := s.item(e, rest)
			if item == nil {
				return x, rest
			}
			x, rest = item, rest[1:]
		default:
			return x, rest
		}
	}
}

// item is the value in an object to which the first of the steps leads, nil if
// there is none.
func (s *scope) item(o *hclsyntax.ObjectConsExpr, rest hcl.Traversal) hclsyntax.Expression {
	if len(rest) == 0 {
		return nil
	}
	name, ok := attrName(rest, 0)
	if i, index := rest[0].(hcl.TraverseIndex); index && i.Key.Type() == cty.String && i.Key.IsKnown() && !i.Key.IsNull() {
		name, ok = i.Key.AsString(), true
	}
	if !ok {
		return nil
	}
	for _, item := range o.Items {
		key, _ := s.known(item.KeyExpr).Unmark()
		if key.Type() == cty.String && key.IsKnown() && !key.IsNull() && key.AsString() == name {
			return item.ValueExpr
		}
	}
	return nil
}

// binds reports whether a for expression or a dynamic block gave the name.
func (s *scope) binds(name string) bool {
	for i := s.iter; i != nil; i = i.up {
		if i.name == name {
			return true
		}
	}
	return false
}

// called is the instance of a module that a reference names, with what follows.
func (s *scope) called(name string, rest hcl.Traversal) (*module, hcl.Traversal) {
	set, err := s.callSet(name)
	if err != nil || set == nil || set.call.Module == nil || len(rest) == 0 {
		return nil, nil
	}
	if set.keyed == keyNone {
		return set.instances[0].m, rest
	}
	i, ok := rest[0].(hcl.TraverseIndex)
	if !ok {
		return nil, nil
	}
	m, _, _ := set.pick(i.Key)
	return m, rest[1:]
}

// attributeOf is the address of the resource or data source, one of m, an
// attribute of which a traversal is, "" if it is none.
func attributeOf(m *module, t hcl.Traversal) string {
	n := 1 // steps from the type to the name
	if t.RootName() == "data" {
		n = 2
	}
	if len(t) < n+2 {
		return ""
	}
	address := t.RootName()
	for i := 1; i <= n; i++ {
		name, ok := attrName(t, i)
		if !ok {
			return ""
		}
		address += "." + name
	}
	address, rest := m.qualify(address), t[n+1:]
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
	m, x = o.scope.m, o.attr.Expr
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
