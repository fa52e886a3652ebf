package config

import (
	"maps"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// mergeBodies lays the body of an override file's block over the one it
// overrides, as Terraform does: arguments one by one, nested blocks all of a
// type at once (whether written out or dynamic), lifecycle argument by
// argument. Neither body is changed, and everything keeps its own range.
func mergeBodies(base, over *hclsyntax.Body) *hclsyntax.Body {
	merged := *base
	merged.Attributes = maps.Clone(base.Attributes)
	if merged.Attributes == nil {
		merged.Attributes = hclsyntax.Attributes{}
	}
	merged.Blocks = nil

	replaced := replacedTypes(over)
	if over.Attributes["lifecycle"] != nil && base.Attributes["lifecycle"] == nil {
		replaced["lifecycle"] = true // JSON over native syntax: all of it
	}
	for _, block := range base.Blocks {
		if !replaced[blockType(block)] {
			merged.Blocks = append(merged.Blocks, block)
		}
	}
	if dynamic, ok := base.Attributes["dynamic"]; ok {
		merged.Attributes["dynamic"] = withoutItems(dynamic, replaced)
	}
	maps.DeleteFunc(merged.Attributes, func(name string, _ *hclsyntax.Attribute) bool { return replaced[name] })
	for name, attr := range over.Attributes {
		switch mine, ok := merged.Attributes[name]; {
		case ok && name == "lifecycle":
			merged.Attributes[name] = mergeObjects(mine, attr)
		case ok && name == "dynamic":
			merged.Attributes[name] = concatObjects(mine, attr)
		default:
			merged.Attributes[name] = attr
		}
	}
	for _, block := range over.Blocks {
		if block.Type != "lifecycle" {
			merged.Blocks = append(merged.Blocks, block)
			continue
		}
		if i := lifecycleOf(merged.Blocks); i >= 0 {
			both := *merged.Blocks[i]
			both.Body = mergeBodies(both.Body, block.Body)
			merged.Blocks[i] = &both
			continue
		}
		delete(merged.Attributes, "lifecycle")
		merged.Blocks = append(merged.Blocks, block)
	}
	return &merged
}

// replacedTypes are the block types of which over brings its own. In JSON
// these are arguments, so an argument's name counts as well.
func replacedTypes(over *hclsyntax.Body) map[string]bool {
	replaced := map[string]bool{}
	for _, block := range over.Blocks {
		if block.Type != "lifecycle" {
			replaced[blockType(block)] = true
		}
	}
	for name, attr := range over.Attributes {
		if name != "dynamic" {
			replaced[name] = name != "lifecycle"
			continue
		}
		for _, item := range dynamicItems(attr.Expr) {
			if label, ok := itemName(item); ok {
				replaced[label] = true
			}
		}
	}
	return replaced
}

// blockType is the type of blocks that block makes.
func blockType(block *hclsyntax.Block) string {
	if block.Type == "dynamic" && len(block.Labels) == 1 {
		return block.Labels[0]
	}
	return block.Type
}

func lifecycleOf(blocks hclsyntax.Blocks) int {
	for i, block := range blocks {
		if block.Type == "lifecycle" {
			return i
		}
	}
	return -1
}

// dynamicItems returns the items of JSON's "dynamic", an object by block type
// or a list of such objects.
func dynamicItems(e hclsyntax.Expression) []hclsyntax.ObjectConsItem {
	if list, ok := e.(*hclsyntax.TupleConsExpr); ok {
		var items []hclsyntax.ObjectConsItem
		for _, element := range list.Exprs {
			items = append(items, objectItems(element)...)
		}
		return items
	}
	return objectItems(e)
}

func itemName(item hclsyntax.ObjectConsItem) (string, bool) {
	name := reference(item.KeyExpr)
	return name, name != ""
}

// withoutItems is attr without the items of the given names.
func withoutItems(attr *hclsyntax.Attribute, names map[string]bool) *hclsyntax.Attribute {
	var kept []hclsyntax.ObjectConsItem
	for _, item := range dynamicItems(attr.Expr) {
		if name, ok := itemName(item); !ok || !names[name] {
			kept = append(kept, item)
		}
	}
	return withItems(attr, kept)
}

// concatObjects has the items of both.
func concatObjects(base, over *hclsyntax.Attribute) *hclsyntax.Attribute {
	return withItems(over, append(dynamicItems(base.Expr), dynamicItems(over.Expr)...))
}

// mergeObjects has the items of over and those of base that over lacks.
func mergeObjects(base, over *hclsyntax.Attribute) *hclsyntax.Attribute {
	names := map[string]bool{}
	for _, item := range dynamicItems(over.Expr) {
		if name, ok := itemName(item); ok {
			names[name] = true
		}
	}
	return concatObjects(withoutItems(base, names), over)
}

func withItems(attr *hclsyntax.Attribute, items []hclsyntax.ObjectConsItem) *hclsyntax.Attribute {
	with := *attr
	rng := attr.Expr.Range()
	with.Expr = &hclsyntax.ObjectConsExpr{Items: items, SrcRange: rng, OpenRange: rng}
	return &with
}
