package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A reading is how the strings in a JSON value are to be understood.
type reading uint8

const (
	asTemplate     reading = iota // "${a}" interpolates
	asLiteral                     // nothing interpolates
	asReference                   // "aws.west" is a reference
	asType                        // "list(string)" is an expression
	asLifecycle                   // references in some of its arguments
	asDynamic                     // dynamic blocks by type
	asDynamicBlock                // one of them
	asContent                     // its content, perhaps with dynamic blocks again
)

// A jsonBlock tells how the arguments of a block type are read.
type jsonBlock struct {
	arguments map[string]reading
	others    reading
}

var jsonBlocks = map[string]jsonBlock{
	"terraform": {others: asLiteral},
	"locals":    {},
	"variable":  {others: asLiteral, arguments: map[string]reading{"type": asType, "validation": asTemplate}},
	"output":    {arguments: map[string]reading{"description": asLiteral, "depends_on": asReference}},
	"module":    {arguments: map[string]reading{"providers": asReference, "depends_on": asReference}},
	"provider":  {arguments: map[string]reading{"alias": asLiteral, "version": asLiteral}},
	"resource":  resourceArguments,
	"data":      resourceArguments,
	"ephemeral": resourceArguments,
	"check":     {},
}

var resourceArguments = jsonBlock{arguments: map[string]reading{
	"provider": asReference, "depends_on": asReference, "lifecycle": asLifecycle, "dynamic": asDynamic,
}}

// parseJSONFile turns a JSON file into the body that the same configuration
// would have in native syntax, except that nested blocks stand as arguments.
// The body is nil if the file is not valid JSON.
func parseJSONFile(src []byte, path string) (*hclsyntax.Body, []Diagnostic) {
	root, problem := parseJSON(src, path)
	if problem != nil {
		return nil, []Diagnostic{*problem}
	}
	t := jsonTree{path: path}
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: root.rng, EndRange: endOf(root.rng)}
	for _, m := range t.properties(root, "the blocks of a file") {
		if m.name == "//" {
			continue
		}
		if names := labels[m.name]; names == nil {
			body.Blocks = append(body.Blocks, newBlock(m.name, nil, m.nameRng, m.value.rng))
		} else {
			body.Blocks = append(body.Blocks, t.blocks(m.name, m, names, nil)...)
		}
	}
	return body, t.diagnostics
}

type jsonTree struct {
	path        string
	diagnostics []Diagnostic
}

func (t *jsonTree) report(at hcl.Range, summary, format string, args ...any) {
	t.diagnostics = append(t.diagnostics, Diagnostic{Severity: Error, Summary: summary, Detail: fmt.Sprintf(format, args...), Range: at})
}

// properties are those of an object, or of all objects in an array.
func (t *jsonTree) properties(n *jsonNode, what string) []jsonMember {
	switch n.kind {
	case jsonNull:
		return nil
	case jsonObject:
		return n.members
	case jsonArray:
		var all []jsonMember
		for _, item := range n.items {
			if item.kind != jsonObject {
				t.report(item.rng, "Incorrect JSON value type", "an object is needed here, with %s", what)
				continue
			}
			all = append(all, item.members...)
		}
		return all
	}
	t.report(n.rng, "Incorrect JSON value type", "an object or an array of objects is needed here, with %s", what)
	return nil
}

// blocks are those of one type in m's value, below the labels that were
// already seen.
func (t *jsonTree) blocks(kind string, m jsonMember, names []string, seen []jsonMember) []*hclsyntax.Block {
	var all []*hclsyntax.Block
	if len(seen) < len(names) {
		properties := t.properties(m.value, fmt.Sprintf("the %s of %s blocks", names[len(seen)], kind))
		for _, p := range properties {
			all = append(all, t.blocks(kind, p, names, append(seen[:len(seen):len(seen)], p))...)
		}
		return all
	}
	switch m.value.kind {
	case jsonNull:
	case jsonObject:
		all = append(all, t.block(kind, seen, m.nameRng, m.value))
	case jsonArray:
		for i, item := range m.value.items {
			at := m.nameRng
			if i > 0 {
				at = startOf(item.rng)
			}
			all = append(all, t.block(kind, seen, at, item))
		}
	default:
		t.report(m.value.rng, "Incorrect JSON value type", "an object or an array of objects is needed here, the contents of %s blocks", kind)
	}
	return all
}

func newBlock(kind string, seen []jsonMember, at, body hcl.Range) *hclsyntax.Block {
	block := &hclsyntax.Block{
		Type: kind, TypeRange: at, OpenBraceRange: startOf(body), CloseBraceRange: endOf(body),
		Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: body, EndRange: endOf(body)},
	}
	for _, label := range seen {
		block.Labels = append(block.Labels, label.name)
		block.LabelRanges = append(block.LabelRanges, at)
	}
	return block
}

// block reads one block, the place of which is at.
func (t *jsonTree) block(kind string, seen []jsonMember, at hcl.Range, n *jsonNode) *hclsyntax.Block {
	block := newBlock(kind, seen, at, n.rng)
	how := jsonBlocks[kind]
	for _, m := range t.properties(n, "arguments and nested blocks") {
		if m.name == "//" {
			continue
		}
		if kind == "check" && m.name == "data" {
			block.Body.Blocks = append(block.Body.Blocks, t.blocks("data", m, labels["data"], nil)...)
			continue
		}
		read, ok := how.arguments[m.name]
		if !ok {
			read = how.others
		}
		attr := &hclsyntax.Attribute{
			Name:      m.name,
			Expr:      t.expression(m.value, read),
			SrcRange:  hcl.RangeBetween(m.nameRng, m.value.rng),
			NameRange: m.nameRng,
		}
		if first, exists := block.Body.Attributes[m.name]; exists {
			t.repeated(first, attr)
			continue
		}
		block.Body.Attributes[m.name] = attr
	}
	return block
}

// repeated adds an argument that was set before: an error, unless both are
// nested blocks, of which there can be several.
func (t *jsonTree) repeated(first, again *hclsyntax.Attribute) {
	ours, nested := blockList(first.Expr)
	theirs, alsoNested := blockList(again.Expr)
	if !nested || !alsoNested {
		t.report(again.NameRange, "Duplicate argument", "the argument %q was already set at %s", again.Name, place(first.NameRange))
		return
	}
	first.Expr = &hclsyntax.TupleConsExpr{
		Exprs:     append(ours[:len(ours):len(ours)], theirs...),
		SrcRange:  hcl.RangeBetween(first.Expr.Range(), again.Expr.Range()),
		OpenRange: first.Expr.StartRange(),
	}
}

// blockList returns the objects that could be nested blocks.
func blockList(e hclsyntax.Expression) ([]hclsyntax.Expression, bool) {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		return []hclsyntax.Expression{e}, true
	case *hclsyntax.TupleConsExpr:
		return e.Exprs, true
	}
	return nil, false
}

// expression turns a JSON value into an expression.
func (t *jsonTree) expression(n *jsonNode, read reading) hclsyntax.Expression {
	switch n.kind {
	case jsonString:
		return t.text(n.text, n.rng, read)
	case jsonArray:
		tuple := &hclsyntax.TupleConsExpr{SrcRange: n.rng, OpenRange: startOf(n.rng)}
		for _, item := range n.items {
			tuple.Exprs = append(tuple.Exprs, t.expression(item, read))
		}
		return tuple
	case jsonObject:
		return t.object(n, read)
	}
	value := cty.NullVal(cty.DynamicPseudoType)
	switch n.kind {
	case jsonBool:
		value = cty.BoolVal(n.text == "true")
	case jsonNumber:
		number, err := cty.ParseNumberVal(n.text)
		if err != nil {
			t.report(n.rng, "Invalid number", "%s is not a number that can be held", n.text)
			number = cty.UnknownVal(cty.Number)
		}
		value = number
	}
	return &hclsyntax.LiteralValueExpr{Val: value, SrcRange: n.rng}
}

// object turns a JSON object into an expression. A name that stands twice is
// an error in a value, but not of nested blocks.
func (t *jsonTree) object(n *jsonNode, read reading) hclsyntax.Expression {
	object := &hclsyntax.ObjectConsExpr{SrcRange: n.rng, OpenRange: startOf(n.rng)}
	scalars := make(map[string]hcl.Range, len(n.members))
	for _, m := range n.members {
		if first, exists := scalars[m.name]; exists {
			t.report(m.nameRng, "Duplicate object attribute", "%q was already set at %s", m.name, place(first))
			continue
		}
		if m.value.kind != jsonArray && m.value.kind != jsonObject {
			scalars[m.name] = m.nameRng
		}
		object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: t.key(m, read), ValueExpr: t.member(m, read)})
	}
	return object
}

func (t *jsonTree) key(m jsonMember, read reading) hclsyntax.Expression {
	if read != asTemplate {
		read = asLiteral // the name of an argument
	}
	return &hclsyntax.ObjectConsKeyExpr{Wrapped: t.text(m.name, m.nameRng, read)}
}

// member reads a property of an object that is itself read that way.
func (t *jsonTree) member(m jsonMember, read reading) hclsyntax.Expression {
	switch {
	case read == asLifecycle && (m.name == "ignore_changes" || m.name == "replace_triggered_by"):
		read = asReference
	case read == asLifecycle:
		read = asTemplate
	case read == asDynamic:
		read = asDynamicBlock
	case read == asDynamicBlock && m.name == "iterator":
		read = asReference
	case read == asDynamicBlock && m.name == "content":
		read = asContent
	case read == asContent && m.name == "dynamic":
		read = asDynamic
	case read == asDynamicBlock, read == asContent:
		read = asTemplate
	}
	return t.expression(m.value, read)
}

// text reads a string that stands, in quotes, at rng. Places inside it are
// exact up to its first escape.
func (t *jsonTree) text(s string, rng hcl.Range, read reading) hclsyntax.Expression {
	literal := &hclsyntax.LiteralValueExpr{Val: cty.StringVal(s), SrcRange: rng}
	start := rng.Start
	start.Byte++
	start.Column++
	switch read {
	case asReference, asType:
		if _, why := refuse([]byte(s), '('); why != "" {
			return literal
		}
		e, diags := parseExpression(s, t.path, start)
		if diags.HasErrors() {
			return literal // a mistake that Terraform reports where it matters
		}
		return e
	case asLiteral:
		return literal
	}
	if !strings.Contains(s, "${") && !strings.Contains(s, "%{") {
		return literal
	}
	if offset, why := refuse([]byte(s), inBareTemplate); why != "" {
		t.diagnostics = append(t.diagnostics, refusal([]byte(s), t.path, start, offset, why))
		return &hclsyntax.LiteralValueExpr{Val: cty.UnknownVal(cty.String), SrcRange: rng}
	}
	e, diags := parseTemplate(s, t.path, start)
	t.diagnostics = append(t.diagnostics, fromHCL(diags)...)
	if diags.HasErrors() {
		return &hclsyntax.LiteralValueExpr{Val: cty.UnknownVal(cty.String), SrcRange: rng}
	}
	return e
}

func startOf(r hcl.Range) hcl.Range {
	end := r.Start
	end.Byte++
	end.Column++
	return hcl.Range{Filename: r.Filename, Start: r.Start, End: end}
}

func endOf(r hcl.Range) hcl.Range {
	start := r.End
	start.Byte--
	start.Column--
	return hcl.Range{Filename: r.Filename, Start: start, End: r.End}
}
