package schema

import (
	_ "embed"
	"iter"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/layout"
)

//go:embed aws.schema
var raw string

var embedded = &file{data: raw}

// A file is the schema in the form of package layout. It is read in place.
type file struct {
	data string
	memo struct {
		once   sync.Once
		blocks []atomic.Pointer[Block]
		types  []atomic.Pointer[cty.Type]
		values []atomic.Pointer[cty.Value]
	}
}

// remember makes room for what was decoded.
func (f *file) remember() {
	f.memo.once.Do(func() {
		f.memo.blocks = make([]atomic.Pointer[Block], f.count(layout.Blocks))
		f.memo.types = make([]atomic.Pointer[cty.Type], f.count(layout.Types))
		f.memo.values = make([]atomic.Pointer[cty.Value], f.count(layout.Values))
	})
}

// number reads a fixed-size number.
func (f *file) number(at int) int {
	d := f.data[at : at+4]
	return int(d[0]) | int(d[1])<<8 | int(d[2])<<16 | int(d[3])<<24
}

func (f *file) section(s int) int { return f.number(len(layout.Magic) + 4*s) }

func (f *file) count(section int) int { return f.number(f.section(section)) }

// record returns one record of a table.
func (f *file) record(section int, i uint32) string {
	at := f.section(section)
	base := at + 4*(f.number(at)+2)
	offset := at + 4 + 4*int(i)
	return f.data[base+f.number(offset) : base+f.number(offset+4)]
}

func (f *file) text(i uint32) string { return f.record(layout.Strings, i) }

// find looks a name up in an index.
func (f *file) find(section int, name string) *Block {
	at := f.section(section)
	low, high := 0, f.number(at)
	for low < high {
		middle := int(uint(low+high) / 2)
		entry := at + 4 + 8*middle
		switch c := strings.Compare(f.text(uint32(f.number(entry))), name); {
		case c < 0:
			low = middle + 1
		case c > 0:
			high = middle
		default:
			return f.block(uint32(f.number(entry + 4)))
		}
	}
	return nil
}

func (f *file) names(section int) iter.Seq[string] {
	return func(yield func(string) bool) {
		at := f.section(section)
		for i := range f.number(at) {
			if !yield(f.text(uint32(f.number(at + 4 + 8*i)))) {
				return
			}
		}
	}
}

// block returns the one Block of a record, not decoded yet.
func (f *file) block(i uint32) *Block {
	f.remember()
	slot := &f.memo.blocks[i]
	if slot.Load() == nil {
		slot.CompareAndSwap(nil, &Block{record: i})
	}
	return slot.Load()
}
