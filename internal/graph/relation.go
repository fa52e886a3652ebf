package graph

import (
	"slices"
	"sync"

	"safeguard/internal/logic"
)

// Companions are the resources of a type that refer to one resource, as an
// aws_s3_bucket_versioning refers to its bucket.
type Companions struct {
	// Items refer to it for certain.
	Items []*Resource
	// Possible may or may not: their reference or their existence is not known.
	Possible []*Resource
	// Lacks is True where it is proved that nothing refers to it, False where
	// something does, Unknown where something may: an unknown reference, count
	// or for_each, a module that is not installed, a broken file.
	Lacks logic.Truth
	// Cause says why, where Lacks is Unknown or there are Possible ones: its text
	// is never empty there.
	Cause Cause
	// Elsewhere says, where there are no Items, why one may be declared where
	// nobody can see it, whatever the Possible ones are; else it is zero.
	Elsewhere Cause
}

// Exist decides whether there is a companion.
func (c Companions) Exist() logic.Truth { return c.Lacks.Not() }

// Any decides whether f is true for at least one companion.
func (c Companions) Any(f func(*Resource) logic.Truth) logic.Truth {
	r := logic.False
	for _, item := range c.Items {
		r = r.Or(f(item))
	}
	for _, item := range c.Possible {
		r = r.Or(f(item).And(logic.Unknown))
	}
	if c.Elsewhere != (Cause{}) {
		r = r.Or(logic.Unknown)
	}
	return r
}

// Attached finds the resources of typ whose attribute at path (see Path, a
// list of names counts too) refers to r.
func (g *Graph) Attached(r *Resource, typ, path string) Companions {
	return g.AttachedBy(r, typ, path, func(c *Resource) Value { return c.Get(path) })
}

// AttachedBy is Attached for references that one path does not lead to: ref
// reads the reference, and key names ref among all callers.
func (g *Graph) AttachedBy(r *Resource, typ, key string, ref func(*Resource) Value) Companions {
	idx := g.index(typ, key, ref)
	var c Companions
	for _, e := range idx.candidates(r) {
		c.add(r, e.res, g.Identifies(e.ref, r), e.ref.Cause())
	}
	return g.settle(r, c)
}

// AttachedIf is Attached for relations that more than a reference tells: is
// decides whether a resource of typ is r's, and says why where it cannot.
func (g *Graph) AttachedIf(r *Resource, typ string, is func(*Resource) (logic.Truth, Cause)) Companions {
	var c Companions
	for _, res := range g.OfType(typ) {
		t, why := is(res)
		c.add(r, res, t, why)
	}
	return g.settle(r, c)
}

// add notes res as a companion of r as far as t says that it is one.
func (c *Companions) add(r, res *Resource, t logic.Truth, why Cause) {
	if res.Maybe && !res.Together(r) {
		t = t.And(logic.Unknown)
	}
	switch t {
	case logic.True:
		c.Items = append(c.Items, res)
	case logic.Unknown:
		c.Possible = append(c.Possible, res)
		if c.Cause == (Cause{}) {
			c.Cause = why
			if res.Maybe && res.Cause.Text != "" {
				c.Cause = res.Cause
			}
			if c.Cause.Text == "" {
				c.Cause.Text = "whether " + res.Address + " is about " + r.Address + " is not known"
			}
		}
	}
}

// Together reports whether there is one c for each r, although nobody knows how
// many: the same thing decides it, or c's for_each is over the instances of r.
func (c *Resource) Together(r *Resource) bool {
	return c.Maybe && r.Maybe && (c.Number != "" && c.Number == r.Number || c.Cause.Exact && r.Address == c.Cause.Base+"[*]")
}

// settle decides whether r lacks companions, of which c holds all.
func (g *Graph) settle(r *Resource, c Companions) Companions {
	if len(c.Items) > 0 {
		c.Lacks = logic.False
		return c
	}
	c.Elsewhere = g.Elsewhere(r)
	switch {
	case len(c.Possible) > 0:
		c.Lacks = logic.Unknown
	case c.Elsewhere != (Cause{}):
		c.Lacks, c.Cause = logic.Unknown, c.Elsewhere
	default:
		c.Lacks = logic.True
	}
	return c
}

// Elsewhere says why something about r may be declared where nobody can see it:
// in a module that is not installed and is told of r, in a broken file. It is
// zero if it cannot. A rule that forbids companions has to ask, even where it
// finds some that are harmless.
func (g *Graph) Elsewhere(r *Resource) Cause {
	if g.Incomplete != "" {
		return Cause{Text: g.Incomplete}
	}
	for i := range g.Unresolved {
		if u := &g.Unresolved[i]; g.mentions(u, r) {
			return u.Cause
		}
	}
	return Cause{}
}

// index finds the resources of one type by what one of their attributes names.
type index struct {
	once   sync.Once
	byAddr map[string][]entry
	byName map[string][]entry
	rest   []entry // unknown, or named through a hole
	order  map[*Resource]int
}

type entry struct {
	res *Resource
	ref Value
}

func (g *Graph) index(typ, key string, ref func(*Resource) Value) *index {
	x, _ := g.indexes.LoadOrStore(typ+"\x00"+key, &index{})
	idx := x.(*index)
	idx.once.Do(func() {
		idx.byAddr = make(map[string][]entry)
		idx.byName = make(map[string][]entry)
		idx.order = make(map[*Resource]int)
		for i, r := range g.OfType(typ) {
			idx.order[r] = i
			idx.add(g, entry{r, ref(r)})
		}
	})
	return idx
}

func (idx *index) add(g *Graph, e entry) {
	var each func(v Value)
	each = func(v Value) {
		switch v.kind {
		case KindList:
			for _, el := range v.list {
				each(el)
			}
		case KindMap:
			for _, k := range v.Keys() {
				each(v.fields[k])
			}
		case KindString:
			parts := Parts(v.text)
			if ref := onlyRef(parts); ref != nil {
				if other := g.ByAddress(ref.Address); other != nil && other.Data {
					idx.rest = append(idx.rest, e)
					return
				}
				idx.byAddr[ref.Address] = append(idx.byAddr[ref.Address], e)
				return
			}
			if HasPlaceholder(v.text) {
				idx.rest = append(idx.rest, e)
				return
			}
			name, last := nameIn(v.text), lastSegment(v.text)
			idx.byName[name] = append(idx.byName[name], e)
			if last != name {
				idx.byName[last] = append(idx.byName[last], e)
			}
		case KindUnknown:
			idx.rest = append(idx.rest, e)
		}
	}
	each(e.ref)
}

// candidates are the entries that may refer to r, in order of declaration.
func (idx *index) candidates(r *Resource) []entry {
	es := slices.Clone(idx.byAddr[r.Address])
	open := false
	for _, n := range r.Names() {
		if n.kind == KindString && !HasPlaceholder(n.text) {
			es = append(es, idx.byName[nameIn(n.text)]...)
			es = append(es, idx.byName[lastSegment(n.text)]...)
		} else {
			open = true
		}
	}
	if open { // r's own name is not known: any literal may be it
		for _, named := range idx.byName {
			es = append(es, named...)
		}
	}
	es = append(es, idx.rest...)
	if len(es) > 1 {
		slices.SortStableFunc(es, func(a, b entry) int { return idx.order[a.res] - idx.order[b.res] })
		es = slices.CompactFunc(es, func(a, b entry) bool { return a.res == b.res })
	}
	return es
}

// Referent finds the resource of one of the types that the value v (a name,
// id, ARN or reference) identifies. True comes with the resource; False means
// that v names nothing in this graph, or nothing of these types.
func (g *Graph) Referent(v Value, types ...string) (*Resource, logic.Truth) {
	switch v.kind {
	case KindAbsent, KindNull:
		return nil, logic.False
	case KindString:
		if ref := onlyRef(Parts(v.text)); ref != nil {
			r := g.ByAddress(ref.Address)
			if r == nil {
				return nil, logic.Unknown
			}
			if r.Data {
				break
			}
			if slices.Contains(types, r.Type) {
				return r, logic.True
			}
			return nil, logic.False
		}
	}
	t := logic.False
	for _, typ := range types {
		for _, r := range g.bearers(typ, v) {
			switch g.Identifies(v, r) {
			case logic.True:
				return r, logic.True
			case logic.Unknown:
				t = logic.Unknown
			}
		}
	}
	if v.kind == KindUnknown {
		t = logic.Unknown
	}
	return nil, t
}
