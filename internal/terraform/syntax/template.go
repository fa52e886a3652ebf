package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// label parses a quoted string without template sequences.
func (p *parser) label() word {
	start := p.pos()
	p.token(1)
	end := p.at
	for end < len(p.src) && p.src[end] != '"' {
		if b := p.src[end]; b == '\\' || b == '$' || b == '%' || b == '\n' {
			p.giveUp()
		}
		end++
	}
	text := p.src[p.at:end]
	p.wide(end)
	p.expect('"')
	return word{p.between(start, p.prev), text}
}

// quoted parses a quoted template.
func (p *parser) quoted() hclsyntax.Expression {
	start := p.pos()
	p.token(1)
	var parts []hclsyntax.Expression
	text := false
	for {
		from := p.pos()
		s := p.quotedText()
		if p.at > from.Byte {
			text = true
			parts = append(parts, p.literal(cty.StringVal(s), p.between(from, p.pos())))
		}
		if p.here('"') {
			break
		}
		parts = append(parts, p.interpolation())
	}
	p.token(1)
	if len(parts) == 1 && !text {
		return &hclsyntax.TemplateWrapExpr{Wrapped: parts[0], SrcRange: p.between(start, p.prev)}
	}
	return p.template(parts, start)
}

// template makes a template of the parts that has just ended.
func (p *parser) template(parts []hclsyntax.Expression, start hcl.Pos) hclsyntax.Expression {
	if len(parts) == 0 {
		parts = append(parts, p.literal(cty.StringVal(""), p.between(p.prev, p.prev)))
	}
	t := p.templates.make()
	t.Parts, t.SrcRange = parts, p.between(start, p.prev)
	return t
}

// interpolation parses "${...}".
func (p *parser) interpolation() hclsyntax.Expression {
	p.step()
	p.token(2)
	if p.here('~') {
		p.giveUp()
	}
	was := p.include(false)
	x := p.expression()
	p.space()
	p.expect('}')
	p.newlines = was
	return x
}

// quotedText reads text up to a quote or an interpolation.
func (p *parser) quotedText() string {
	var b strings.Builder
	from := p.at // what b does not have yet
	i := p.at
	marks, wide := false, false
scan:
	for {
		if i == len(p.src) {
			p.giveUp()
		}
		switch c := p.src[i]; {
		case c == '"':
			break scan
		case c == '\n':
			p.giveUp()
		case c == '\\':
			b.WriteString(p.src[from:i])
			b.WriteByte(p.escape(i + 1))
			i += 2
			from = i
		case c == '$' || c == '%':
			next := p.sequence(i)
			if next == i {
				break scan
			}
			marks = true
			if next == i+3 {
				b.WriteString(p.src[from:i])
				from = i + 1
			}
			i = next
		default:
			wide = wide || c >= utf8.RuneSelf
			i++
		}
	}
	if marks && wide {
		p.giveUp() // hclsyntax counts the characters of each piece
	}
	text := p.src[from:i]
	if b.Len() > 0 || from > p.at {
		b.WriteString(text)
		text = b.String()
	}
	p.wide(i)
	return text
}

// escape returns what the byte at i stands for behind a backslash.
func (p *parser) escape(i int) byte {
	if i < len(p.src) {
		switch c := p.src[i]; c {
		case 'n':
			return '\n'
		case 'r':
			return '\r'
		case 't':
			return '\t'
		case '"', '\\':
			return c
		}
	}
	p.giveUp()
	return 0
}

// sequence returns where the text goes on behind the "$" or "%" at i: there if
// an interpolation begins, three bytes on if it is escaped.
func (p *parser) sequence(i int) int {
	rest, mark := p.src[i+1:], p.src[i]
	switch {
	case rest == "":
		p.giveUp()
	case rest[0] == '{':
		if mark == '%' {
			p.giveUp()
		}
		return i
	case rest[0] == mark && strings.HasPrefix(rest[1:], "{"):
		return i + 3
	case rest[0] == '$' || rest[0] == '%' || rest[0] == '\\' || rest[0] == '"' || rest[0] == '\n' || rest[0] >= utf8.RuneSelf:
		p.giveUp() // where hclsyntax cuts such text is its secret
	}
	return i + 1
}
