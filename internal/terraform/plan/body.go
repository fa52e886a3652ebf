package plan

import (
	"slices"
	"strings"
	"sync"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/datasource"
	"safeguard/internal/terraform/schema"
)

// A body is an instance as the graph reads it. It is the origin of its values
// too: a plan or state tells no more than the block.
type body struct {
	*instance
	source   *source
	resource *graph.Resource
	place    graph.Location

	once    sync.Once
	known   table // of the attributes that have a value
	pending table // of those that are, at least in part, known only after apply
	schema  *schema.Block
	written cursor // the block in the configuration

	mu    sync.Mutex
	cache map[string]graph.Value
}

// A table finds the fields of an object.
type table struct {
	of     raw
	fields []field
}

// A field is a key without quotes, and its value, as offsets.
type field struct{ key, keyEnd, value, valueEnd uint32 }

// newTable makes the table of the fields that keep is true for. Offsets take
// a third of the memory of slices.
func newTable(of raw, keep func(value raw) bool) table {
	t := table{of: of}
	pos := func(part raw) uint32 { return uint32(cap(of) - cap(part)) }
	for k, v := range of.fields() {
		if keep(v) {
			t.fields = append(t.fields, field{pos(k) + 1, pos(k) + uint32(len(k)) - 1, pos(v), pos(v) + uint32(len(v))})
		}
	}
	if !slices.IsSortedFunc(t.fields, t.compare) {
		slices.SortStableFunc(t.fields, t.compare)
	}
	t.fields = slices.Clip(t.fields)
	return t
}

func (t *table) compare(a, b field) int {
	return strings.Compare(t.name(a), t.name(b))
}

func (t *table) name(f field) string { return string(t.of[f.key:f.keyEnd]) }

func (t *table) get(name string) raw {
	i, ok := slices.BinarySearchFunc(t.fields, name, func(f field, name string) int {
		key := t.of[f.key:f.keyEnd]
		switch {
		case string(key) < name:
			return -1
		case string(key) > name:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return t.of[t.fields[i].value:t.fields[i].valueEnd]
}

func (b *body) load() {
	b.once.Do(func() {
		b.known = newTable(b.values, func(raw) bool { return true })
		if b.unknown.isObject() {
			b.pending = newTable(b.unknown, raw.hasTrue)
		}
		if c := b.source.scope(b.module).config.resource(b.local()); c != nil {
			b.written = cursor{kind: atBlock, raw: c.get("expressions")}
		}
		if b.data {
			b.schema = schema.DataSource(b.typ)
		} else {
			b.schema = schema.Resource(b.typ)
		}
	})
}

// Location is the place of the block.
func (b *body) Location() graph.Location { return b.place }

// Via is empty: a plan does not tell where a value came from.
func (b *body) Via() []graph.Hop { return nil }

// Attr is the attribute's value.
func (b *body) Attr(name string) graph.Value {
	b.mu.Lock()
	v, ok := b.cache[name]
	b.mu.Unlock()
	if ok {
		return v
	}
	if b.superseded(name) {
		v = graph.AbsentValue()
	} else {
		v = b.read(name, &budget{})
	}
	v = v.From(attribute{b, name})
	if cheap(v) {
		return v
	}
	b.mu.Lock()
	if b.cache == nil {
		b.cache = map[string]graph.Value{}
	}
	b.cache[name] = v
	b.mu.Unlock()
	return v
}

// An attribute is the origin of its value.
type attribute struct {
	*body
	name string
}

// Source is the address of the resource of which the value is an attribute, as
// far as the configuration refers to just one; the value may be made of it.
func (a attribute) Source() string {
	a.load()
	refs := references(a.written.raw.get(a.name))
	if len(refs) != 1 {
		return ""
	}
	toks := tokens(refs[0])
	if len(toks) < 3 {
		return ""
	}
	in := a.context()
	bodies := a.source.index().blocks[blockOf(in.scope.path, false, toks[0], toks[1])]
	key, path := cutKey(toks[2:])
	for _, b := range bodies {
		if len(path) == 1 && b.key() == key {
			return b.address
		}
	}
	return ""
}

// cheap reports whether a value is sooner read again than kept.
func cheap(v graph.Value) bool {
	switch v.Kind() {
	case graph.KindString:
		return len(v.Text()) <= 64
	case graph.KindList, graph.KindMap, graph.KindUnknown:
		return false
	}
	return true
}

// Blocks are the nested blocks of a type.
func (b *body) Blocks(typ string) graph.Blocks {
	bs := graph.BlocksOf(b.Attr(typ))
	bs.At = b.place
	return bs
}

// Names lists what has a value, in the document's order.
func (b *body) Names() (attrs, blocks []string) {
	b.load()
	var names []string
	for _, t := range []*table{&b.known, &b.pending} {
		for _, f := range t.fields {
			names = append(names, raw(t.of[f.key-1:f.keyEnd+1]).text())
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		v := b.Attr(name)
		switch elements, _ := v.Elements(); {
		case v.Kind() == graph.KindAbsent || v.Kind() == graph.KindNull:
		case b.schema == nil || b.schema.Nested(name) == nil || b.schema.Attr(name) != nil:
			attrs = append(attrs, name)
		case v.Kind() != graph.KindList || len(elements) > 0:
			blocks = append(blocks, name)
		}
	}
	return attrs, blocks
}

// read is the value of an attribute, resolved as far as the budget allows.
func (b *body) read(name string, bud *budget) graph.Value {
	if b.flawed != "" {
		return graph.UnknownValue(graph.Cause{Text: b.flawed})
	}
	b.load()
	if b.data && b.pending.get(name).isTrue() && !b.configured(name) {
		if v, ok := b.compute(name, bud); ok {
			return v
		}
	}
	n := node{name: name, value: b.known.get(name), unknown: b.pending.get(name), shape: shapeOf(b.schema).child(name)}
	if n.value == nil && (b.unknown.isTrue() || b.planned && b.configured(name)) {
		n.unknown = raw("true")
	}
	if n.value == nil && n.unknown == nil {
		return graph.AbsentValue()
	}
	if n.unknown != nil {
		n.at = b.written.child(name, n.shape)
	}
	if !n.value.isNothing() {
		n.secret = b.secrets(name)
	}
	return b.build(&n, bud)
}

// compute is an attribute of a data source that is a pure function of its
// arguments.
func (b *body) compute(name string, bud *budget) (graph.Value, bool) {
	if !bud.spend() {
		return graph.Value{}, false
	}
	attrs, ok := datasource.Compute(b.typ, &arguments{b, bud}, datasource.Env{
		Region:      b.resource.Region,
		RegionCause: graph.Cause{Text: "the region of the AWS provider is not known"},
		DefaultTags: b.source.provider(b).defaultTags(),
	})
	if !ok {
		return graph.Value{}, false
	}
	v, ok := attrs[name]
	return v, ok
}

// arguments are what a data source is computed from: the body, read within a
// budget.
type arguments struct {
	*body
	budget *budget
}

// Attr is the attribute's value.
func (a *arguments) Attr(name string) graph.Value { return a.read(name, a.budget).From(a.body) }

// Blocks are the nested blocks of a type.
func (a *arguments) Blocks(typ string) graph.Blocks {
	bs := graph.BlocksOf(a.Attr(typ))
	bs.At = a.place
	return bs
}

// local is the address of the block within its module.
func (b *body) local() string { return blockOf("", b.data, b.typ, b.name) }

// configured reports whether the configuration sets the attribute.
func (b *body) configured(name string) bool {
	b.load()
	return b.written.raw.get(name) != nil
}

// context is where the references of b's arguments are looked up.
func (b *body) context() context {
	sc := b.source.scope(b.module)
	return context{
		scope:   sc,
		key:     b.key(),
		forEach: sc.config.resource(b.local()).get("for_each_expression"),
		peers:   len(b.source.index().blocks[b.block()]),
	}
}
