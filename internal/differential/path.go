package differential

import (
	"strconv"
	"strings"
)

// A path is the way to a value within a resource: names and keys as strings,
// positions as ints.
type path []any

func (p path) key(name string) path { return append(p[:len(p):len(p)], name) }

func (p path) index(i int) path { return append(p[:len(p):len(p)], i) }

// String is p as inspect writes it: rule[0].tags["a b"].
func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		case string:
			switch {
			case !identifier(step):
				b.WriteString("[" + strconv.Quote(step) + "]")
			case b.Len() == 0:
				b.WriteString(step)
			default:
				b.WriteString("." + step)
			}
		}
	}
	return b.String()
}

func identifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

// within reports whether the path p, as a string, is at or below q.
func within(p, q string) bool {
	rest, ok := strings.CutPrefix(p, q)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
