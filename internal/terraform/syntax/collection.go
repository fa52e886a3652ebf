package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// tuple parses "[...]": elements or a for expression.
func (p *parser) tuple() hclsyntax.Expression {
	open := p.token(1)
	defer func(was bool) { p.newlines = was }(p.include(false))
	if p.space(); p.keyword("for") {
		return p.loop(open, ']')
	}
	var items []hclsyntax.Expression
	for {
		if p.space(); p.here(']') {
			break
		}
		items = append(items, p.expression())
		if p.space(); p.here(']') {
			break
		}
		p.expect(',')
	}
	return &hclsyntax.TupleConsExpr{Exprs: items, SrcRange: p.between(open.Start, p.expect(']').End), OpenRange: open}
}

// object parses "{...}": items or a for expression.
func (p *parser) object() hclsyntax.Expression {
	open := p.token(1)
	defer func(was bool) { p.newlines = was }(p.include(false))
	at, line, lineStart := p.at, p.line, p.lineStart
	if p.space(); p.keyword("for") {
		return p.loop(open, '}')
	}
	p.at, p.line, p.lineStart, p.newlines = at, line, lineStart, true
	var items []hclsyntax.ObjectConsItem
	for {
		p.space()
		if p.atNewline() {
			p.newline()
			continue
		}
		if p.here('}') {
			break
		}
		key := p.keys.make()
		key.ForceNonLiteral = p.here('(')
		key.Wrapped = p.expression()
		if p.space(); p.here(':') {
			p.colon()
		} else {
			p.expect('=')
			if p.here('=') || p.here('>') {
				p.giveUp()
			}
		}
		items = append(items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: p.expression()})
		p.space()
		if p.here('}') {
			break
		}
		if p.atNewline() {
			p.newline()
		} else {
			p.expect(',')
		}
	}
	return &hclsyntax.ObjectConsExpr{Items: items, SrcRange: p.between(open.Start, p.expect('}').End), OpenRange: open}
}

// loop parses a for expression from behind its first word.
func (p *parser) loop(open hcl.Range, closer byte) hclsyntax.Expression {
	x := &hclsyntax.ForExpr{OpenRange: open}
	p.space()
	x.ValVar = p.ident().text
	if p.space(); p.here(',') {
		p.token(1)
		p.space()
		x.KeyVar, x.ValVar = x.ValVar, p.ident().text
		p.space()
	}
	if !p.keyword("in") {
		p.giveUp()
	}
	x.CollExpr = p.expression()
	p.colon()
	x.ValExpr = p.expression()
	if p.space(); p.ahead("=>") {
		p.token(2)
		x.KeyExpr, x.ValExpr = x.ValExpr, p.expression()
		p.space()
	}
	if p.ahead("...") {
		p.token(3)
		x.Group = true
		p.space()
	}
	if p.keyword("if") {
		x.CondExpr = p.expression()
		p.space()
	}
	if object := closer == '}'; object != (x.KeyExpr != nil) || x.Group && !object {
		p.giveUp()
	}
	x.CloseRange = p.expect(closer)
	x.SrcRange = p.between(open.Start, x.CloseRange.End)
	return x
}
