package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/layout"
)

// An encoder writes the form of package layout. Equal records are written
// once.
type encoder struct {
	strings, types, values, blocks *table
}

type table struct {
	records [][]byte
	index   map[string]int
}

func newTable() *table { return &table{index: map[string]int{}} }

func (t *table) add(record []byte) int {
	i, ok := t.index[string(record)]
	if !ok {
		i = len(t.records)
		t.index[string(record)] = i
		t.records = append(t.records, record)
	}
	return i
}

func (t *table) bytes() []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(t.records)))
	offset := 0
	for _, r := range t.records {
		out = binary.LittleEndian.AppendUint32(out, uint32(offset))
		offset += len(r)
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(offset))
	return append(out, slices.Concat(t.records...)...)
}

// encode writes the whole file.
func encode(resources, data map[string]*block) ([]byte, error) {
	e := &encoder{newTable(), newTable(), newTable(), newTable()}
	e.addNames(resources, data)
	var indexes [2][]byte
	for i, blocks := range []map[string]*block{resources, data} {
		index := binary.LittleEndian.AppendUint32(nil, uint32(len(blocks)))
		for _, name := range slices.Sorted(maps.Keys(blocks)) {
			record, err := e.block(blocks[name])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			index = binary.LittleEndian.AppendUint32(index, uint32(e.strings.add([]byte(name))))
			index = binary.LittleEndian.AppendUint32(index, uint32(record))
		}
		indexes[i] = index
	}
	sections := [layout.Sections][]byte{
		layout.Strings: e.strings.bytes(), layout.Types: e.types.bytes(), layout.Values: e.values.bytes(),
		layout.Blocks: e.blocks.bytes(), layout.Resources: indexes[0], layout.DataSources: indexes[1],
	}
	out := []byte(layout.Magic)
	offset := len(out) + 4*len(sections)
	for _, s := range sections {
		out = binary.LittleEndian.AppendUint32(out, uint32(offset))
		offset += len(s)
	}
	for _, s := range sections {
		out = append(out, s...)
	}
	return out, nil
}

// addNames gives the shortest numbers to the names that occur most.
func (e *encoder) addNames(all ...map[string]*block) {
	count := map[string]int{}
	var walk func(b *block)
	walk = func(b *block) {
		for name, a := range b.attrs {
			count[name]++
			if a.elem != nil {
				walk(a.elem)
			}
		}
		for name, n := range b.nested {
			count[name]++
			walk(n.block)
		}
	}
	for _, blocks := range all {
		for _, b := range blocks {
			walk(b)
		}
	}
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(-cmp.Compare(count[a], count[b]), cmp.Compare(a, b))
	})
	for _, name := range names {
		e.strings.add([]byte(name))
	}
}

func (e *encoder) block(b *block) (int, error) {
	inner := maps.Clone(b.nested)
	record := number(nil, len(b.attrs))
	for _, name := range slices.Sorted(maps.Keys(b.attrs)) {
		a := b.attrs[name]
		t, err := e.typ(a.typ)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		flags := a.flags
		if a.value != "" {
			flags |= layout.HasDefault
		}
		record = number(record, e.strings.add([]byte(name)), t, flags)
		if a.value != "" {
			record = number(record, e.values.add(append(number(nil, t), a.value...)))
		}
		if a.elem != nil {
			mode := layout.ModeList
			if a.typ.IsSetType() {
				mode = layout.ModeSet
			}
			inner[name] = &nested{mode: mode, flags: asNested(a.flags), block: a.elem}
		}
	}
	record = number(record, len(inner))
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		n := inner[name]
		position, err := e.block(n.block)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		record = number(record, e.strings.add([]byte(name)), n.mode|n.flags, n.min, n.max, position)
	}
	return e.blocks.add(record), nil
}

// asNested carries the flags of an attribute over to the blocks that may be
// written for it.
func asNested(flags int) int {
	out := layout.NestedAttribute
	for from, to := range map[int]int{
		layout.Computed: layout.NestedComputed, layout.ForceNew: layout.NestedForceNew,
		layout.Removed: layout.NestedRemoved, layout.Added: layout.NestedAdded, layout.Sensitive: layout.NestedSensitive,
	} {
		if flags&from != 0 {
			out |= to
		}
	}
	return out
}

func (e *encoder) typ(t cty.Type) (int, error) {
	switch {
	case t == cty.DynamicPseudoType:
		return e.types.add([]byte{layout.Dynamic}), nil
	case t == cty.Bool:
		return e.types.add([]byte{layout.Bool}), nil
	case t == cty.Number:
		return e.types.add([]byte{layout.Number}), nil
	case t == cty.String:
		return e.types.add([]byte{layout.String}), nil
	case t.IsListType():
		return e.collection(layout.List, t)
	case t.IsSetType():
		return e.collection(layout.Set, t)
	case t.IsMapType():
		return e.collection(layout.Map, t)
	case t.IsObjectType():
		types := t.AttributeTypes()
		record := number([]byte{layout.Object}, len(types))
		for _, name := range slices.Sorted(maps.Keys(types)) {
			inner, err := e.typ(types[name])
			if err != nil {
				return 0, err
			}
			record = number(record, e.strings.add([]byte(name)), inner)
		}
		return e.types.add(record), nil
	}
	return 0, fmt.Errorf("type %s has no form", t.FriendlyName())
}

func (e *encoder) collection(kind byte, t cty.Type) (int, error) {
	inner, err := e.typ(t.ElementType())
	return e.types.add(number([]byte{kind}, inner)), err
}

func number(record []byte, values ...int) []byte {
	for _, v := range values {
		record = binary.AppendUvarint(record, uint64(v))
	}
	return record
}
