package graph

import (
	"strings"

	"safeguard/internal/logic"
)

// A Body is what a front end provides of a resource or nested block. It
// evaluates when asked, so nobody pays for what no rule reads.
type Body interface {
	// Attr is the attribute's value, absent if it is not written.
	Attr(name string) Value
	// Blocks are the nested blocks of a type. Where the front end's syntax
	// allows a block to be written as an attribute, it makes no difference.
	Blocks(typ string) Blocks
	// Location is the place of the block.
	Location() Location
	// Names lists the attributes and block types that are written, in order.
	Names() (attrs, blocks []string)
}

// A Block is one nested block.
type Block struct {
	Body
	// Maybe marks the representative of an unknown number of blocks, zero
	// included: a dynamic block whose for_each is not known.
	Maybe bool
	// Cause says why, for such a block.
	Cause Cause
}

// Get is the value at a path of block types and attribute names, see Path.
func (b Block) Get(path string) Value { return Path(b.Body, path) }

// Blocks is a list of nested blocks. The zero value holds none.
type Blocks struct {
	Items []Block
	// At is the place to name where blocks are missing.
	At Location
}

// Exist decides whether there is at least one block.
func (bs Blocks) Exist() logic.Truth {
	return bs.Any(func(Block) logic.Truth { return logic.True })
}

// Any decides whether f is true for at least one block.
func (bs Blocks) Any(f func(Block) logic.Truth) logic.Truth {
	r := logic.False
	for _, b := range bs.Items {
		t := f(b)
		if b.Maybe {
			t = t.And(logic.Unknown)
		}
		r = r.Or(t)
	}
	return r
}

// All decides whether f is true for every block (so also for none).
func (bs Blocks) All(f func(Block) logic.Truth) logic.Truth {
	return bs.Any(func(b Block) logic.Truth { return f(b).Not() }).Not()
}

// Cause says why it is not known how many blocks there are, zero if it is.
func (bs Blocks) Cause() Cause {
	for _, b := range bs.Items {
		if b.Maybe {
			return b.Cause
		}
	}
	return Cause{}
}

// Path reads the value at a dotted path such as
// "metadata_options.http_tokens": block types, then an attribute, then keys of
// a map. It is absent where a block on the way is, unknown where such a block
// may or may not be, and takes the first block where there are several: use
// it where the provider allows one.
func Path(b Body, path string) Value {
	name, rest, nested := strings.Cut(path, ".")
	if !nested {
		return b.Attr(name)
	}
	if bs := b.Blocks(name); len(bs.Items) > 0 {
		if first := bs.Items[0]; first.Maybe {
			return UnknownValue(first.Cause).From(place(first.Location()))
		} else {
			return Path(first, rest)
		}
	}
	v := b.Attr(name)
	for rest != "" && v.kind == KindMap {
		name, rest, _ = strings.Cut(rest, ".")
		v = v.Key(name)
	}
	if rest != "" && v.kind != KindUnknown {
		return AbsentValue().From(place(b.Location()))
	}
	return v
}

// place is the origin of something that is not there.
type place Location

func (p place) Location() Location { return Location(p) }
func (p place) Via() []Hop         { return nil }

// At is an Origin for a bare location.
func At(l Location) Origin { return place(l) }

// BlocksOf makes blocks of a value: a list of maps, or one map. An unknown
// value is one block that may be and knows nothing.
func BlocksOf(v Value) Blocks {
	bs := Blocks{At: v.Location()}
	switch v.kind {
	case KindMap:
		bs.Items = []Block{{Body: valueBody{v}}}
	case KindList:
		for _, e := range v.list {
			if e.origin == nil {
				e.origin = v.origin
			}
			e.sensitive = e.sensitive || v.sensitive
			bs.Items = append(bs.Items, Block{Body: valueBody{e}})
		}
	case KindUnknown:
		bs.Items = []Block{{Body: valueBody{v}, Maybe: true, Cause: v.Cause()}}
	}
	return bs
}

// valueBody reads a map (or an unknown) as the body of a block.
type valueBody struct{ v Value }

func (b valueBody) Attr(name string) Value     { return b.v.Key(name) }
func (b valueBody) Blocks(typ string) Blocks   { return BlocksOf(b.v.Key(typ)) }
func (b valueBody) Location() Location         { return b.v.Location() }
func (b valueBody) Names() (attrs, _ []string) { return b.v.Keys(), nil }
