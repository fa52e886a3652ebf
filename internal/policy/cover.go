package policy

import "math/bits"

// maxWork bounds one question about wildcards, in states looked at. Real
// patterns need some thousands; made-up ones can need exponentially many.
const maxWork = 1 << 20

// A cover asks whether every text that one pattern (the goal) matches is
// matched by at least one of several others. It runs the goal against an
// automaton of the others, whose states are the positions within them.
//
// A wildcard of the goal can be any character, so also one that occurs nowhere
// else: if that one is covered, all others are. References and policy
// variables are letters of their own.
//
// A strict cover takes nothing for granted of references and holes, and proves
// that the goal is covered whatever they are. A loose cover lets them be
// whatever helps, and if even that does not help then the goal is certainly
// not covered. Even then a reference is one definite text, which cannot match
// the character that occurs nowhere else.
type cover struct {
	loose  bool
	goal   []atom
	states []atom // the patterns one behind the other, each with a final state
	final  bitset
	first  bitset
	work   int
	seen   map[string]bool
}

// finalAtom marks the final state of a pattern; it matches nothing.
const finalAtom atomKind = 255

// restOfSymbol is the state of a loose cover within the text of a reference.
var restOfSymbol = atom{kind: holeAtom, plain: true}

func newCover(ps [][]atom, goal []atom, loose bool) *cover {
	c := &cover{loose: loose, goal: goal, seen: map[string]bool{}}
	var first, final []int
	for _, p := range ps {
		first = append(first, len(c.states))
		for _, a := range p {
			c.states = append(c.states, a)
			if loose && a.kind == symbolAtom {
				c.states = append(c.states, restOfSymbol)
			}
		}
		final = append(final, len(c.states))
		c.states = append(c.states, atom{kind: finalAtom})
	}
	c.first, c.final = newBitset(len(c.states)), newBitset(len(c.states))
	for i := range ps {
		c.first.set(first[i])
		c.final.set(final[i])
	}
	return c
}

// proved reports whether the goal is covered. Out of work, it answers what
// leaves the question open.
func (c *cover) proved() bool { return c.from(0, c.spread(c.first)) }

// from reports whether the goal from position i on is covered from any of the
// states in set on.
func (c *cover) from(i int, set bitset) bool {
	for ; ; i++ {
		if c.work += len(c.states); c.work > maxWork {
			return c.loose
		}
		if set.empty() {
			return false
		}
		if i == len(c.goal) {
			return set.meets(c.final)
		}
		switch a := c.goal[i]; {
		case a.kind == anyAtom, a.kind == holeAtom && a.name == nil && !c.loose:
			return c.fromAny(i+1, set)
		case c.loose && (a.kind == symbolAtom || a.kind == holeAtom):
			reached := c.helped(set, a)
			if a.kind == holeAtom {
				reached.add(set)
			}
			set = reached
		default:
			set = c.step(set, a)
		}
	}
}

// fromAny is from behind a *: the rest has to be covered however many
// characters it matches.
func (c *cover) fromAny(i int, set bitset) bool {
	fresh := atom{kind: oneAtom}
	for {
		key := set.key(i)
		if c.seen[key] {
			// Covered before, or being asked already.
			return true
		}
		c.seen[key] = true
		if !c.from(i, set) {
			return false
		}
		set = c.step(set, fresh)
	}
}

// step returns the states behind one letter of the goal; oneAtom is the
// character that occurs nowhere else.
func (c *cover) step(set bitset, letter atom) bitset {
	next := newBitset(len(c.states))
	for i := range set.all() {
		switch a := c.states[i]; a.kind {
		case anyAtom:
			next.set(i)
		case oneAtom:
			if letter.kind == charAtom || letter.kind == oneAtom {
				next.set(i + 1)
			}
		case symbolAtom:
			if a.same(letter) || c.loose && letter.kind == charAtom {
				next.set(i + 1)
			}
		case holeAtom:
			if a.same(letter) {
				next.set(i + 1)
			}
			if c.loose && (letter.kind == charAtom || !a.plain) {
				next.set(i)
			}
		case charAtom:
			if letter.kind == charAtom && a.char == letter.char {
				next.set(i + 1)
			}
		case variableAtom:
			if a.same(letter) {
				next.set(i + 1)
			}
		case partitionAtom:
			if letter.kind == partitionAtom {
				next.set(i + 1)
			}
		}
	}
	return c.spread(next)
}

// helped returns the states behind a text of the goal that may be whatever
// leads furthest: a hole, or a reference that the patterns lack at this place.
func (c *cover) helped(set bitset, text atom) bitset {
	reached := newBitset(len(c.states))
	for i := range set.all() {
		if c.states[i].kind == symbolAtom && c.states[i].same(text) {
			reached.set(i + 2)
			continue
		}
		for ; ; i++ {
			c.work++
			k := c.states[i].kind
			if k == anyAtom || k == holeAtom {
				reached.set(i)
			}
			if k == finalAtom || k == variableAtom {
				break
			}
			reached.set(i + 1)
		}
	}
	return c.spread(reached)
}

// spread adds the states that are reached without a letter.
func (c *cover) spread(set bitset) bitset {
	for i := range set.all() {
		for k := c.states[i]; k.kind == anyAtom || c.loose && k.kind == holeAtom; k = c.states[i] {
			i++
			set.set(i)
		}
	}
	return set
}

// A bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

func (b bitset) meets(o bitset) bool {
	for i, w := range b {
		if w&o[i] != 0 {
			return true
		}
	}
	return false
}

func (b bitset) add(o bitset) {
	for i, w := range o {
		b[i] |= w
	}
}

// all yields the members of b in order; it may grow meanwhile.
func (b bitset) all() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range b {
			for w := b[i]; w != 0; w &= w - 1 {
				if !yield(i*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// key identifies b together with a number.
func (b bitset) key(n int) string {
	k := make([]byte, 0, 8*len(b)+8)
	for _, w := range append(bitset{uint64(n)}, b...) {
		for range 8 {
			k = append(k, byte(w))
			w >>= 8
		}
	}
	return string(k)
}
