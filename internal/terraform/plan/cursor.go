package plan

import "safeguard/internal/terraform/schema"

// A cursor is a place in the configuration of a resource, next to a value that
// is known only after apply. The zero cursor stands for a plan that says
// nothing of the configuration.
type cursor struct {
	kind place
	raw  raw
}

type place uint8

const (
	nowhere     place = iota
	unset             // the configuration does not mention it
	unclear           // a dynamic block, or one of several that cannot be told apart
	atAttribute       // raw is an expression
	atBlock           // raw holds expressions by attribute
	atBlocks          // raw is a list of such
)

// child is the place of an attribute or type of blocks.
func (c cursor) child(name string, s shape) cursor {
	switch c.kind {
	case unset:
		return cursor{kind: unclear}
	case atBlocks:
		if e := c.raw.list(); len(e) == 1 {
			return cursor{atBlock, e[0]}.child(name, s)
		}
		return cursor{kind: unclear}
	case atBlock:
		x := c.raw.get(name)
		switch {
		case x == nil:
			return cursor{kind: unset}
		case x.isArray():
			return cursor{atBlocks, x}
		case s.nested != nil && s.attr == nil && !isExpression(x):
			return cursor{atBlock, x}
		}
		return cursor{atAttribute, x}
	}
	return c
}

// isExpression reports whether x is an expression rather than a block.
func isExpression(x raw) bool {
	return x.get("references") != nil || x.get("constant_value") != nil
}

// element is the place of the element v, the i-th of n.
func (c cursor) element(v raw, i, n int, s shape) cursor {
	switch c.kind {
	case unset:
		return cursor{kind: unclear}
	case atBlocks:
		if n > maxMatched {
			return cursor{kind: unclear}
		}
		blocks := c.raw.list()
		if len(blocks) == n && (n == 1 || s.nested != nil && s.nested.Mode == schema.List) {
			return cursor{atBlock, blocks[i]}
		}
		return match(blocks, v)
	}
	return c
}

// maxMatched is the number of blocks up to which each is looked for.
const maxMatched = 1000

// match finds the block in the configuration that an element of a set comes
// from: the one that shares the most constants with it and contradicts none.
func match(blocks []raw, v raw) cursor {
	found, most, several := raw(nil), -1, false
	for _, b := range blocks {
		n := 0
		for k, x := range b.fields() {
			constant := x.get("constant_value")
			if constant == nil || constant.isArray() || constant.isObject() {
				continue
			}
			if !sameScalar(constant, v.get(k.text())) {
				n = -1
				break
			}
			n++
		}
		switch {
		case n > most:
			found, most, several = b, n, false
		case n == most && n >= 0 && string(b) != string(found):
			several = true
		}
	}
	if found == nil || several {
		return cursor{kind: unclear}
	}
	return cursor{atBlock, found}
}

// sameScalar compares as Terraform converts: 443 is "443".
func sameScalar(a, b raw) bool {
	if a.isNothing() || b.isNothing() {
		return a.isNothing() && b.isNothing()
	}
	text := func(r raw) string {
		if r.isString() {
			return r.text()
		}
		return string(r)
	}
	return text(a) == text(b)
}
