package plan

import (
	"encoding/json"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/schema"
)

// maxDepth bounds how deep values are nested in one another.
const maxDepth = 256

// A node is a value in the trees that describe it: what is known, what is
// known only after apply, what is secret, what the provider's schema says and
// what the configuration does.
type node struct {
	up      *node
	name    string // "" for the elements of a list
	value   raw
	unknown raw
	secret  raw
	shape   shape
	at      cursor
	depth   int
}

// path is the attribute's name from the resource on, without the indexes.
func (n *node) path() string {
	switch {
	case n.up == nil:
		return n.name
	case n.name == "":
		return n.up.path()
	}
	return n.up.path() + "." + n.name
}

// leaf is the nearest name: that of the list for an element.
func (n *node) leaf() string {
	for n.name == "" && n.up != nil {
		n = n.up
	}
	return n.name
}

// A shape is what the schema says of a value.
type shape struct {
	block  *schema.Block  // of the objects within; nil if they are none
	nested *schema.Nested // of nested blocks
	attr   *schema.Attr   // of an attribute
	typ    cty.Type       // NilType if not known
	secret bool
}

func shapeOf(b *schema.Block) shape { return shape{block: b} }

func (s shape) child(name string) shape {
	switch {
	case s.block != nil:
		c := shape{attr: s.block.Attr(name), nested: s.block.Nested(name)}
		if c.nested != nil {
			c.block, c.secret = c.nested.Block, c.nested.Sensitive
		}
		if c.attr != nil {
			c.typ = c.attr.Type()
			c.secret = c.secret || c.attr.Sensitive
			if e := c.attr.Elem(); e != nil {
				c.block = e
			}
		}
		return c
	case s.typ == cty.NilType:
	case s.typ.IsObjectType() && s.typ.HasAttribute(name):
		return shape{typ: s.typ.AttributeType(name)}
	case s.typ.IsMapType():
		return shape{typ: s.typ.ElementType()}
	}
	return shape{}
}

// element is the shape of the elements of a list, or of nested blocks.
func (s shape) element() shape {
	e := shape{block: s.block, nested: s.nested}
	if s.typ != cty.NilType && (s.typ.IsListType() || s.typ.IsSetType()) {
		e.typ = s.typ.ElementType()
	}
	return e
}

func (s shape) isString() bool { return s.typ == cty.String }

func (s shape) isStrings() bool {
	return s.typ != cty.NilType && (s.typ.IsListType() || s.typ.IsSetType()) && s.typ.ElementType() == cty.String
}

// computed reports whether the provider may choose the value. What nobody
// knows a schema of counts as such.
func (s shape) computed() bool {
	switch {
	case s.attr != nil:
		return s.attr.Computed || s.attr.AfterApply()
	case s.nested != nil:
		return s.nested.Computed
	}
	return true
}

// build makes the graph's value of n.
func (b *body) build(n *node, bud *budget) graph.Value {
	v := b.bare(n, bud)
	if n.shape.secret || n.secret.isTrue() {
		v = v.Sensitive()
	}
	return v
}

func (b *body) bare(n *node, bud *budget) graph.Value {
	switch {
	case n.depth > maxDepth:
		return graph.UnknownValue(graph.Cause{Text: b.address + "." + n.leaf() + " is nested too deep to be read"})
	case n.unknown.isTrue():
		return b.unknownValue(n, bud)
	}
	switch n.value.first() {
	case '{':
		return b.object(n, bud)
	case '[':
		return b.list(n, bud)
	case '"':
		// Providers store "" for what is not set.
		if n.value.is("") && n.shape.attr != nil && !n.shape.attr.Required {
			return graph.AbsentValue()
		}
	}
	return scalar(n.value)
}

// scalar is a value that holds no others; one that is not there is absent.
func scalar(r raw) graph.Value {
	switch r.first() {
	case 0:
		return graph.AbsentValue()
	case '"':
		return graph.String(r.text())
	case 't':
		return graph.Bool(true)
	case 'f':
		return graph.Bool(false)
	case 'n':
		return graph.NullValue()
	}
	f, _ := strconv.ParseFloat(string(r), 64)
	return graph.Number(f, string(r))
}

// literal is a constant of the configuration section.
func literal(r raw) graph.Value {
	return (&body{instance: &instance{}}).build(&node{value: r}, nil)
}

func (b *body) object(n *node, bud *budget) graph.Value {
	m := map[string]graph.Value{}
	unknown, secret := n.unknown.finder(), n.secret.finder()
	child := func(k, v raw) {
		c := node{up: n, name: k.text(), value: v, unknown: unknown(k), secret: secret(k), depth: n.depth + 1}
		c.shape = n.shape.child(c.name)
		if c.unknown.hasTrue() {
			c.at = n.at.child(c.name, c.shape)
		}
		if x := b.build(&c, bud); x.Kind() != graph.KindAbsent {
			m[c.name] = x
		}
	}
	for k, v := range n.value.fields() {
		child(k, v)
	}
	if n.unknown.hasTrue() {
		value := n.value.finder()
		for k, u := range n.unknown.fields() {
			if u.isTrue() && value(k) == nil {
				child(k, nil)
			}
		}
	}
	return graph.Map(m)
}

func (b *body) list(n *node, bud *budget) graph.Value {
	values := n.value.list()
	unknown, secret := n.unknown.list(), n.secret.list()
	vs := make([]graph.Value, len(values))
	var holes []int
	for i, v := range values {
		c := node{up: n, value: v, shape: n.shape.element(), depth: n.depth + 1}
		if i < len(unknown) && unknown[i].hasTrue() {
			c.unknown = unknown[i]
			if c.unknown.isTrue() && c.shape.isString() && n.at.kind == atAttribute {
				holes = append(holes, i)
				continue
			}
			c.at = n.at.element(v, i, len(values), n.shape)
		}
		switch {
		case i < len(secret):
			c.secret = secret[i]
		case n.secret.isObject():
			c.secret = n.secret.get(strconv.Itoa(i)) // see pathsTree
		}
		vs[i] = b.build(&c, bud)
		if vs[i].Kind() == graph.KindAbsent {
			vs[i] = graph.NullValue()
		}
	}
	if len(holes) > 0 {
		found := b.fill(n, len(holes), bud)
		for i, hole := range holes {
			vs[hole] = found[i]
		}
	}
	return graph.List(vs...)
}

// secrets is the tree of secrets within an attribute.
func (b *body) secrets(name string) raw {
	switch {
	case b.secret.isTrue():
		return b.secret
	case b.secret != nil:
		return b.secret.get(name)
	}
	return pathsTree(b.paths, name)
}

// pathsTree makes a tree of true values, as plans have it, of the paths in a
// state file that begin with an attribute. Elements of lists are found by
// their index as a key.
func pathsTree(paths raw, name string) raw {
	var root any = map[string]any{}
	for p := range paths.elements() {
		steps := p.list()
		if len(steps) == 0 || !steps[0].get("value").is(name) {
			continue
		}
		var keys []string
		for _, st := range steps[1:] {
			v := st.get("value")
			if v.isObject() {
				v = v.get("value")
			}
			key := v.text()
			if !v.isString() {
				key = string(v)
			}
			if v.isObject() || v.isArray() || len(keys) >= maxDepth {
				break // an element of a set: all of it
			}
			keys = append(keys, key)
		}
		root = mark(root, keys)
	}
	if m, ok := root.(map[string]any); ok && len(m) == 0 {
		return nil
	}
	data, err := json.Marshal(root)
	if err != nil {
		return raw("true")
	}
	return data
}

// mark puts true at the place that keys lead to.
func mark(tree any, keys []string) any {
	m, ok := tree.(map[string]any)
	if !ok || len(keys) == 0 {
		return true
	}
	next, ok := m[keys[0]]
	if !ok {
		next = map[string]any{}
	}
	m[keys[0]] = mark(next, keys[1:])
	return m
}
