package plan

import (
	"slices"
	"strings"
)

// maxSteps bounds how many references are followed for one value.
const maxSteps = 1000

// A budget bounds the work on one value, whatever the document says.
type budget struct{ spent int }

func (b *budget) spend() bool {
	b.spent++
	return b.spent <= maxSteps
}

// A root is something that a value known only after apply comes from: one
// instance, several of which it is not known which one, or (neither) something
// that the plan does not show, such as a local.
type root struct {
	body   *body
	path   []string // attribute and what follows; empty if the plan does not say
	bodies []*body
}

// A tracer follows the references of an expression to their roots.
type tracer struct {
	source *source
	budget *budget
	roots  []root
	// extra says that something that is known may add to the value: a list may
	// hold more than comes from the roots.
	extra bool
}

func (t *tracer) open() { t.roots = append(t.roots, root{}) }

// expression follows all references of an expression; rest are the steps that
// are taken from its value.
func (t *tracer) expression(x raw, rest []string, in context) {
	if c := x.get("constant_value"); c != nil {
		t.constant(c, rest)
		return
	}
	refs := references(x)
	keyed := keyedBy(refs)
	for _, ref := range refs {
		toks := tokens(ref)
		if len(refs) == 1 {
			toks = append(toks, rest...)
		}
		t.reference(toks, in, keyed)
	}
}

// constant notes what rest leads to in a known value. No name can be made of an
// empty one or a switch.
func (t *tracer) constant(c raw, rest []string) {
	for _, step := range rest {
		if key, ok := strings.CutPrefix(step, "["); ok {
			step = raw(strings.TrimSuffix(key, "]")).text()
		}
		if !c.isObject() || step == "" {
			break
		}
		c = c.get(step)
	}
	switch {
	case c.isNothing(), c.first() == 't', c.first() == 'f', len(strings.Trim(string(c), "[]{} \n\t\r")) == 0:
	default:
		t.extra = true
	}
}

// A keying says by what the instances that an expression refers to are told
// apart.
type keying struct{ key, value, index bool }

func keyedBy(refs []string) keying {
	return keying{
		key:   slices.Contains(refs, "each.key"),
		value: slices.Contains(refs, "each.value"),
		index: slices.Contains(refs, "count.index"),
	}
}

// pick chooses among n keys that of the instance that the expression is for;
// "" is none.
func (k keying) pick(in context, n int) string {
	if k.key || (k.index || k.value) && n == in.peers {
		return in.key
	}
	return ""
}

func (t *tracer) reference(toks []string, in context, keyed keying) {
	if !t.budget.spend() || len(toks) < 2 || in.scope == nil {
		t.open()
		return
	}
	switch toks[0] {
	case "count", "path", "terraform", "tofu":
	case "each":
		if toks[1] == "value" {
			t.each(toks[2:], in)
		}
	case "var":
		t.variable(toks[1], toks[2:], in)
	case "module":
		t.module(toks[1], toks[2:], in, keyed)
	case "data":
		if len(toks) < 3 {
			t.open()
			return
		}
		t.block(blockOf(in.scope.path, true, toks[1], toks[2]), toks[3:], in, keyed)
	case "local", "self", "ephemeral":
		t.open()
	default:
		t.block(blockOf(in.scope.path, false, toks[0], toks[1]), toks[2:], in, keyed)
	}
}

// each follows each.value to the element of for_each.
func (t *tracer) each(rest []string, in context) {
	if in.forEach == nil || in.key == "" {
		t.open()
		return
	}
	t.expression(in.forEach, append([]string{in.key}, rest...), context{scope: in.scope})
}

// variable follows a variable to the call that sets it.
func (t *tracer) variable(name string, rest []string, in context) {
	sc := in.scope
	switch {
	case sc.parent == nil && sc.path == "":
		t.constant(t.source.variable(name), rest)
	case sc.call == nil:
		t.open()
	default:
		x := sc.call.expressions.get(name)
		if x == nil {
			t.constant(sc.config.variableDefault(name), rest)
			return
		}
		t.expression(x, rest, t.source.caller(sc))
	}
}

// module follows an output of a module to what the module makes it of.
func (t *tracer) module(name string, rest []string, in context, keyed keying) {
	keys := t.source.index().modules[qualify(in.scope.path, "module."+name)]
	key, rest := cutKey(rest)
	switch {
	case key != "":
		keys = []string{key}
	case len(keys) == 0:
		keys = []string{""}
	case len(keys) > 1:
		if k := keyed.pick(in, len(keys)); slices.Contains(keys, k) {
			keys = []string{k}
		}
	}
	if len(rest) > 0 && isKey(rest[0]) { // a step that the plan does not show
		rest = nil
	}
	for _, key := range keys {
		child := t.source.scope(qualify(in.scope.path, "module."+name+key))
		if child.config == nil {
			t.open()
			continue
		}
		if len(rest) > 0 {
			t.expression(child.config.output(rest[0]), rest[1:], context{scope: child})
			continue
		}
		t.anyOutput(child)
	}
}

// anyOutput follows an output without knowing which: as long as all of them
// come from one instance that does not matter.
func (t *tracer) anyOutput(child *scope) {
	all := &tracer{source: t.source, budget: t.budget}
	for _, name := range child.config.outputNames() {
		all.expression(child.config.output(name), nil, context{scope: child})
	}
	rs := distinct(all.roots)
	if len(rs) > 1 {
		for i := range rs {
			rs[i].path = nil
		}
		rs = distinct(rs)
	}
	if len(rs) == 1 {
		t.roots = append(t.roots, rs[0])
		return
	}
	t.open()
}

// block follows a reference to a resource.
func (t *tracer) block(address string, rest []string, in context, keyed keying) {
	bodies := t.source.index().blocks[address]
	key, path := cutKey(rest)
	written := key != ""
	if !written && len(bodies) > 1 {
		key = keyed.pick(in, len(bodies))
	}
	if key != "" && !(len(bodies) == 1 && bodies[0].key() == "") {
		if i := slices.IndexFunc(bodies, func(b *body) bool { return b.key() == key }); i >= 0 {
			bodies = bodies[i : i+1]
		} else if written {
			return // there is no such instance, so that nothing comes from it
		}
	}
	if len(bodies) > 0 {
		path = bodies[0].steps(path)
	}
	bodies = slices.DeleteFunc(slices.Clone(bodies), func(b *body) bool { return b.settled(path) })
	switch len(bodies) {
	case 0:
		t.extra = true
	case 1:
		t.roots = append(t.roots, root{body: bodies[0], path: path})
	default:
		t.roots = append(t.roots, root{bodies: bodies, path: path})
	}
}

// steps leaves of a path what leads to and into an attribute of b. The rest are
// steps through objects that the configuration makes on the way: of
// var.log.bucket, set to { bucket = aws_s3_bucket.logs.id }.
func (b *body) steps(path []string) []string {
	b.load()
	if b.schema == nil {
		return path[:min(len(path), 1)]
	}
	for len(path) > 0 && b.schema.Attr(path[0]) == nil && b.schema.Nested(path[0]) == nil {
		path = path[1:]
	}
	if len(path) > 1 {
		if a := b.schema.Attr(path[0]); a != nil && a.Type().IsPrimitiveType() {
			path = path[:1]
		}
	}
	return path
}

// settled reports whether what a path leads to is known already.
func (b *body) settled(path []string) bool {
	b.load()
	if b.planned || b.flawed != "" {
		return len(path) > 0 && b.known.get(path[0]) != nil
	}
	if len(path) == 0 {
		return len(b.pending.fields) == 0
	}
	return b.pending.get(path[0]) == nil
}

// distinct leaves one of the roots that are equal.
func distinct(rs []root) []root {
	var out []root
	for _, r := range rs {
		if !slices.ContainsFunc(out, r.same) {
			out = append(out, r)
		}
	}
	return out
}

func (r root) same(o root) bool {
	return r.body == o.body && slices.Equal(r.bodies, o.bodies) && slices.Equal(r.path, o.path)
}
