package config

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// A jsonNode is a JSON value with its place.
type jsonNode struct {
	kind    jsonKind
	text    string // of a string, unescaped, or of a number or bool, as written
	items   []*jsonNode
	members []jsonMember
	rng     hcl.Range
}

// A jsonMember is a property of an object. Names may repeat.
type jsonMember struct {
	name    string
	nameRng hcl.Range
	value   *jsonNode
}

// parseJSON parses src as one JSON value, as strictly as encoding/json does.
func parseJSON(src []byte, path string) (*jsonNode, *Diagnostic) {
	s := jsonScanner{src: src, path: path, pos: hcl.InitialPos}
	if len(src) >= 3 && string(src[:3]) == "\uFEFF" {
		s.pos.Byte = 3
	}
	s.space()
	node := s.value(0)
	s.space()
	if s.problem == nil && s.pos.Byte < len(src) {
		s.fail("extra characters after the JSON value")
	}
	if s.problem != nil {
		return nil, s.problem
	}
	return node, nil
}

type jsonScanner struct {
	src     []byte
	path    string
	pos     hcl.Pos
	values  int
	problem *Diagnostic // the first; everything stops at it
}

func (s *jsonScanner) fail(format string, args ...any) {
	if s.problem == nil {
		s.problem = &Diagnostic{Severity: Error, Summary: "Invalid JSON", Detail: fmt.Sprintf(format, args...), Range: s.since(s.pos)}
	}
}

func (s *jsonScanner) since(start hcl.Pos) hcl.Range {
	return hcl.Range{Filename: s.path, Start: start, End: s.pos}
}

// peek returns the byte at hand, 0 at the end or after a problem. NUL bytes
// never come this far.
func (s *jsonScanner) peek() byte {
	if s.problem != nil || s.pos.Byte >= len(s.src) {
		return 0
	}
	return s.src[s.pos.Byte]
}

// advance goes over n bytes of the same line, of one column each.
func (s *jsonScanner) advance(n int) {
	s.pos.Byte += n
	s.pos.Column += n
}

func (s *jsonScanner) space() {
	for {
		switch s.peek() {
		case '\n':
			s.pos.Byte++
			s.pos.Line++
			s.pos.Column = 1
		case ' ', '\t', '\r':
			s.advance(1)
		default:
			return
		}
	}
}

func (s *jsonScanner) value(depth int) *jsonNode {
	if depth > maxNesting {
		s.fail("more than %d arrays and objects are nested here", maxNesting)
		return nil
	}
	if s.values++; s.values > maxTokens/2 {
		s.fail("this file has more than %d values", maxTokens/2)
		return nil
	}
	start := s.pos
	node := &jsonNode{}
	switch c := s.peek(); {
	case c == '{':
		node.kind = jsonObject
		s.object(node, depth)
	case c == '[':
		node.kind = jsonArray
		s.array(node, depth)
	case c == '"':
		node.kind, node.text = jsonString, s.string()
	case c == '-' || '0' <= c && c <= '9':
		node.kind, node.text = jsonNumber, s.word("a number")
	case c == 0:
		s.fail("a JSON value is missing here")
	default:
		switch node.text = s.word("a JSON value"); node.text {
		case "true", "false":
			node.kind = jsonBool
		}
	}
	node.rng = s.since(start)
	return node
}

func (s *jsonScanner) object(node *jsonNode, depth int) {
	s.advance(1)
	s.space()
	if s.peek() == '}' {
		s.advance(1)
		return
	}
	for s.problem == nil {
		s.space()
		start := s.pos
		if s.peek() != '"' {
			s.fail("a property name in double quotes is missing here")
			return
		}
		m := jsonMember{name: s.string(), nameRng: s.since(start)}
		s.space()
		if s.peek() != ':' {
			s.fail("a colon is missing after the property name %q", m.name)
			return
		}
		s.advance(1)
		s.space()
		m.value = s.value(depth + 1)
		node.members = append(node.members, m)
		if s.space(); !s.more('}') {
			return
		}
	}
}

func (s *jsonScanner) array(node *jsonNode, depth int) {
	s.advance(1)
	s.space()
	if s.peek() == ']' {
		s.advance(1)
		return
	}
	for s.problem == nil {
		s.space()
		node.items = append(node.items, s.value(depth+1))
		if s.space(); !s.more(']') {
			return
		}
	}
}

// more reads a comma, or the bracket that ends the list of them.
func (s *jsonScanner) more(end byte) bool {
	switch s.peek() {
	case ',':
		s.advance(1)
		return true
	case end:
		s.advance(1)
	default:
		s.fail("a comma or %q is missing here", end)
	}
	return false
}

// word reads a number, true, false or null.
func (s *jsonScanner) word(what string) string {
	end := s.pos.Byte
	for end < len(s.src) && (isIdentStart(s.src[end]) || '0' <= s.src[end] && s.src[end] <= '9' ||
		s.src[end] == '+' || s.src[end] == '-' || s.src[end] == '.') {
		end++
	}
	word := s.src[s.pos.Byte:end]
	if !json.Valid(word) {
		s.fail("this is not %s", what)
		return ""
	}
	s.advance(len(word))
	return string(word)
}

// string reads a string in quotes.
func (s *jsonScanner) string() string {
	end, plain := s.pos.Byte+1, true
	for ; end < len(s.src) && s.src[end] != '"'; end++ {
		switch c := s.src[end]; {
		case c == '\\':
			plain = false
			end++
		case c < ' ':
			s.pos.Byte = end
			s.fail("a string goes over the end of the line or has a control character that is not escaped")
			return ""
		}
	}
	if end >= len(s.src) {
		s.fail("the string that begins here is not closed")
		return ""
	}
	quoted := s.src[s.pos.Byte : end+1]
	if !utf8.Valid(quoted) {
		s.fail("this string is not valid UTF-8")
		return ""
	}
	text := string(quoted[1 : len(quoted)-1])
	if !plain && json.Unmarshal(quoted, &text) != nil {
		s.fail("this string has an invalid escape")
		return ""
	}
	s.pos.Byte += len(quoted)
	s.pos.Column += utf8.RuneCount(quoted)
	return text
}
