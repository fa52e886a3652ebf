package graph

import (
	"slices"
	"sync"
)

// bearers finds the resources of one type by their names, so that a name need
// not be compared with each of thousands.
type bearers struct {
	once   sync.Once
	byName map[string][]int // positions in OfType, by literal name
	open   []int            // of those with a name that is not literal
}

// bearers lists the resources of a type that the value v may name, in order of
// declaration: all of them, unless v is a literal name.
func (g *Graph) bearers(typ string, v Value) []*Resource {
	all := g.OfType(typ)
	if v.kind != KindString || HasPlaceholder(v.text) || len(all) < 2 {
		return all
	}
	x, _ := g.indexes.LoadOrStore("bearers\x00"+typ, &bearers{})
	idx := x.(*bearers)
	idx.once.Do(func() { idx.add(all) })
	at := slices.Concat(idx.byName[nameIn(v.text)], idx.byName[lastSegment(v.text)], idx.open)
	slices.Sort(at)
	rs := make([]*Resource, 0, len(at))
	for _, i := range slices.Compact(at) {
		rs = append(rs, all[i])
	}
	return rs
}

func (b *bearers) add(all []*Resource) {
	b.byName = make(map[string][]int, len(all))
	for i, r := range all {
		for _, n := range r.Names() {
			if n.kind == KindString && !HasPlaceholder(n.text) {
				name, last := nameIn(n.text), lastSegment(n.text)
				b.byName[name] = append(b.byName[name], i)
				b.byName[last] = append(b.byName[last], i)
			} else {
				b.open = append(b.open, i)
			}
		}
	}
}
