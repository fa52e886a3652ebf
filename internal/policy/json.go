package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of a document. AWS's own are far lower (20 KB for a bucket policy, 32
// KB for a key policy); placeholders make a document longer than AWS sees it.
const (
	maxSize  = 256 << 10
	maxDepth = 64
)

type nodeKind uint8

const (
	nullNode nodeKind = iota
	boolNode
	numberNode
	stringNode
	arrayNode
	objectNode
)

func (k nodeKind) String() string {
	return [...]string{"null", "a Boolean", "a number", "a string", "a list", "an object"}[k]
}

// A node is a JSON value and where it begins.
type node struct {
	kind    nodeKind
	offset  int
	text    string // of a string, number or Boolean
	items   []node
	members []member
}

type member struct {
	key    string
	offset int
	value  node
}

// A decoder reads JSON in which placeholders may stand within strings, with
// their quotes escaped or not (a heredoc escapes nothing), and in place of a
// value.
type decoder struct {
	text string
	pos  int
	// bare is the first hole found outside a string: text that may have been
	// any piece of JSON, so that an error after it proves nothing.
	bare *placeholder
}

// decode reads the one value that text consists of.
func decode(text string) (node, error) {
	d := &decoder{text: text}
	n, err := d.document()
	if err == nil {
		return n, nil
	}
	if d.bare == nil {
		d.hole()
	}
	if d.bare != nil {
		return node{}, &UnknownError{Cause: d.bare.reason()}
	}
	return node{}, err
}

func (d *decoder) document() (node, error) {
	if strings.HasPrefix(d.text, "\uFEFF") {
		return node{}, d.errorf(0, "the document begins with a byte order mark")
	}
	if len(d.text) > maxSize {
		return node{}, d.errorf(0, "the document has %d bytes, more than %d", len(d.text), maxSize)
	}
	n, err := d.value(0)
	if err != nil {
		return node{}, err
	}
	if d.space(); d.pos < len(d.text) {
		return node{}, d.errorf(d.pos, "unexpected %s after the document", d.found())
	}
	return n, nil
}

func (d *decoder) value(depth int) (node, error) {
	if depth > maxDepth {
		return node{}, d.errorf(d.pos, "values are nested more than %d deep", maxDepth)
	}
	d.space()
	n := node{offset: d.pos}
	if d.pos == len(d.text) {
		return n, d.errorf(d.pos, "unexpected end of the document")
	}
	var err error
	switch c := d.text[d.pos]; {
	case c == '{':
		n.kind = objectNode
		n.members, err = d.object(depth)
	case c == '[':
		n.kind = arrayNode
		n.items, err = d.array(depth)
	case c == '"':
		n.kind = stringNode
		n.text, err = d.string()
	case c == '-' || c >= '0' && c <= '9':
		n.kind = numberNode
		n.text, err = d.number()
	case d.hole():
		n.kind, n.text = stringNode, openHole(d.bare.reason())
	default:
		n.kind, n.text, err = d.word()
	}
	return n, err
}

func (d *decoder) object(depth int) ([]member, error) {
	var members []member
	var seen keys
	d.pos++
	for {
		d.space()
		if len(members) == 0 && d.accept('}') {
			return members, nil
		}
		m := member{offset: d.pos}
		if d.pos == len(d.text) || d.text[d.pos] != '"' {
			return nil, d.errorf(d.pos, "expected an object key, found %s", d.found())
		}
		var err error
		if m.key, err = d.string(); err != nil {
			return nil, err
		}
		if seen.has(members, m.key) {
			return nil, d.errorf(m.offset, "duplicate key %q", Display(m.key))
		}
		if d.space(); !d.accept(':') {
			return nil, d.errorf(d.pos, "expected : after the key %q, found %s", Display(m.key), d.found())
		}
		if m.value, err = d.value(depth + 1); err != nil {
			return nil, err
		}
		members = append(members, m)
		d.space()
		if d.accept('}') {
			return members, nil
		}
		if !d.accept(',') {
			return nil, d.errorf(d.pos, "expected , or } in the object, found %s", d.found())
		}
	}
}

// keys are those of the members of one object, once they are many.
type keys map[string]bool

// has reports whether one of the members has the key, and remembers it.
func (k *keys) has(members []member, key string) bool {
	const few = 16
	if len(members) < few {
		return slices.ContainsFunc(members, func(m member) bool { return m.key == key })
	}
	if *k == nil {
		*k = keys{}
		for _, m := range members {
			(*k)[m.key] = true
		}
	}
	found := (*k)[key]
	(*k)[key] = true
	return found
}

func (d *decoder) array(depth int) ([]node, error) {
	var items []node
	d.pos++
	for {
		d.space()
		if len(items) == 0 && d.accept(']') {
			return items, nil
		}
		n, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, n)
		d.space()
		if d.accept(']') {
			return items, nil
		}
		if !d.accept(',') {
			return nil, d.errorf(d.pos, "expected , or ] in the list, found %s", d.found())
		}
	}
}

func (d *decoder) string() (string, error) {
	d.pos++
	from := d.pos
	var b *strings.Builder // only once the text differs from its source
	flush := func(to int) {
		if b == nil {
			b = new(strings.Builder)
		}
		b.WriteString(d.text[from:to])
	}
	for d.pos < len(d.text) {
		switch c := d.text[d.pos]; {
		case c == '"':
			s := d.text[from:d.pos]
			if b != nil {
				b.WriteString(s)
				s = b.String()
			}
			d.pos++
			return s, nil
		case c == '\\':
			flush(d.pos)
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
			from = d.pos
		case c < ' ':
			return "", d.errorf(d.pos, "a control character in a string: write it as \\u%04x", c)
		case c < utf8.RuneSelf:
			d.pos++
		default:
			if n := placeholderLen(d.text[d.pos:]); n > 0 {
				flush(d.pos)
				b.WriteString(unescaped(d.text[d.pos : d.pos+n]))
				d.pos += n
				from = d.pos
				continue
			}
			r, n := utf8.DecodeRuneInString(d.text[d.pos:])
			if r == utf8.RuneError && n == 1 {
				return "", d.errorf(d.pos, "a byte that is not UTF-8")
			}
			d.pos += n
		}
	}
	return "", d.errorf(from-1, "a string without an end")
}

// placeholderLen is the length of the placeholder that s begins with, or 0.
func placeholderLen(s string) int {
	if !strings.HasPrefix(s, start) {
		return 0
	}
	_, rest, ok := cutPlaceholder(s)
	if !ok {
		return 0
	}
	return len(s) - len(rest)
}

// unescaped undoes what JSON encoding does to a placeholder: an address such as
// aws_kms_key.k["a"] has quotes.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\n`, "\n").Replace(s)
}

func (d *decoder) escape() (rune, error) {
	at := d.pos
	if at+1 == len(d.text) {
		return 0, d.errorf(at, "a string without an end")
	}
	c := d.text[at+1]
	d.pos += 2
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, ok := hexRune(d.text[d.pos:])
		if !ok {
			return 0, d.errorf(at, `\u needs four hexadecimal digits`)
		}
		d.pos += 4
		if utf16.IsSurrogate(r) && strings.HasPrefix(d.text[d.pos:], `\u`) {
			if low, ok := hexRune(d.text[d.pos+2:]); ok {
				if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
					d.pos += 6
					return pair, nil
				}
			}
		}
		return r, nil
	}
	return 0, d.errorf(at, `\%c is no escape`, c)
}

func hexRune(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

func (d *decoder) number() (string, error) {
	from := d.pos
	digits := func() bool {
		at := d.pos
		for d.pos < len(d.text) && d.text[d.pos] >= '0' && d.text[d.pos] <= '9' {
			d.pos++
		}
		return d.pos > at
	}
	d.accept('-')
	zero := d.accept('0')
	ok := zero || digits()
	if d.accept('.') {
		ok = digits() && ok
	}
	if d.accept('e') || d.accept('E') {
		_ = d.accept('+') || d.accept('-')
		ok = digits() && ok
	}
	if !ok {
		return "", d.errorf(from, "%q is no number", d.text[from:d.pos])
	}
	return d.text[from:d.pos], nil
}

func (d *decoder) word() (nodeKind, string, error) {
	for _, w := range [...]struct {
		text string
		kind nodeKind
	}{{"true", boolNode}, {"false", boolNode}, {"null", nullNode}} {
		if strings.HasPrefix(d.text[d.pos:], w.text) {
			d.pos += len(w.text)
			return w.kind, w.text, nil
		}
	}
	return 0, "", d.errorf(d.pos, "expected a value, found %s", d.found())
}

// hole passes a placeholder that stands outside a string.
func (d *decoder) hole() bool {
	if !strings.HasPrefix(d.text[d.pos:], start) {
		return false
	}
	p, rest, ok := cutPlaceholder(d.text[d.pos:])
	if ok {
		d.bare = &p
		d.pos = len(d.text) - len(rest)
	}
	return ok
}

// reason says why what stands in p's place is not known.
func (p placeholder) reason() string {
	if p.hole {
		return p.cause
	}
	return p.address + "." + p.attribute + " is known only after apply"
}

func (d *decoder) space() {
	for d.pos < len(d.text) && strings.IndexByte(" \t\r\n", d.text[d.pos]) >= 0 {
		d.pos++
	}
}

func (d *decoder) accept(c byte) bool {
	if d.pos < len(d.text) && d.text[d.pos] == c {
		d.pos++
		return true
	}
	return false
}

// found names what stands at the current position.
func (d *decoder) found() string {
	if d.pos == len(d.text) {
		return "the end of the document"
	}
	r, _ := utf8.DecodeRuneInString(d.text[d.pos:])
	return fmt.Sprintf("%q", r)
}

func (d *decoder) errorf(offset int, format string, args ...any) error {
	return errorAt(d.text, offset, format, args...)
}

// errorAt is the error for what stands at an offset of text.
func errorAt(text string, offset int, format string, args ...any) error {
	before := text[:min(offset, len(text))]
	return &SyntaxError{
		Line:    strings.Count(before, "\n") + 1,
		Column:  utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
		Message: fmt.Sprintf(format, args...),
	}
}

// A SyntaxError says where a text stops being a policy document.
type SyntaxError struct {
	Line, Column int // from 1, in characters
	Message      string
}

// Error is the place and the message.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// An UnknownError says that a document as a whole is not known, and why.
type UnknownError struct {
	Cause string
}

// Error says that the document is not known, and why.
func (e *UnknownError) Error() string { return "the policy document is not known: " + e.Cause }
