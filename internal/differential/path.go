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

// String is p as inspect writes it: rule[0].tags.Name.
func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

// within reports whether the path p, as a string, is at or below q.
func within(p, q string) bool {
	rest, ok := strings.CutPrefix(p, q)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
