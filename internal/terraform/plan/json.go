package plan

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"safeguard/internal/graph"
)

// A raw is the text of one JSON value, a part of a document that was found to
// be valid. It is looked into without decoding it, so that what no rule reads
// costs a scan over its bytes at most. The nil raw stands for a value that is
// not there.
type raw []byte

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// end is the index after the value that begins at i.
func end(data []byte, i int) int {
	switch data[i] {
	case '"':
		return stringEnd(data, i)
	case '{', '[':
		depth := 0
		for i < len(data) {
			switch data[i] {
			case '"':
				i = stringEnd(data, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			i++
			if depth == 0 {
				return i
			}
		}
		return len(data)
	}
	for i < len(data) {
		switch data[i] {
		case ',', '}', ']', ':', ' ', '\n', '\t', '\r':
			return i
		}
		i++
	}
	return i
}

// stringEnd is the index after the string that begins at i.
func stringEnd(data []byte, i int) int {
	// Most strings are short: looking at each byte is faster than a search.
	for near := min(i+32, len(data)); ; {
		i++
		if i >= near {
			break
		}
		switch data[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	for start := i; i < len(data); {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			break
		}
		i += n + 1
		escapes := 0
		for j := i - 2; j >= start && data[j] == '\\'; j-- {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return len(data)
}

func (r raw) first() byte {
	if len(r) == 0 {
		return 0
	}
	return r[0]
}

func (r raw) isObject() bool { return r.first() == '{' }
func (r raw) isArray() bool  { return r.first() == '[' }
func (r raw) isString() bool { return r.first() == '"' }
func (r raw) isTrue() bool   { return r.first() == 't' }

// isNothing reports whether the value is not there, or null.
func (r raw) isNothing() bool { return len(r) == 0 || r[0] == 'n' }

// has reports whether true stands anywhere within r, a tree of booleans.
func (r raw) hasTrue() bool { return bytes.Contains(r, []byte("true")) }

// fields yields the keys of an object, as JSON strings, with their values.
func (r raw) fields() iter.Seq2[raw, raw] {
	return func(yield func(key, value raw) bool) {
		if !r.isObject() {
			return
		}
		for i := skipSpace(r, 1); i < len(r) && r[i] == '"'; {
			k := stringEnd(r, i)
			key := r[i:k]
			i = skipSpace(r, skipSpace(r, k)+1)
			if i >= len(r) {
				return
			}
			e := end(r, i)
			if !yield(key, r[i:e]) {
				return
			}
			i = skipSpace(r, skipSpace(r, e)+1)
		}
	}
}

// elements yields the elements of an array.
func (r raw) elements() iter.Seq[raw] {
	return func(yield func(raw) bool) {
		if !r.isArray() {
			return
		}
		for i := skipSpace(r, 1); i < len(r) && r[i] != ']'; {
			e := end(r, i)
			if e == i || !yield(r[i:e]) {
				return
			}
			i = skipSpace(r, skipSpace(r, e)+1)
		}
	}
}

// list is all elements of an array.
func (r raw) list() []raw { return slices.Collect(r.elements()) }

// is reports whether r is the string s, which has nothing to escape.
func (r raw) is(s string) bool {
	return len(r) == len(s)+2 && r[0] == '"' && string(r[1:len(r)-1]) == s
}

// get is the value of an object's key, nil if there is none.
func (r raw) get(name string) raw {
	for k, v := range r.fields() {
		if k.is(name) {
			return v
		}
	}
	return nil
}

// at follows keys into objects.
func (r raw) at(names ...string) raw {
	for _, n := range names {
		r = r.get(n)
	}
	return r
}

// text is the string that r is, "" for anything else. Runes by which the graph
// marks placeholders become U+FFFD, as do bytes that are not UTF-8.
func (r raw) text() string {
	if !r.isString() || len(r) < 2 {
		return ""
	}
	inner := r[1 : len(r)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return clean(string(inner))
	}
	var s string
	if json.Unmarshal(r, &s) != nil {
		return ""
	}
	return clean(s)
}

func clean(s string) string {
	if !graph.HasPlaceholder(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '\uE000' && r <= '\uE002' {
			return utf8.RuneError
		}
		return r
	}, s)
}

// finder looks keys up in an object: one scan for each in a small one, a table
// for a large one.
func (r raw) finder() func(key raw) raw {
	const small = 2 << 10
	if len(r) <= small {
		return func(key raw) raw {
			for k, v := range r.fields() {
				if bytes.Equal(k, key) {
					return v
				}
			}
			return nil
		}
	}
	table := map[string]raw{}
	for k, v := range r.fields() {
		table[string(k)] = v
	}
	return func(key raw) raw { return table[string(key)] }
}
