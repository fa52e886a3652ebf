package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type atomKind uint8

const (
	charAtom     atomKind = iota // one literal character
	oneAtom                      // ?
	anyAtom                      // *
	symbolAtom                   // a reference or the like: one definite text, not empty
	holeAtom                     // a hole: nobody knows the text
	variableAtom                 // a policy variable: text of the request
	// partitionAtom is the partition of an ARN where the document does not say
	// it. AWS accepts no document with the partition of another kind of
	// account, so that it equals whatever it is compared with.
	partitionAtom
)

// An atom is a piece of a pattern.
type atom struct {
	kind atomKind
	// plain says of a hole that its text is definite and without wildcards.
	plain bool
	char  rune
	// name says which reference, variable or exact hole this is; nil for a
	// hole that is not exact.
	name *name
}

// A name is what tells unknown texts apart.
type name struct {
	// subject is an address or a variable, detail what of it.
	subject, detail string
	// identity says that the text tells one resource from all others of its
	// kind.
	identity bool
}

// same reports whether a and b certainly stand for equal texts.
func (a atom) same(b atom) bool {
	return a.kind == b.kind && a.name != nil && b.name != nil &&
		a.name.subject == b.name.subject && a.name.detail == b.name.detail
}

// identity reports whether a tells one resource from all others.
func (a atom) identity() bool { return a.name != nil && a.name.identity }

// A syntax says how a text is to be read as a pattern.
type syntax struct {
	wild      bool // * and ? are wildcards
	fold      bool // case does not matter
	arn       bool // references to ARNs are taken apart
	variables bool // ${…} is a policy variable
}

// compile reads text as a pattern.
func (y syntax) compile(text string) []atom {
	atoms := make([]atom, 0, len(text))
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case y.wild && c == '*':
			// ** matches what * does.
			if n := len(atoms); n == 0 || atoms[n-1].kind != anyAtom {
				atoms = append(atoms, atom{kind: anyAtom})
			}
			i++
		case y.wild && c == '?':
			atoms = append(atoms, atom{kind: oneAtom})
			i++
		case y.variables && c == '$' && strings.HasPrefix(text[i:], "${"):
			var n int
			atoms, n = appendVariable(atoms, text[i:])
			i += n
		case c == start[0] && strings.HasPrefix(text[i:], start):
			p, rest, ok := cutPlaceholder(text[i:])
			if !ok {
				atoms = append(atoms, atom{char: startRune})
				i += len(start)
				continue
			}
			atoms = y.appendPlaceholder(atoms, p)
			i = len(text) - len(rest)
		default:
			r, n := rune(c), 1
			if c >= utf8.RuneSelf {
				r, n = utf8.DecodeRuneInString(text[i:])
			}
			if y.fold {
				r = unicode.ToLower(r)
			}
			atoms = append(atoms, atom{char: r})
			i += n
		}
	}
	if y.arn {
		atoms = openPartition(atoms)
	}
	return atoms
}

// appendVariable appends the policy variable that text begins with: ${*}, ${?}
// and ${$} are those characters, ${aws:username} is text of the request, also
// with a default as in ${aws:username, 'nobody'}.
func appendVariable(atoms []atom, text string) ([]atom, int) {
	n := strings.IndexByte(text, '}')
	if n < 0 {
		return append(atoms, atom{char: '$'}), 1
	}
	switch key := text[2:n]; key {
	case "*", "?", "$":
		return append(atoms, atom{char: rune(key[0])}), n + 1
	default:
		// Names of condition keys are case-insensitive.
		return append(atoms, atom{kind: variableAtom, name: &name{subject: strings.ToLower(key)}}), n + 1
	}
}

func (y syntax) appendPlaceholder(atoms []atom, p placeholder) []atom {
	switch {
	case !p.hole && y.arn:
		return appendReference(atoms, p)
	case !p.hole:
		return append(atoms, symbol(p.address, p.attribute))
	}
	a := atom{kind: holeAtom, plain: p.plain()}
	if p.exact {
		a.name = &name{subject: p.base, detail: p.cause}
	}
	if a.plain && p.exact {
		a.kind = symbolAtom
	}
	return append(atoms, a)
}

func symbol(address, attribute string) atom {
	return atom{kind: symbolAtom, name: &name{subject: address, detail: attribute}}
}

// identity is the symbol that tells one resource from all others.
func identity(address, attribute string) atom {
	return atom{kind: symbolAtom, name: &name{subject: address, detail: attribute, identity: true}}
}

func appendText(atoms []atom, text string) []atom {
	for _, r := range text {
		atoms = append(atoms, atom{char: r})
	}
	return atoms
}

// hasText reports whether atoms begin with a literal text.
func hasText(atoms []atom, text string) bool {
	if len(atoms) < len(text) {
		return false
	}
	for i, c := range []byte(text) {
		if atoms[i].kind != charAtom || atoms[i].char != rune(c) {
			return false
		}
	}
	return true
}

// openPartition replaces the partition of an ARN by a partitionAtom where one
// placeholder stands for it: arn:${data.aws_partition.current.partition}:s3:::b.
func openPartition(atoms []atom) []atom {
	const at = len("arn:")
	if !hasText(atoms, "arn:") || len(atoms) < at+2 {
		return atoms
	}
	if k := atoms[at].kind; k != symbolAtom && k != holeAtom {
		return atoms
	}
	if colon := atoms[at+1]; colon.kind == charAtom && colon.char == ':' {
		atoms[at] = atom{kind: partitionAtom}
	}
	return atoms
}

// partition returns the literal partition of an ARN pattern.
func partition(atoms []atom) ([]atom, bool) {
	const at = len("arn:")
	if !hasText(atoms, "arn:") {
		return nil, false
	}
	for i, a := range atoms[at:] {
		if a.kind != charAtom {
			return nil, false
		}
		if a.char == ':' {
			return atoms[at : at+i], i > 0
		}
	}
	return nil, false
}

// closePartition puts a partition in place of a partitionAtom.
func closePartition(atoms, with []atom) []atom {
	const at = len("arn:")
	if len(atoms) <= at || atoms[at].kind != partitionAtom {
		return atoms
	}
	closed := make([]atom, 0, len(atoms)+len(with))
	closed = append(closed, atoms[:at]...)
	closed = append(closed, with...)
	return append(closed, atoms[at+1:]...)
}

// agree settles the partitions of patterns that are compared with one another.
func agree(ps [][]atom, q []atom) ([][]atom, []atom) {
	open := len(q) > 4 && q[4].kind == partitionAtom
	for _, p := range ps {
		open = open || len(p) > 4 && p[4].kind == partitionAtom
	}
	if !open {
		return ps, q
	}
	with, ok := partition(q)
	for i := 0; i < len(ps) && !ok; i++ {
		with, ok = partition(ps[i])
	}
	if !ok {
		with = appendText(nil, "aws")
	}
	closed := make([][]atom, len(ps))
	for i, p := range ps {
		closed[i] = closePartition(p, with)
	}
	return closed, closePartition(q, with)
}
