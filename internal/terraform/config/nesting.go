package config

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// hclsyntax parses by recursion, some 13 KB of stack a level, and Go ends the
// process when a stack passes 1 GB: eighty kilobytes of "[" would do it. It
// also joins the lines of a template one by one, which takes minutes for a
// here-document of a megabyte, and takes up to 400 bytes for every token. These
// limits are far above what people write.
const (
	maxNesting   = 500            // brackets, blocks and templates within one another
	maxOperators = 10_000         // operators that wait for the end of an expression
	maxJoin      = 10_000_000_000 // lines of a template times its bytes
	maxTokens    = 4_000_000      // words and signs, or values in JSON
)

// The contexts of a frame; of opening brackets the byte itself.
const (
	inInterpolation = '$'
	inQuotes        = '"'
	inHeredoc       = '<'
	inBareTemplate  = 't'
)

// refuse says why src must not be given to hclsyntax, and at which byte, or
// "". Context is '{' for a file, '(' for an expression, inBareTemplate for a
// template. It recognises strings, comments and here-documents as hclsyntax
// does and counts brackets on the safe side when they do not match.
func refuse(src []byte, context byte) (offset int, why string) {
	s := nesting{src: src, stack: make([]frame, 1, 16)}
	s.stack[0].kind = context
	for i := 0; i < len(src) && s.why == ""; {
		i = s.step(i)
	}
	for s.why == "" && len(s.stack) > 0 {
		s.pop(len(src))
	}
	return s.at, s.why
}

type nesting struct {
	src     []byte
	stack   []frame
	deepest int // the stack has been
	ops     int // of all frames
	join    int
	tokens  int
	at      int
	why     string
}

type frame struct {
	kind    byte
	midline bool // in a here-document, something stood on this line already
	ops     int  // operators since the last separator
	start   int
	pieces  int    // of literal text, in templates
	marker  []byte // that ends a here-document
}

type class uint8

const (
	plain class = iota
	blank
	separator
	lineEnd
	operator
	hash
	slash
	less
	opener
	closer
	closeBrace
	quote
	wide
)

var classes = func() (t [256]class) {
	for _, set := range []struct {
		class class
		bytes string
	}{
		{blank, " \t"}, {separator, ","}, {lineEnd, "\n"}, {operator, "!-+*%?:>=&|"}, {hash, "#"}, {slash, "/"},
		{less, "<"}, {opener, "([{"}, {closer, ")]"}, {closeBrace, "}"}, {quote, `"`},
	} {
		for _, b := range []byte(set.bytes) {
			t[b] = set.class
		}
	}
	for b := utf8.RuneSelf; b < len(t); b++ {
		t[b] = wide
	}
	return t
}()

// step reads on from i in the innermost frame until that changes.
func (s *nesting) step(i int) int {
	switch s.stack[len(s.stack)-1].kind {
	case inQuotes, inBareTemplate:
		return s.template(i)
	case inHeredoc:
		return s.heredoc(i)
	default:
		return s.code(i)
	}
}

// code reads from i to where a template begins or goes on.
func (s *nesting) code(i int) int {
	top := &s.stack[len(s.stack)-1]
	before := blank
	for ; i < len(s.src) && s.why == ""; i++ {
		c := classes[s.src[i]]
		if c != blank && (c != plain || before != plain) {
			s.count(i)
		}
		before = c
		switch c {
		case lineEnd:
			if top.kind == '{' {
				s.reset(top)
			}
		case separator:
			s.reset(top)
		case operator:
			s.operators(i, 1)
		case slash:
			switch {
			case bytes.HasPrefix(s.src[i:], []byte("//")):
				i = s.skipTo(i, "\n") - 1
			case bytes.HasPrefix(s.src[i:], []byte("/*")):
				end := s.skipTo(i+2, "*/")
				if end == len(s.src) {
					// hclsyntax would look for the end again at every later "/*".
					s.fail(i, "a comment that begins with /* is not closed")
				}
				i = end + 1
			default:
				s.operators(i, 1)
			}
		case hash:
			i = s.skipTo(i, "\n") - 1
		case less:
			if end, marker := heredocStart(s.src, i); marker != nil {
				s.push(frame{kind: inHeredoc, start: end, marker: marker})
				return end
			}
			if line := s.src[i:s.skipTo(i, "\n")]; bytes.HasPrefix(line, []byte("<<")) && !ascii(line) {
				// Which letters may stand in a marker is hclsyntax's secret.
				s.fail(i, "what follows << is not a here-document marker of plain letters and digits")
			}
			s.operators(i, 1)
		case quote:
			s.push(frame{kind: inQuotes, start: i})
			return i + 1
		case opener:
			s.push(frame{kind: s.src[i], start: i})
			top = &s.stack[len(s.stack)-1]
		case closer:
			matches := top.kind == '(' && s.src[i] == ')' || top.kind == '[' && s.src[i] == ']'
			if matches && len(s.stack) > 1 {
				s.pop(i)
				top = &s.stack[len(s.stack)-1]
				s.operators(i, 1) // a call or an index wraps what stands before it
			}
		case closeBrace:
			if s.closeBrace(i) {
				return i + 1
			}
			top = &s.stack[len(s.stack)-1]
		case wide:
			r, size := utf8.DecodeRune(s.src[i:])
			if r == utf8.RuneError && size == 1 {
				// hclsyntax may take the next byte, a bracket, for a part of it.
				s.fail(i, "this is not valid UTF-8")
			}
			i += size - 1
		}
	}
	return i
}

// closeBrace ends the nearest block, object or interpolation, and whatever
// was left open inside it, and reports whether a template goes on.
func (s *nesting) closeBrace(at int) bool {
	n := len(s.stack) - 1
	for n > 0 && s.stack[n].kind != '{' && s.stack[n].kind != inInterpolation {
		n--
	}
	if n == 0 {
		return false
	}
	interpolation := s.stack[n].kind == inInterpolation
	for len(s.stack) > n {
		s.pop(at)
	}
	return interpolation
}

// template reads quoted or bare template text from i to its end or the next
// interpolation.
func (s *nesting) template(i int) int {
	top := &s.stack[len(s.stack)-1]
	for ; i < len(s.src); i++ {
		switch s.src[i] {
		case '"':
			if top.kind == inQuotes {
				s.pop(i)
				return i + 1
			}
		case '\\':
			if top.kind == inQuotes {
				i++
			}
		case '\n':
			top.pieces++
		case '$', '%':
			if next, opened := s.sequence(i); opened {
				return next
			} else {
				i = next - 1
			}
		}
	}
	return i
}

// heredoc reads a here-document from i to its end marker or the next
// interpolation.
func (s *nesting) heredoc(i int) int {
	top := &s.stack[len(s.stack)-1]
	for i < len(s.src) && s.why == "" {
		s.count(i)
		end := s.skipTo(i, "\n")
		line := s.src[i:end]
		if !top.midline && end < len(s.src) && bytes.Equal(bytes.TrimSpace(line), top.marker) {
			s.pop(i)
			return end
		}
		for i < end {
			j := bytes.IndexAny(s.src[i:end], "$%")
			if j < 0 {
				break
			}
			next, opened := s.sequence(i + j)
			if opened {
				return next
			}
			i = next
		}
		top.midline = false
		top.pieces++
		i = end + 1
	}
	return i
}

// sequence reads the "$" or "%" at i and what belongs to it: it opens an
// interpolation or a directive, escapes one, or is text.
func (s *nesting) sequence(i int) (next int, opened bool) {
	s.count(i)
	rest, top := s.src[i+1:], &s.stack[len(s.stack)-1]
	top.midline = true
	top.pieces++
	switch {
	case len(rest) > 0 && rest[0] == '{':
		if s.src[i] == '%' {
			s.operators(i, 5) // the parser recurses into directives, with much copying
		}
		s.push(frame{kind: inInterpolation, start: i})
		return i + 2, true
	case len(rest) > 1 && rest[0] == s.src[i] && rest[1] == '{':
		return i + 3, false
	}
	return i + 1, false
}

func (s *nesting) push(f frame) {
	s.stack = append(s.stack, f)
	s.deepest = max(s.deepest, len(s.stack)-1)
	if s.deepest > maxNesting {
		s.fail(f.start, fmt.Sprintf("more than %d brackets, blocks and templates are nested here", maxNesting))
	}
}

// pop ends the innermost frame at byte end.
func (s *nesting) pop(end int) {
	top := &s.stack[len(s.stack)-1]
	s.reset(top)
	if s.join += top.pieces * (end - top.start); s.join > maxJoin {
		s.fail(top.start, fmt.Sprintf("a template of %d lines and %d bytes is too long for the parser", top.pieces, end-top.start))
	}
	s.stack = s.stack[:len(s.stack)-1]
}

func (s *nesting) reset(f *frame) {
	s.ops -= f.ops
	f.ops = 0
}

func (s *nesting) operators(at, n int) {
	s.stack[len(s.stack)-1].ops += n
	if s.ops += n; s.ops > maxOperators {
		s.fail(at, fmt.Sprintf("an expression has more than %d operators here", maxOperators))
	}
}

func (s *nesting) count(at int) {
	if s.tokens++; s.tokens > maxTokens {
		s.fail(at, fmt.Sprintf("this file has more than %d words and signs", maxTokens))
	}
}

func (s *nesting) fail(at int, why string) {
	if s.why == "" {
		s.at, s.why = at, why
	}
}

// skipTo returns where mark begins next, or the end.
func (s *nesting) skipTo(i int, mark string) int {
	if i >= len(s.src) {
		return len(s.src)
	}
	if j := bytes.Index(s.src[i:], []byte(mark)); j >= 0 {
		return i + j
	}
	return len(s.src)
}

// heredocStart reads "<<EOT" or "<<-EOT" and the line's end at i. The marker
// is nil if there is none.
func heredocStart(src []byte, i int) (end int, marker []byte) {
	rest, ok := bytes.CutPrefix(src[i:], []byte("<<"))
	if !ok {
		return 0, nil
	}
	rest = bytes.TrimPrefix(rest, []byte("-"))
	n := 0
	for n < len(rest) && (isIdentStart(rest[n]) || n > 0 && (rest[n] == '-' || '0' <= rest[n] && rest[n] <= '9')) {
		n++
	}
	after := bytes.TrimPrefix(rest[n:], []byte("\r"))
	if n == 0 || len(after) == 0 || after[0] != '\n' {
		return 0, nil
	}
	return len(src) - len(after) + 1, rest[:n]
}

func isIdentStart(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_'
}

func ascii(s []byte) bool {
	for _, b := range s {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
