package schema

import (
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"safeguard/internal/terraform/schema/layout"
)

// A reader reads the varints of a record.
type reader struct{ rest string }

func (r *reader) next() uint32 {
	var v uint32
	for shift := 0; ; shift += 7 {
		b := r.rest[0]
		r.rest = r.rest[1:]
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

func (f *file) decode(record uint32) *content {
	r := &reader{f.record(layout.Blocks, record)}
	c := &content{attrs: make([]Attr, r.next())}
	for i := range c.attrs {
		c.attrs[i] = f.decodeAttr(r)
	}
	c.nested = make([]Nested, r.next())
	for i := range c.nested {
		c.nested[i] = f.decodeNested(r)
	}
	for i := range c.nested {
		if n := &c.nested[i]; n.Attribute {
			for j := range c.attrs {
				if c.attrs[j].Name == n.Name {
					c.attrs[j].elem = n.Block
				}
			}
		}
	}
	return c
}

func (f *file) decodeAttr(r *reader) Attr {
	a := Attr{Name: f.text(r.next()), typ: r.next()}
	flags := r.next()
	a.Required = flags&layout.Required != 0
	a.Optional = flags&layout.Optional != 0
	a.Computed = flags&layout.Computed != 0
	a.Sensitive = flags&layout.Sensitive != 0
	a.WriteOnly = flags&layout.WriteOnly != 0
	a.ForceNew = flags&layout.ForceNew != 0
	a.Removed = flags&layout.Removed != 0
	a.Added = flags&layout.Added != 0
	a.Identity = flags&layout.Identity != 0
	a.plannedNull = flags&layout.PlannedNull != 0
	a.plannedUnknown = flags&layout.PlannedUnknown != 0
	if flags&layout.HasDefault != 0 {
		a.fallback = r.next() + 1
	}
	return a
}

func (f *file) decodeNested(r *reader) Nested {
	n := Nested{Name: f.text(r.next())}
	flags := r.next()
	n.Mode = Mode(flags & layout.ModeMask)
	n.Computed = flags&layout.NestedComputed != 0
	n.ForceNew = flags&layout.NestedForceNew != 0
	n.Removed = flags&layout.NestedRemoved != 0
	n.Added = flags&layout.NestedAdded != 0
	n.Sensitive = flags&layout.NestedSensitive != 0
	n.Attribute = flags&layout.NestedAttribute != 0
	n.Min, n.Max = int(r.next()), int(r.next())
	n.Block = f.block(r.next())
	return n
}

func (f *file) typeAt(i uint32) cty.Type {
	f.remember()
	slot := &f.memo.types[i]
	if t := slot.Load(); t != nil {
		return *t
	}
	t := f.decodeType(i)
	slot.Store(&t)
	return t
}

func (f *file) decodeType(i uint32) cty.Type {
	r := &reader{f.record(layout.Types, i)}
	switch kind := byte(r.next()); kind {
	case layout.Bool:
		return cty.Bool
	case layout.Number:
		return cty.Number
	case layout.String:
		return cty.String
	case layout.List:
		return cty.List(f.typeAt(r.next()))
	case layout.Set:
		return cty.Set(f.typeAt(r.next()))
	case layout.Map:
		return cty.Map(f.typeAt(r.next()))
	case layout.Object:
		n := int(r.next())
		types := make(map[string]cty.Type, n)
		for range n {
			name := f.text(r.next())
			types[name] = f.typeAt(r.next())
		}
		return cty.Object(types)
	}
	return cty.DynamicPseudoType
}

// valueAt returns a default.
func (f *file) valueAt(i uint32) (cty.Value, bool) {
	f.remember()
	slot := &f.memo.values[i]
	if v := slot.Load(); v != nil {
		return *v, true
	}
	r := &reader{f.record(layout.Values, i)}
	t := f.typeAt(r.next())
	v, err := ctyjson.Unmarshal([]byte(r.rest), t)
	if err != nil {
		return cty.NilVal, false
	}
	slot.Store(&v)
	return v, true
}
