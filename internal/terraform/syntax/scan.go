package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// A word is an identifier, or a label, and its place.
type word struct {
	hcl.Range
	text string
}

// pos is the place of the byte that is read next.
func (p *parser) pos() hcl.Pos {
	return hcl.Pos{Line: p.line, Column: p.at - p.lineStart + 1, Byte: p.at}
}

func (p *parser) between(start, end hcl.Pos) hcl.Range {
	return hcl.Range{Filename: p.filename, Start: start, End: end}
}

// here reports whether b is read next.
func (p *parser) here(b byte) bool { return p.at < len(p.src) && p.src[p.at] == b }

// ahead reports whether s is read next.
func (p *parser) ahead(s string) bool { return strings.HasPrefix(p.src[p.at:], s) }

// token reads n bytes that are on one line and one column each.
func (p *parser) token(n int) hcl.Range {
	start := p.pos()
	p.at += n
	p.prev = p.pos()
	return p.between(start, p.prev)
}

// expect reads b.
func (p *parser) expect(b byte) hcl.Range {
	if !p.here(b) {
		p.giveUp()
	}
	return p.token(1)
}

// space skips spaces and comments, and newlines where they do not count. A
// comment that ends a line counts as its newline.
func (p *parser) space() {
	for p.at < len(p.src) {
		switch b := p.src[p.at]; {
		case b == ' ' || b == '\t':
			p.at++
		case b == '\n' || b == '#' || b == '/' && p.ahead("//"):
			end := strings.IndexByte(p.src[p.at:], '\n')
			switch {
			case end < 0:
				p.wide(len(p.src))
			case p.newlines:
				return
			default:
				p.newline()
			}
		case b == '/' && p.ahead("/*"):
			p.comment()
		default:
			return
		}
	}
}

// comment skips a comment that may have many lines.
func (p *parser) comment() {
	n := strings.Index(p.src[p.at+2:], "*/")
	if n < 0 {
		p.giveUp()
	}
	end := p.at + 2 + n + 2
	text := p.src[p.at:end]
	if !ascii(text) {
		p.giveUp()
	}
	if last := strings.LastIndexByte(text, '\n'); last >= 0 {
		p.line += strings.Count(text, "\n")
		p.lineStart = p.at + last + 1
	}
	p.at = end
}

// atNewline reports whether a newline, or a comment before one, is next.
func (p *parser) atNewline() bool {
	return p.here('\n') || p.here('#') || p.here('/') && p.ahead("//")
}

// newline skips what is left of the line.
func (p *parser) newline() {
	p.at += strings.IndexByte(p.src[p.at:], '\n') + 1
	p.line++
	p.lineStart = p.at
}

// wide moves on to end, on the same line, where characters may have many bytes.
func (p *parser) wide(end int) {
	text := p.src[p.at:end]
	p.at = end
	if ascii(text) {
		return
	}
	// hcl says what counts as one character: it depends on Unicode's version.
	all := func(data []byte, _ bool) (int, []byte, error) { return len(data), data, nil }
	scanner := hcl.NewRangeScanner([]byte(text), "", all)
	scanner.Scan()
	p.lineStart += len(text) - (scanner.Range().End.Column - 1)
}

// ident reads an identifier.
func (p *parser) ident() word {
	n := identLength(p.src[p.at:])
	if n == 0 || p.at+n < len(p.src) && p.src[p.at+n] >= utf8.RuneSelf {
		p.giveUp()
	}
	text := p.src[p.at : p.at+n]
	return word{p.token(n), text}
}

// keyword reads the identifier called name if it is next.
func (p *parser) keyword(name string) bool {
	if !p.ahead(name) || identLength(p.src[p.at:]) != len(name) {
		return false
	}
	p.ident()
	return true
}

func identLength(s string) int {
	n := 0
	for n < len(s) && (identStart(s[n]) || n > 0 && (s[n] == '-' || digit(s[n]))) {
		n++
	}
	return n
}

func identStart(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_'
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
