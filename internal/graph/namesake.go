package graph

import (
	"slices"
	"sync"

	"safeguard/internal/logic"
)

// namesakes are the resources of one type by their names, as far as two names
// can be told to be equal: literal ones, and those that are or hold the very
// value of a variable that is not known.
type namesakes struct {
	once   sync.Once
	byName map[string][]*Resource
}

// namedAlike decides by its own words whether v names r: True where r bears the
// very name that v is, known or not, and is meant; False where another resource
// of r's type does, since AWS gives a name once; Unknown otherwise.
func (g *Graph) namedAlike(v Value, r *Resource) logic.Truth {
	name := nameKey(v)
	if name == "" {
		return logic.Unknown
	}
	switch found := g.namesakes(name, r.Type); {
	case len(found) == 0:
		return logic.Unknown
	case !slices.Contains(found, r):
		return logic.False
	}
	return g.meant(v, r)
}

// namesakes are the resources of a type that bear a name, each once.
func (g *Graph) namesakes(name, typ string) []*Resource {
	x, _ := g.indexes.LoadOrStore("names\x00"+typ, &namesakes{})
	idx := x.(*namesakes)
	idx.once.Do(func() {
		idx.byName = make(map[string][]*Resource)
		for _, r := range g.OfType(typ) {
			for _, n := range r.Names() {
				k := nameKey(n)
				if same := idx.byName[k]; k != "" && (len(same) == 0 || same[len(same)-1] != r) {
					idx.byName[k] = append(same, r)
				}
			}
		}
	})
	return idx.byName[name]
}

// nameKey is equal for two values that are certainly equal names, "" for a
// value of which that cannot be told.
func nameKey(v Value) string {
	switch v.kind {
	case KindUnknown:
		if c := v.Cause(); c.Exact && c.Base != "" {
			return c.Placeholder()
		}
	case KindString:
		for _, p := range Parts(v.text) {
			if p.Hole != nil && (!p.Hole.Exact || p.Hole.Base == "") {
				return ""
			}
		}
		return nameIn(v.text)
	}
	return ""
}
