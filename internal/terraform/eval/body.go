package eval

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/datasource"
	"safeguard/internal/terraform/funcs"
	"safeguard/internal/terraform/schema"
)

// A body is a block of configuration as the graph reads it: each attribute is
// evaluated when it is asked for.
type body struct {
	scope  *scope
	syntax *hclsyntax.Body
	json   bool // nested blocks stand as attributes
	top    bool // of a resource: meta-arguments are none of the provider's
	schema *schema.Block
	at     graph.Location
	secret bool      // all within is sensitive
	broken bool      // a syntax error cut the block short: what looks absent may be there
	inst   *instance // whose block it is; nil for a nested one
	data   string    // the type, for a data source; "" for a managed resource

	attrs  kept[graph.Value]
	blocks kept[graph.Blocks]
}

func location(header, whole hcl.Range) graph.Location {
	return graph.Location{File: header.Filename, Line: header.Start.Line, EndLine: max(whole.End.Line, header.Start.Line)}
}

// within is the body as seen from within an evaluation.
func (b *body) within(bu *busy, r *run) *body {
	s := *b.scope
	s.busy, s.run = bu, r
	return &body{scope: &s, syntax: b.syntax, json: b.json, top: b.top, schema: b.schema, at: b.at, secret: b.secret, broken: b.broken, inst: b.inst, data: b.data}
}

// Location is the place of the block.
func (b *body) Location() graph.Location { return b.at }

// Attr is the attribute's value.
func (b *body) Attr(name string) graph.Value {
	a, ok := b.syntax.Attributes[name]
	if !ok || b.top && metaArgument(name) {
		return b.unwritten(name)
	}
	if v, ok := b.attrs.find(name); ok {
		return v
	}
	v, ok := literal(a.Expr)
	if !ok {
		v = b.scope.known(a.Expr)
	}
	g := toGraph(typedAttr(b.attr(name), v)).From(&attrOrigin{b.scope, a})
	if b.secret {
		g = g.Sensitive()
	}
	b.attrs.keep(name, g)
	return g
}

// unwritten is the value of an attribute that is not written as one.
func (b *body) unwritten(name string) graph.Value {
	if v, ok := b.fromBlocks(name); ok {
		return v
	}
	if name == "tags_all" && b.allTagged() {
		return toGraph(b.inst.tagsAll(nil, nil)).From(graph.At(b.at))
	}
	if b.broken {
		return graph.UnknownValue(b.brokenCause()).From(graph.At(b.at))
	}
	return graph.AbsentValue().From((*bodyOrigin)(b))
}

// fromBlocks reads an attribute of objects that is written as blocks, as the
// provider allows for ingress and egress of aws_security_group.
func (b *body) fromBlocks(name string) (graph.Value, bool) {
	if !b.hasBlocks(name) || b.attr(name) == nil {
		return graph.Value{}, false
	}
	bs := b.Blocks(name)
	vs := make([]graph.Value, 0, len(bs.Items))
	for _, item := range bs.Items {
		if item.Maybe {
			return graph.UnknownValue(item.Cause).From(graph.At(item.Location())), true
		}
		attrs, blocks := item.Names()
		m := map[string]graph.Value{}
		for _, n := range append(attrs, blocks...) {
			m[n] = item.Attr(n)
		}
		vs = append(vs, graph.Map(m).From(graph.At(item.Location())))
	}
	return graph.List(vs...).From(graph.At(b.at)), true
}

func (b *body) attr(name string) *schema.Attr {
	if b.schema == nil {
		return nil
	}
	return b.schema.Attr(name)
}

func (b *body) nested(typ string) *schema.Nested {
	if b.schema == nil {
		return nil
	}
	return b.schema.Nested(typ)
}

// nestedBlock is the schema of blocks of a type; where the provider has an
// attribute of objects instead, that is as good as it gets.
func (b *body) nestedBlock(typ string) (block *schema.Block, secret bool) {
	if n := b.nested(typ); n != nil {
		return n.Block, n.Sensitive
	}
	if a := b.attr(typ); a != nil {
		return a.Elem(), a.Sensitive
	}
	return nil, false
}

// hasBlocks reports whether blocks (dynamic ones too) of a type are written.
func (b *body) hasBlocks(typ string) bool {
	for _, blk := range b.syntax.Blocks {
		if blk.Type == typ || blk.Type == "dynamic" && len(blk.Labels) > 0 && blk.Labels[0] == typ {
			return !(b.top && metaArgument(typ))
		}
	}
	if b.json {
		for _, d := range jsonBlocks(b.syntax.Attributes["dynamic"]) {
			if _, ok := d.Attributes[typ]; ok {
				return true
			}
		}
	}
	return false
}

// Blocks are the nested blocks of a type, however they are written.
func (b *body) Blocks(typ string) graph.Blocks {
	if bs, ok := b.blocks.find(typ); ok {
		return bs
	}
	bs := b.findBlocks(typ)
	if len(bs.Items) > 0 {
		bs.Items = slices.Clip(bs.Items)
		b.blocks.keep(typ, bs)
	}
	return bs
}

func (b *body) findBlocks(typ string) graph.Blocks {
	bs := graph.Blocks{At: b.at}
	if b.top && metaArgument(typ) {
		return bs
	}
	block, secret := b.nestedBlock(typ)
	for _, blk := range b.syntax.Blocks {
		switch {
		case blk.Type == typ:
			at := location(blk.DefRange(), blk.Range())
			bs.Items = append(bs.Items, graph.Block{Body: b.child(b.scope, blk.Body, block, secret, at)})
		case blk.Type == "dynamic" && len(blk.Labels) > 0 && blk.Labels[0] == typ:
			bs.Items = append(bs.Items, b.dynamic(dynamicOf(blk), block, secret)...)
		}
	}
	static, dynamic := b.syntax.Attributes[typ], b.syntax.Attributes["dynamic"]
	if static != nil {
		bs.Items = append(bs.Items, b.attributeBlocks(static, block, secret)...)
	}
	if b.json {
		var items []graph.Block
		for _, d := range jsonBlocks(dynamic) {
			for _, content := range jsonBlocks(d.Attributes[typ]) {
				items = append(items, b.dynamic(dynamicJSON(typ, content), block, secret)...)
			}
		}
		if static != nil && dynamic != nil && dynamic.SrcRange.Start.Byte < static.SrcRange.Start.Byte {
			bs.Items = append(items, bs.Items...)
		} else {
			bs.Items = append(bs.Items, items...)
		}
	}
	if b.broken {
		bs.Items = append(bs.Items, graph.BlocksOf(graph.UnknownValue(b.brokenCause()).From(graph.At(b.at))).Items...)
	}
	return bs
}

func (b *body) brokenCause() graph.Cause {
	return graph.Cause{Text: b.at.String() + ": the block has a syntax error, so that not all of it can be read"}
}

// attributeBlocks reads blocks from an attribute: JSON syntax, or objects
// where the provider takes both.
func (b *body) attributeBlocks(a *hclsyntax.Attribute, block *schema.Block, secret bool) []graph.Block {
	var items []graph.Block
	if objects, ok := objectLiterals(a.Expr); ok {
		for _, o := range objects {
			syntax, at := objectBody(o), location(o.Range(), o.Range())
			child := b.child(b.scope, syntax, block, secret, at).(*body)
			child.json = true
			items = append(items, graph.Block{Body: child})
		}
		return items
	}
	v := toGraph(b.scope.known(a.Expr)).From(&attrOrigin{b.scope, a})
	if secret || b.secret {
		v = v.Sensitive()
	}
	return graph.BlocksOf(v).Items
}

func (b *body) child(s *scope, syntax *hclsyntax.Body, block *schema.Block, secret bool, at graph.Location) graph.Body {
	return &body{scope: s, syntax: syntax, json: b.json, schema: block, at: at, secret: b.secret || secret, broken: b.broken, data: b.data}
}

// allTagged reports whether the provider's default tags apply to the resource.
func (b *body) allTagged() bool {
	if b.inst == nil || b.data != "" || b.attr("tags_all") == nil {
		return false
	}
	v, _ := b.inst.m.defaultTags(b.inst).Unmark()
	return !v.IsKnown() || !v.IsNull() && v.LengthInt() > 0
}

// Names lists what is written, in order, and tags_all where default tags apply.
func (b *body) Names() (attrs, blocks []string) {
	ordered := slices.SortedFunc(maps.Values(b.syntax.Attributes), func(x, y *hclsyntax.Attribute) int {
		if c := strings.Compare(x.SrcRange.Filename, y.SrcRange.Filename); c != 0 {
			return c
		}
		return x.SrcRange.Start.Byte - y.SrcRange.Start.Byte
	})
	seen := map[string]bool{}
	block := func(name string) {
		if !seen[name] && !(b.top && metaArgument(name)) {
			seen[name] = true
			blocks = append(blocks, name)
		}
	}
	for _, a := range ordered {
		switch {
		case b.top && metaArgument(a.Name):
		case b.json && a.Name == "dynamic":
			for _, d := range jsonBlocks(a) {
				for _, n := range sortedKeys(d.Attributes) {
					block(n)
				}
			}
		case b.attr(a.Name) == nil && b.nested(a.Name) != nil:
			block(a.Name)
		default:
			attrs = append(attrs, a.Name)
		}
	}
	for _, blk := range b.syntax.Blocks {
		if blk.Type == "dynamic" && len(blk.Labels) > 0 {
			block(blk.Labels[0])
		} else {
			block(blk.Type)
		}
	}
	if b.allTagged() {
		attrs = append(attrs, "tags_all")
	}
	return attrs, blocks
}

// A bodyOrigin is the place of what is not written in a body.
type bodyOrigin body

// Location is the place of the block.
func (o *bodyOrigin) Location() graph.Location { return o.at }

// Via is nothing.
func (o *bodyOrigin) Via() []graph.Hop { return nil }

// blocksValue makes of nested blocks what a reference to them yields.
func blocksValue(bs graph.Blocks, nested *schema.Nested) cty.Value {
	vs := make([]cty.Value, 0, len(bs.Items))
	for _, item := range bs.Items {
		if item.Maybe {
			return because(item.Cause)
		}
		vs = append(vs, blockValue(item.Body, nested.Block))
	}
	if nested.IsSingle() {
		if len(vs) == 0 {
			return cty.NullVal(cty.DynamicPseudoType)
		}
		return vs[0]
	}
	return cty.TupleVal(vs)
}

// blockValue is one block as an object with every attribute of its schema.
func blockValue(b graph.Body, block *schema.Block) cty.Value {
	m := map[string]cty.Value{}
	src, ok := b.(*body)
	if !ok || block == nil {
		return because(graph.Cause{Text: "the block is not known"})
	}
	for name := range block.Names() {
		attr, nested := block.Attr(name), block.Nested(name)
		a, written := src.syntax.Attributes[name]
		switch {
		case attr != nil && written:
			m[name] = typedAttr(attr, src.scope.known(a.Expr))
			if v, _ := m[name].Unmark(); v.IsKnown() && v.IsNull() {
				m[name] = src.unset(attr)
			}
		case nested != nil:
			m[name] = blocksValue(src.Blocks(name), nested)
		default:
			m[name] = src.unset(attr)
		}
		if src.secret {
			m[name] = m[name].Mark(funcs.Sensitive)
		}
	}
	return cty.ObjectVal(m)
}

// unset is the value of an attribute of a nested block that is not written.
func (b *body) unset(attr *schema.Attr) cty.Value {
	if v, ok := datasource.Unset(b.data, attr.Name); ok {
		return typedAttr(attr, fromGraph(v))
	}
	if def, ok := attr.Default(); ok {
		return def
	}
	if attr.AfterApply() || b.data != "" {
		return unknown(attr.Type(), graph.Cause{Text: attr.Name + " is known only after apply"})
	}
	return cty.NullVal(attr.Type())
}
