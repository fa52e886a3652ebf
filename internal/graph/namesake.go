package graph

import "sync"

// namesakes are the resources of one type by their names, as far as two names
// can be told to be equal: literal ones, and those that are or hold the very
// value of a variable that is not known.
type namesakes struct {
	once   sync.Once
	byName map[string][]*Resource
}

// namedAlike decides by its own words whether v names r: True where r bears the
// very name that v is, known or not; False where another resource of r's type
// does, since AWS gives a name once; Unknown otherwise.
func (g *Graph) namedAlike(v Value, r *Resource) Truth {
	name := nameKey(v)
	if name == "" {
		return Unknown
	}
	x, _ := g.indexes.LoadOrStore("names\x00"+r.Type, &namesakes{})
	idx := x.(*namesakes)
	idx.once.Do(func() {
		idx.byName = make(map[string][]*Resource)
		for _, other := range g.OfType(r.Type) {
			for _, n := range other.Names() {
				if k := nameKey(n); k != "" {
					idx.byName[k] = append(idx.byName[k], other)
				}
			}
		}
	})
	found := idx.byName[name]
	for _, other := range found {
		if other == r {
			return True
		}
	}
	if len(found) > 0 {
		return False
	}
	return Unknown
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
		return lastSegment(v.text)
	}
	return ""
}
