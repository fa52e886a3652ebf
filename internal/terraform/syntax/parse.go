// Package syntax parses HCL's native syntax into the trees of hclsyntax, node
// for node and range for range, at a fraction of the cost.
//
// It knows well-formed text of the kinds that people write. Whatever else it
// meets (errors, line ends of Windows, template directives, identifiers beyond
// ASCII) it leaves to hclsyntax, which alone says what is wrong.
package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Larger files, and what is nested deeper or is longer than this, are left to
// hclsyntax and those who guard it.
const (
	maxBytes = 4 << 20
	maxDepth = 100
	maxSteps = 2000 // operators, indexes and calls in one argument
)

// Parse returns the body that hclsyntax.ParseConfig makes of a whole file, or
// false if it must be asked: src may have errors, or something rare.
func Parse(src []byte, filename string) (body *hclsyntax.Body, ok bool) {
	if len(src) > maxBytes || !plainText(src) {
		return nil, false
	}
	p := &parser{src: string(src), filename: filename, line: 1, newlines: true}
	defer func() {
		if r := recover(); r != nil {
			if r != (doubt{}) {
				panic(r)
			}
			body, ok = nil, false
		}
	}()
	return p.file(), true
}

// plainText reports whether src is UTF-8 without a byte order mark and without
// control characters but for tabs and newlines.
func plainText(src []byte) bool {
	wide := false
	for _, b := range src {
		if b < ' ' && b != '\n' && b != '\t' || b == 0x7f {
			return false
		}
		wide = wide || b >= utf8.RuneSelf
	}
	return !wide || utf8.Valid(src) && !strings.HasPrefix(string(src[:min(3, len(src))]), "\uFEFF")
}

// A doubt is thrown where hclsyntax must be asked.
type doubt struct{}

func (p *parser) giveUp() { panic(doubt{}) }

type parser struct {
	src      string
	filename string

	at        int // byte that is read next
	line      int
	lineStart int  // byte at which the line would begin if every character were one byte
	newlines  bool // newlines count

	prev  hcl.Pos // where the last token ends
	depth int
	steps int

	numbers map[string]cty.Value

	attributes arena[hclsyntax.Attribute]
	blocks     arena[hclsyntax.Block]
	bodies     arena[hclsyntax.Body]
	literals   arena[hclsyntax.LiteralValueExpr]
	templates  arena[hclsyntax.TemplateExpr]
	traversals arena[hclsyntax.ScopeTraversalExpr]
	keys       arena[hclsyntax.ObjectConsKeyExpr]
	calls      arena[hclsyntax.FunctionCallExpr]
}

// file parses all of the source.
func (p *parser) file() *hclsyntax.Body {
	p.space()
	start := p.pos()
	body := p.body()
	if p.at < len(p.src) {
		p.giveUp()
	}
	end := p.pos()
	body.SrcRange = p.between(start, end)
	body.EndRange = p.between(end, end)
	return body
}

// body parses arguments and blocks until a closing brace or the end. Its
// ranges are the caller's to set.
func (p *parser) body() *hclsyntax.Body {
	body := p.bodies.make()
	body.Attributes, body.Blocks = hclsyntax.Attributes{}, hclsyntax.Blocks{}
	for {
		p.space()
		switch {
		case p.atNewline():
			p.newline()
		case p.at == len(p.src) || p.src[p.at] == '}':
			return body
		default:
			p.item(body)
		}
	}
}

// item parses an argument or a block, and the end of its line.
func (p *parser) item(body *hclsyntax.Body) {
	name := p.ident()
	p.space()
	if p.here('=') {
		p.argument(body, name)
	} else {
		body.Blocks = append(body.Blocks, p.block(name))
	}
	if p.space(); p.atNewline() {
		p.newline()
	} else if p.at < len(p.src) {
		p.giveUp()
	}
}

// argument parses "= expression".
func (p *parser) argument(body *hclsyntax.Body, name word) {
	if body.Attributes[name.text] != nil {
		p.giveUp()
	}
	equals := p.token(1)
	if p.here('=') || p.here('>') {
		p.giveUp()
	}
	p.steps = 0
	a := p.attributes.make()
	*a = hclsyntax.Attribute{Name: name.text, NameRange: name.Range, EqualsRange: equals, Expr: p.expression()}
	a.SrcRange = p.between(name.Start, p.prev)
	body.Attributes[name.text] = a
}

// block parses labels and the body of a block.
func (p *parser) block(name word) *hclsyntax.Block {
	p.enter()
	defer p.leave()
	b := p.blocks.make()
	b.Type, b.TypeRange = name.text, name.Range
	for !p.here('{') {
		var label word
		if p.here('"') {
			label = p.label()
		} else {
			label = p.ident()
		}
		b.Labels = append(b.Labels, label.text)
		b.LabelRanges = append(b.LabelRanges, label.Range)
		p.space()
	}
	b.OpenBraceRange = p.token(1)
	p.space()
	if p.atNewline() || p.here('}') {
		b.Body = p.body()
		b.CloseBraceRange = p.expect('}')
		b.Body.SrcRange = p.between(b.OpenBraceRange.Start, b.CloseBraceRange.End)
		b.Body.EndRange = p.between(b.CloseBraceRange.End, b.CloseBraceRange.End)
		return b
	}
	// One argument may stand on the line of both braces.
	b.Body = p.bodies.make()
	b.Body.Attributes = hclsyntax.Attributes{}
	only := p.ident()
	p.space()
	if !p.here('=') {
		p.giveUp()
	}
	p.argument(b.Body, only)
	b.Body.SrcRange = p.between(only.Start, p.prev)
	b.Body.EndRange = p.between(p.prev, p.prev)
	p.space()
	b.CloseBraceRange = p.expect('}')
	return b
}
