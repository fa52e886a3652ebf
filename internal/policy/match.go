package policy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"safeguard/internal/logic"
)

// Patterns as policies use them: actions regardless of case, resources with
// their case and with ARNs taken apart.
var (
	actionSyntax   = syntax{wild: true, fold: true}
	resourceSyntax = syntax{wild: true, arn: true, variables: true}
)

// ActionCovers decides whether pattern matches every action that other, itself
// a pattern, matches: s3:* covers s3:Get*.
func ActionCovers(pattern, other string) logic.Truth {
	return covers([]string{pattern}, other, actionSyntax)
}

// ActionIntersects decides whether some action matches both patterns:
// kms:Decr* and kms:*crypt do.
func ActionIntersects(a, b string) logic.Truth { return intersects(a, b, actionSyntax) }

// ResourceCovers decides whether pattern matches every ARN that other, itself
// a pattern, matches. Policy variables stand for text of the request: they
// cover nothing but themselves.
func ResourceCovers(pattern, other string) logic.Truth {
	return covers([]string{pattern}, other, resourceSyntax)
}

// ResourceIntersects decides whether some ARN matches both patterns.
func ResourceIntersects(a, b string) logic.Truth { return intersects(a, b, resourceSyntax) }

// Equal decides whether two texts are equal. Nothing in them is a wildcard. A
// reference equals itself, and what AWS derives from it: the ARN of a bucket
// equals arn:aws:s3::: and the bucket's id.
func Equal(a, b string) logic.Truth { return equal(a, b, syntax{arn: true}) }

func equal(a, b string, y syntax) logic.Truth {
	if !strings.Contains(a, start) && !strings.Contains(b, start) {
		return logic.Of(a == b || y.fold && strings.EqualFold(a, b))
	}
	if isOpen(a) || isOpen(b) {
		return logic.Unknown
	}
	return covers([]string{a}, b, y)
}

// covers decides whether every text that q matches is matched by one of ps,
// whatever the references in them turn out to be: True if so, False if not,
// Unknown if it depends or if a hole leaves it open.
func covers(ps []string, q string, y syntax) logic.Truth {
	special := start
	if y.wild {
		special += "*?"
	}
	if y.variables {
		special += "$"
	}
	// Most questions need no automaton.
	fancy := strings.ContainsAny(q, special)
	for _, p := range ps {
		switch {
		case y.wild && p == "*":
			return logic.True
		case strings.ContainsAny(p, special):
			fancy = true
		case p == q || y.fold && strings.EqualFold(p, q):
			return logic.True
		}
	}
	if !fancy {
		return logic.False
	}
	var compiled [][]atom
	for _, p := range ps {
		if !y.beginApart(p, q) {
			compiled = append(compiled, y.compile(p))
		}
	}
	if len(compiled) == 0 {
		return logic.False
	}
	return coversAtoms(compiled, y.compile(q))
}

// beginApart reports whether two texts have different literal beginnings, so
// that they match nothing in common. It is quick where compiling is not.
func (y syntax) beginApart(a, b string) bool {
	for i := range min(len(a), len(b)) {
		c, d := a[i], b[i]
		if y.fold {
			c, d = lower(c), lower(d)
		}
		if !plainByte(c) || !plainByte(d) {
			return false
		}
		if c != d {
			return true
		}
	}
	return false
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// plainByte reports whether c stands for itself in every syntax.
func plainByte(c byte) bool { return c != '*' && c != '?' && c != '$' && c < utf8.RuneSelf }

func coversAtoms(ps [][]atom, q []atom) logic.Truth {
	ps, q = agree(ps, q)
	near := ps[:0:0]
	for _, p := range ps {
		if !disjoint(p, q) {
			near = append(near, p)
		}
	}
	if len(near) == 0 {
		return logic.False
	}
	// A definite beginning that all share settles nothing.
	for len(q) > 0 && !slices.ContainsFunc(near, func(p []atom) bool { return len(p) == 0 || !shared(p[0], q[0]) }) {
		for i := range near {
			near[i] = near[i][1:]
		}
		q = q[1:]
	}
	switch {
	case newCover(near, q, false).proved():
		return logic.True
	case !newCover(near, q, true).proved():
		return logic.False
	}
	return logic.Unknown
}

// disjoint reports whether p and q certainly match nothing in common, looking
// only at how they begin.
func disjoint(p, q []atom) bool {
	for i := range min(len(p), len(q)) {
		a, b := p[i], q[i]
		if a.identity() && b.identity() {
			return a.name.detail == b.name.detail && differ(a.name.subject, b.name.subject) &&
				delimited(p[i+1:]) && delimited(q[i+1:])
		}
		if a.kind == charAtom && b.kind == charAtom {
			if a.char != b.char {
				// Behind a reference the positions no longer tell.
				return literal(p[:i]) && literal(q[:i])
			}
			continue
		}
		if a.kind != b.kind || a.kind == anyAtom || a.kind == holeAtom {
			return false
		}
	}
	return false
}

func literal(atoms []atom) bool {
	for _, a := range atoms {
		if a.kind != charAtom {
			return false
		}
	}
	return true
}

// delimited reports whether what stands before atoms, an identity, ends there:
// names of resources have no slash or colon.
func delimited(atoms []atom) bool {
	return len(atoms) == 0 || atoms[0].kind == charAtom && (atoms[0].char == '/' || atoms[0].char == ':')
}

// differ reports whether two addresses certainly belong to two resources of
// one type, which never share an identity.
func differ(a, b string) bool {
	ka, da, oka := resourceType(a)
	kb, db, okb := resourceType(b)
	return oka && okb && !da && !db && ka == kb && a != b && !isOneOfMany(a) && !isOneOfMany(b)
}

// isOneOfMany reports whether an address has an instance key that is not
// known, so that it may be any of the instances.
func isOneOfMany(address string) bool {
	return strings.Contains(address, "[*]") || strings.Contains(address, "[?]")
}

// intersects decides whether some text is matched by both patterns.
func intersects(a, b string, y syntax) logic.Truth {
	switch {
	case isOpen(a) || isOpen(b):
		return logic.Unknown
	case y.beginApart(a, b):
		return logic.False
	}
	ps, q := agree([][]atom{y.compile(a)}, y.compile(b))
	p := ps[0]
	switch {
	case disjoint(p, q):
		return logic.False
	}
	p, q = trim(p, q)
	switch {
	case meets(simplify(p, false), simplify(q, false)):
		return logic.True
	case !meets(simplify(p, true), simplify(q, true)):
		return logic.False
	}
	return logic.Unknown
}

// shared reports whether a and b are the same definite text.
func shared(a, b atom) bool {
	return a.kind == charAtom && b.kind == charAtom && a.char == b.char || a.kind == symbolAtom && a.same(b)
}

// trim cuts off the definite text that both patterns begin and end with.
func trim(p, q []atom) ([]atom, []atom) {
	for len(p) > 0 && len(q) > 0 && shared(p[0], q[0]) {
		p, q = p[1:], q[1:]
	}
	for len(p) > 0 && len(q) > 0 && shared(p[len(p)-1], q[len(q)-1]) {
		p, q = p[:len(p)-1], q[:len(q)-1]
	}
	return p, q
}

// simplify prepares a pattern for meets. Text of the request can be anything.
// If loose, so can references and holes, and what does not meet then never
// meets; otherwise they are letters of their own, and what meets then always
// meets.
func simplify(atoms []atom, loose bool) []atom {
	out := make([]atom, 0, len(atoms)+1)
	for _, a := range atoms {
		switch {
		case a.kind == variableAtom, a.kind == holeAtom && loose:
			out = append(out, atom{kind: anyAtom})
		case a.kind == symbolAtom && loose:
			out = append(out, atom{kind: oneAtom}, atom{kind: anyAtom})
		default:
			out = append(out, a)
		}
	}
	return out
}

// meets reports whether the patterns have a text in common: a walk over the
// pairs of positions that one text can reach.
func meets(p, q []atom) bool {
	row, next := make([]bool, len(q)+1), make([]bool, len(q)+1)
	row[0] = true
	for i := 0; ; i++ {
		for j := range q {
			if row[j] && (q[j].kind == anyAtom || i < len(p) && p[i].kind == anyAtom) {
				row[j+1] = true
			}
		}
		if i == len(p) {
			return row[len(q)]
		}
		clear(next)
		for j := range row {
			switch {
			case !row[j]:
			case p[i].kind == anyAtom:
				next[j] = true
			case j == len(q):
			case q[j].kind == anyAtom:
				next[j] = true
			case consumes(p[i], q[j]):
				next[j+1] = true
			}
		}
		row, next = next, row
	}
}

// consumes reports whether two atoms, none of them a *, match one and the same
// character or reference.
func consumes(a, b atom) bool {
	switch {
	case a.kind == oneAtom:
		return b.kind == charAtom || b.kind == oneAtom
	case b.kind == oneAtom:
		return a.kind == charAtom
	case a.kind == charAtom:
		return b.kind == charAtom && a.char == b.char
	}
	return a.same(b)
}
