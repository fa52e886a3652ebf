package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/generate/source"
	"safeguard/internal/terraform/schema/layout"
)

// A block is a body while the schema is put together.
type block struct {
	attrs  map[string]*attr
	nested map[string]*nested
}

type attr struct {
	typ   cty.Type
	flags int
	value string // default, as JSON
	elem  *block // where blocks may be written for it
}

type nested struct {
	mode     int
	flags    int
	min, max int
	block    *block
}

var modes = map[string]int{
	"single": layout.ModeSingle, "list": layout.ModeList, "set": layout.ModeSet, "map": layout.ModeMap,
}

// blockOf turns a provider's schema into the model.
func blockOf(from *source.Block) (*block, error) {
	b := &block{attrs: map[string]*attr{}, nested: map[string]*nested{}}
	for name, a := range from.Attributes {
		b.attrs[name] = attrOf(a)
	}
	for name, bt := range from.BlockTypes {
		mode, ok := modes[bt.NestingMode]
		if !ok {
			return nil, fmt.Errorf("%s: nesting mode %q", name, bt.NestingMode)
		}
		inner, err := blockOf(bt.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		b.nested[name] = &nested{mode: mode, min: bt.MinItems, max: bt.MaxItems, block: inner}
	}
	return b, nil
}

func attrOf(from *source.Attribute) *attr {
	a := &attr{typ: from.Type}
	for flag, set := range map[int]bool{
		layout.Required: from.Required, layout.Optional: from.Optional, layout.Computed: from.Computed,
		layout.Sensitive: from.Sensitive, layout.WriteOnly: from.WriteOnly,
	} {
		if set {
			a.flags |= flag
		}
	}
	if from.AsBlocks() {
		a.elem = elementOf(a.typ)
	}
	return a
}

// elementOf is the block that Terraform reads where blocks are written for an
// attribute: all of the object's attributes, optional.
func elementOf(t cty.Type) *block {
	b := &block{attrs: map[string]*attr{}, nested: map[string]*nested{}}
	for name, at := range t.ElementType().AttributeTypes() {
		b.attrs[name] = attrOf(&source.Attribute{Type: at, Optional: true})
	}
	return b
}

// add merges what a newer version has and b lacks; where both have it, b wins,
// but that a secret stays one.
func (b *block) add(newer *block) {
	for name, a := range newer.attrs {
		old := b.attrs[name]
		switch {
		case old != nil:
			old.flags |= a.flags & layout.Sensitive
		case b.nested[name] == nil:
			a.flags |= layout.Added
			b.attrs[name] = a
		}
	}
	for name, n := range newer.nested {
		old := b.nested[name]
		switch {
		case old != nil:
			old.block.add(n.block)
		case b.attrs[name] == nil:
			n.flags |= layout.NestedAdded
			b.nested[name] = n
		}
	}
}

// find follows a path of names. It returns the attribute or the nested block
// there, or neither.
func (b *block) find(path string) (*attr, *nested) {
	name, rest, deeper := strings.Cut(path, ".")
	a, n := b.attrs[name], b.nested[name]
	switch {
	case !deeper:
		return a, n
	case n != nil:
		return n.block.find(rest)
	case a != nil && a.elem != nil:
		return a.elem.find(rest)
	}
	return nil, nil
}

// each calls f for every attribute and nested block within, in order.
func (b *block) each(path string, f func(path string, a *attr, n *nested)) {
	for _, name := range slices.Sorted(maps.Keys(b.attrs)) {
		f(path+name, b.attrs[name], nil)
		if elem := b.attrs[name].elem; elem != nil {
			elem.each(path+name+".", f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.nested)) {
		f(path+name, nil, b.nested[name])
		b.nested[name].block.each(path+name+".", f)
	}
}

// markSecrets marks nested blocks that hold nothing but secrets.
func (b *block) markSecrets() {
	b.each("", func(_ string, _ *attr, n *nested) {
		if n == nil || len(n.block.attrs) == 0 || len(n.block.nested) > 0 {
			return
		}
		for _, a := range n.block.attrs {
			if a.flags&layout.Sensitive == 0 {
				return
			}
		}
		n.flags |= layout.NestedSensitive
	})
}
