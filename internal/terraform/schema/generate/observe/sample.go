package main

import (
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/generate/source"
)

// A sample says how to fill a resource with values.
type sample struct {
	depth    int  // nested blocks are present down to this depth
	optional bool // settable attributes are set, not only required ones
	computed bool // computed attributes have values: a prior state
	value    func(cty.Type) any
	hints    hints          // by path, instead of value
	changed  string         // the path of the one attribute with the second value
	settings map[string]any // of the resource, instead of value
}

// block returns a value for a whole block.
func (s sample) block(b *source.Block, path string, depth int) map[string]any {
	out := map[string]any{}
	for name, a := range b.Attributes {
		out[name] = s.attribute(a, join(path, name), depth)
	}
	for name, bt := range b.BlockTypes {
		out[name] = absent(bt.NestingMode)
		if depth >= s.depth || name == "timeouts" {
			continue
		}
		switch bt.NestingMode {
		case "list", "set":
			out[name] = []any{s.block(bt.Block, join(path, name), depth+1)}
		case "map":
			out[name] = map[string]any{"key": s.block(bt.Block, join(path, name), depth+1)}
		default:
			out[name] = s.block(bt.Block, join(path, name), depth+1)
		}
	}
	for name, v := range s.settings {
		if depth == 0 && out[name] != (unknown{}) {
			out[name] = v
		}
	}
	return out
}

func absent(mode string) any {
	switch mode {
	case "list", "set":
		return []any{}
	case "map":
		return map[string]any{}
	}
	return nil
}

func (s sample) attribute(a *source.Attribute, path string, depth int) any {
	switch {
	case a.WriteOnly:
		return nil
	case a.AsBlocks() && !s.optional:
		if depth < s.depth && !s.computed {
			return []any{s.element(a.Type.ElementType())}
		}
		return nil
	case a.Required, s.optional && a.Optional, s.computed && a.Computed:
		if s.changed == path {
			s.value = settled(true)
		}
		if hint, ok := s.hints[path]; ok && !s.isUnknown() {
			return hint.shape(a.Type, s.isSecond())
		}
		return s.value(a.Type)
	}
	return nil
}

// element returns an object that was written as a block with few arguments.
func (s sample) element(t cty.Type) any {
	out := map[string]any{}
	for name := range t.AttributeTypes() {
		out[name] = nil
	}
	if s.isUnknown() {
		return out
	}
	// Some resources look into these without checking that they are there.
	for name, v := range map[string]any{"protocol": "tcp", "action": "allow", "from_port": 1, "to_port": 1, "rule_no": 1} {
		if t.HasAttribute(name) {
			out[name] = v
		}
	}
	return out
}

func (s sample) isUnknown() bool { return s.value(cty.String) == unknown{} }
func (s sample) isSecond() bool  { return s.value(cty.String) == "second" }

// settled returns a function that makes a known value of a type, in one of two
// variants that differ everywhere.
func settled(second bool) func(cty.Type) any {
	var value func(t cty.Type) any
	value = func(t cty.Type) any {
		switch {
		case t == cty.String && second:
			return "second"
		case t == cty.String:
			return "first"
		case t == cty.Number && second:
			return 2
		case t == cty.Number:
			return 1
		case t == cty.Bool:
			return second
		case t.IsListType(), t.IsSetType():
			return []any{value(t.ElementType())}
		case t.IsMapType():
			return map[string]any{"key": value(t.ElementType())}
		case t.IsObjectType():
			out := map[string]any{}
			for name, at := range t.AttributeTypes() {
				out[name] = value(at)
			}
			return out
		}
		return nil
	}
	return value
}

func notKnown(cty.Type) any { return unknown{} }

// depthOf returns how deep the nested blocks of a block go.
func depthOf(b *source.Block) int {
	deepest := 0
	for name, bt := range b.BlockTypes {
		if name != "timeouts" {
			deepest = max(deepest, 1+depthOf(bt.Block))
		}
	}
	for _, a := range b.Attributes {
		if a.AsBlocks() {
			deepest = max(deepest, 1)
		}
	}
	return deepest
}

// carry returns config with the computed attributes that it leaves open taken
// from prior, which is what Terraform proposes to the provider.
func carry(b *source.Block, config, prior any) any {
	c, ok := config.(map[string]any)
	p, _ := prior.(map[string]any)
	if !ok || p == nil {
		return config
	}
	out := map[string]any{}
	for name, a := range b.Attributes {
		out[name] = c[name]
		if c[name] == nil && a.Computed {
			out[name] = p[name]
		}
	}
	for name, bt := range b.BlockTypes {
		switch inner := c[name].(type) {
		case []any:
			before, _ := p[name].([]any)
			list := []any{}
			for i, e := range inner {
				if i < len(before) {
					e = carry(bt.Block, e, before[i])
				}
				list = append(list, e)
			}
			out[name] = list
		case map[string]any:
			out[name] = inner
			if bt.NestingMode == "single" {
				out[name] = carry(bt.Block, inner, p[name])
			}
		default:
			out[name] = inner
		}
	}
	return out
}
