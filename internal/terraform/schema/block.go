package schema

import (
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/zclconf/go-cty/cty"
)

// A Block is the body of a resource, a data source or a nested block. What it
// holds is decoded when it is first asked for. Equal blocks are shared, also
// between types.
type Block struct {
	record  uint32
	content atomic.Pointer[content]
	implied atomic.Pointer[cty.Type]
}

// content is a decoded block; both lists are sorted by name.
type content struct {
	attrs  []Attr
	nested []Nested
}

func (b *Block) load() *content {
	if c := b.content.Load(); c != nil {
		return c
	}
	c := embedded.decode(b.record)
	if !b.content.CompareAndSwap(nil, c) {
		c = b.content.Load()
	}
	return c
}

// Attr returns an attribute, or nil if there is none of that name.
func (b *Block) Attr(name string) *Attr {
	c := b.load()
	i, ok := slices.BinarySearchFunc(c.attrs, name, func(a Attr, name string) int { return strings.Compare(a.Name, name) })
	if !ok {
		return nil
	}
	return &c.attrs[i]
}

// Nested returns a type of nested blocks, or nil if there is none of that
// name. Attributes that may be written as blocks are among them.
func (b *Block) Nested(name string) *Nested {
	c := b.load()
	i, ok := slices.BinarySearchFunc(c.nested, name, func(n Nested, name string) int { return strings.Compare(n.Name, name) })
	if !ok {
		return nil
	}
	return &c.nested[i]
}

// Attrs yields the attributes in alphabetical order.
func (b *Block) Attrs() iter.Seq[*Attr] {
	return func(yield func(*Attr) bool) {
		attrs := b.load().attrs
		for i := range attrs {
			if !yield(&attrs[i]) {
				return
			}
		}
	}
}

// Blocks yields the types of nested blocks in alphabetical order. Attributes
// that may be written as blocks are among them.
func (b *Block) Blocks() iter.Seq[*Nested] {
	return func(yield func(*Nested) bool) {
		nested := b.load().nested
		for i := range nested {
			if !yield(&nested[i]) {
				return
			}
		}
	}
}

// Names yields the names of all attributes and nested blocks, each once, in
// alphabetical order.
func (b *Block) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		c := b.load()
		attrs, nested := c.attrs, c.nested
		for len(attrs) > 0 || len(nested) > 0 {
			var name string
			switch {
			case len(nested) == 0 || len(attrs) > 0 && attrs[0].Name < nested[0].Name:
				name, attrs = attrs[0].Name, attrs[1:]
			case len(attrs) == 0 || nested[0].Name < attrs[0].Name:
				name, nested = nested[0].Name, nested[1:]
			default:
				name, attrs, nested = attrs[0].Name, attrs[1:], nested[1:]
			}
			if !yield(name) {
				return
			}
		}
	}
}

// ImpliedType returns the type of the block as a value in expressions, as
// provider 5.100.0 has it: what is Removed or Added is not in it, unless the
// whole block is.
func (b *Block) ImpliedType() cty.Type {
	if t := b.implied.Load(); t != nil {
		return *t
	}
	t := b.imply()
	b.implied.Store(&t)
	return t
}

func (b *Block) imply() cty.Type {
	c := b.load()
	types := make(map[string]cty.Type, len(c.attrs)+len(c.nested))
	for i := range c.attrs {
		if a := &c.attrs[i]; !a.Removed && !a.Added {
			types[a.Name] = a.Type()
		}
	}
	for i := range c.nested {
		if n := &c.nested[i]; !n.Removed && !n.Added && !n.Attribute {
			types[n.Name] = n.impliedType()
		}
	}
	return cty.Object(types)
}

func (n *Nested) impliedType() cty.Type {
	t := n.Block.ImpliedType()
	switch n.Mode {
	case List:
		return cty.List(t)
	case Set:
		return cty.Set(t)
	case Map:
		return cty.Map(t)
	}
	return t
}
