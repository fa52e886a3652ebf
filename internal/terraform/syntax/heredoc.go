package syntax

import (
	"math"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A piece is a part of a here-document: an expression, or text of one line.
type piece struct {
	hcl.Range
	text string
	expr hclsyntax.Expression
}

// heredoc parses a here-document as far as its marker.
func (p *parser) heredoc() hclsyntax.Expression {
	start := p.pos()
	if !p.ahead("<<") {
		p.giveUp()
	}
	p.token(2)
	flush := p.here('-')
	if flush {
		p.token(1)
	}
	marker := p.ident().text
	if !p.here('\n') {
		p.giveUp()
	}
	p.newline()
	var pieces []piece
	for !p.closes(marker) {
		pieces = p.heredocLine(pieces)
	}
	if flush {
		unindent(pieces)
	}
	var parts []hclsyntax.Expression
	for i := 0; i < len(pieces); {
		if x := pieces[i].expr; x != nil {
			parts = append(parts, x)
			i++
			continue
		}
		var text strings.Builder
		first := i
		for ; i < len(pieces) && pieces[i].expr == nil; i++ {
			text.WriteString(pieces[i].text)
		}
		parts = append(parts, p.literal(cty.StringVal(text.String()), p.between(pieces[first].Start, pieces[i-1].End)))
	}
	return p.template(parts, start)
}

// closes reads the line of the marker if it is next.
func (p *parser) closes(marker string) bool {
	end := strings.IndexByte(p.src[p.at:], '\n')
	if end < 0 {
		p.giveUp() // hclsyntax wants a newline behind the marker
	}
	if strings.Trim(p.src[p.at:p.at+end], " \t") != marker {
		return false
	}
	p.token(end)
	return true
}

// heredocLine reads the pieces of a line, which begins here, and its newline.
func (p *parser) heredocLine(pieces []piece) []piece {
	for {
		start, i := p.pos(), p.at
		for i < len(p.src) && p.src[i] != '\n' {
			if c := p.src[i]; c == '$' || c == '%' {
				next := p.sequence(i)
				if next == i {
					break
				}
				i = next
			} else {
				i++
			}
		}
		if i == len(p.src) {
			p.giveUp()
		}
		raw := p.src[p.at:i]
		if !ascii(raw) {
			p.giveUp()
		}
		text := unescape(raw)
		p.at = i
		if p.src[i] == '\n' {
			p.newline()
			return append(pieces, piece{Range: p.between(start, p.pos()), text: text + "\n"})
		}
		if raw != "" {
			pieces = append(pieces, piece{Range: p.between(start, p.pos()), text: text})
		}
		pieces = append(pieces, piece{expr: p.interpolation()})
	}
}

// unescape takes the first mark from "$${" and "%%{".
func unescape(s string) string {
	if strings.Contains(s, "$${") {
		s = strings.ReplaceAll(s, "$${", "${")
	}
	if strings.Contains(s, "%%{") {
		s = strings.ReplaceAll(s, "%%{", "%{")
	}
	return s
}

// unindent takes from every line the spaces that all have, but for blank ones.
func unindent(pieces []piece) {
	least := math.MaxInt
	var lines []*piece
	fresh := true
	for i := range pieces {
		x := &pieces[i]
		if fresh {
			indent := 0
			if x.expr == nil {
				rest := strings.TrimLeft(x.text, " \t\n")
				if rest == "" && strings.HasSuffix(x.text, "\n") {
					indent = math.MaxInt
				} else {
					indent = len(x.text) - len(rest)
					lines = append(lines, x)
				}
			}
			least = min(least, indent)
		}
		fresh = x.expr == nil && strings.HasSuffix(x.text, "\n")
	}
	for _, x := range lines {
		x.text = x.text[least:]
		x.Start.Column += least
		x.Start.Byte += least
	}
}
