package plan

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/schema"
)

// unknownValue is the value of n, which is known only after apply: absent if
// the configuration leaves it to the provider, a reference if it is the
// identity of a resource, else unknown.
func (b *body) unknownValue(n *node, bud *budget) graph.Value {
	switch n.at.kind {
	case unset:
		if n.shape.computed() {
			return graph.AbsentValue()
		}
	case atAttribute:
		if c := n.at.raw.get("constant_value"); c != nil && n.up == nil {
			return literal(c)
		}
		t := &tracer{source: b.source, budget: bud}
		t.expression(n.at.raw, nil, b.context())
		if len(t.roots) == 0 && n.shape.computed() {
			// All that it is made of is known and so is its value, then: null,
			// which leaves it to the provider.
			return graph.AbsentValue()
		}
		return b.fromRoots(n, t, bud)
	}
	return b.afterApply(n, "")
}

// afterApply is an unknown value that comes from the block base, "" if from
// anything.
func (b *body) afterApply(n *node, base string) graph.Value {
	text := b.address + "." + n.path()
	if base != "" {
		text = base
	}
	return graph.UnknownValue(graph.Cause{Text: text + " is known only after apply", Base: base})
}

// fromRoots is a value that the roots make.
func (b *body) fromRoots(n *node, t *tracer, bud *budget) graph.Value {
	rs := distinct(t.roots)
	switch {
	case n.shape.isString():
		if len(rs) == 1 {
			return b.fromRoot(n, rs[0], bud)
		}
	case n.shape.isStrings():
		if vs, ok := b.elements(n, rs, bud); ok && !t.extra {
			return graph.List(vs...)
		}
		if !t.extra && len(rs) == 1 {
			return b.afterApply(n, b.base(n, rs[0]))
		}
	}
	return b.afterApply(n, "")
}

// fill gives the values of n elements of a list of strings that are not known
// while others are.
func (b *body) fill(n *node, holes int, bud *budget) []graph.Value {
	t := &tracer{source: b.source, budget: bud}
	t.expression(n.at.raw, nil, b.context())
	if vs, ok := b.elements(n, t.roots, bud); ok && len(vs) == holes {
		return vs
	}
	one := b.afterApply(n, "")
	if rs := distinct(t.roots); len(rs) == 1 {
		one = b.fromRoot(n, rs[0], bud)
	}
	return slices.Repeat([]graph.Value{one}, holes)
}

// elements are the elements of a list that is made of the roots, in their
// order; ok is false if that cannot be said.
func (b *body) elements(n *node, rs []root, bud *budget) (vs []graph.Value, ok bool) {
	for _, r := range rs {
		switch {
		case r.body != nil:
			v := b.fromRoot(n, r, bud)
			if more, list := v.Elements(); list {
				vs = append(vs, more...)
			} else {
				vs = append(vs, v)
			}
		case r.bodies != nil:
			// One each, most likely; which of them is not known.
			vs = append(vs, slices.Repeat([]graph.Value{b.fromRoot(n, r, bud)}, len(r.bodies))...)
		default:
			return nil, false
		}
		if len(vs) > maxElements {
			return nil, false
		}
	}
	return vs, len(vs) > 0
}

const maxElements = 10000

// fromRoot is a text, or an element of a list, that one root makes.
func (b *body) fromRoot(n *node, r root, bud *budget) graph.Value {
	leaf := n.leaf()
	if r.body == nil {
		return b.afterApply(n, b.base(n, r))
	}
	v := r.value(leaf, bud)
	ref := soleRef(v)
	switch {
	case ref == nil && v.Kind() == graph.KindUnknown:
		if c := v.Cause(); c.Base != "" && b.base(n, r) == "" {
			c.Base = ""
			return graph.UnknownValue(c)
		}
		return v
	case ref == nil:
		return v
	case isText(leaf), n.up == nil && isOwnName(b.typ, leaf), b.base(n, r) == "":
		return b.afterApply(n, "")
	case b.data:
		// An argument of a policy document: often the ARN with more after it.
		rest := graph.Cause{Text: b.address + "." + n.path() + " may go on after " + ref.String(), Base: ref.Address}
		return graph.String(ref.Placeholder() + rest.Placeholder())
	}
	return v
}

func soleRef(v graph.Value) *graph.Ref {
	if v.Kind() != graph.KindString {
		return nil
	}
	if parts := graph.Parts(v.Text()); len(parts) == 1 {
		return parts[0].Ref
	}
	return nil
}

// base is the block whose instances alone n can name when it comes from r, ""
// if it may name others. A name may be made of anything, also of something
// that has nothing to do with what it names: a bucket's of random_id.x.hex.
func (b *body) base(n *node, r root) string {
	from, address := r.body, ""
	if from != nil {
		address = from.address
	} else if len(r.bodies) > 0 {
		from = r.bodies[0]
		address = from.block()
	}
	if from == nil || !strings.HasPrefix(from.typ, "aws_") {
		return ""
	}
	leaf := n.leaf()
	if isName(leaf) && !akin(leaf+"_"+b.typ, strings.Join(append([]string{from.typ}, r.path...), "_")) {
		return ""
	}
	return address
}

// value is what the root's path leads to.
func (r root) value(leaf string, bud *budget) graph.Value {
	path := r.path
	if len(path) == 0 {
		path = []string{r.body.likely(leaf)}
	}
	v := r.body.attribute(path[0], bud)
	for _, step := range path[1:] {
		if v.Kind() == graph.KindUnknown {
			break
		}
		v = follow(v, step)
	}
	if v.Kind() == graph.KindAbsent || v.Kind() == graph.KindNull {
		ref := graph.Ref{Address: r.body.address, Attribute: strings.Join(path, ".")}
		return graph.UnknownValue(graph.Cause{Text: ref.String() + " is known only after apply", Base: ref.Address})
	}
	return v
}

// follow takes one step into a value: a key, or an index in brackets.
func follow(v graph.Value, step string) graph.Value {
	if !isKey(step) {
		return v.Key(step)
	}
	inner := raw(strings.TrimSuffix(step[1:], "]"))
	if inner.isString() {
		return v.Key(inner.text())
	}
	es, _ := v.Elements()
	for i, e := range es {
		if string(inner) == strconv.Itoa(i) {
			return e
		}
	}
	return graph.AbsentValue()
}

// attribute is what a reference to an attribute of b yields.
func (b *body) attribute(name string, bud *budget) graph.Value {
	if !bud.spend() {
		return graph.UnknownValue(graph.Cause{Text: b.address + "." + name + " is made of too many references"})
	}
	ref := graph.Ref{Address: b.address, Attribute: name}
	set := b.configured(name)
	if !set && !b.data && b.identity(name) && b.known.get(name) == nil {
		return graph.String(ref.Placeholder())
	}
	v := b.read(name, bud)
	if set && !b.data && v.Kind() == graph.KindUnknown && isOwnName(b.typ, name) {
		return graph.String(ref.Placeholder())
	}
	return v
}

// identity reports whether the provider chooses the attribute to identify b.
func (b *body) identity(name string) bool {
	return name == "id" || name == "arn" || schema.IsIdentity(b.typ, name)
}

// likely is the attribute of b that an argument wants, by the argument's name.
func (b *body) likely(leaf string) string {
	b.load()
	if words := strings.Split(leaf, "_"); strings.TrimSuffix(words[len(words)-1], "s") == "arn" && b.schema != nil && b.schema.Attr("arn") != nil {
		return "arn"
	}
	return "id"
}

// text names arguments that hold documents, in which an identity is one word
// among others.
var text = regexp.MustCompile(`^definition$|(^|_)(policy|policies|document|definitions|body|content|template|data|base64|script|schema|pattern|json|statement|config|configuration|command|input|code|query|expression)$`)

func isText(leaf string) bool { return text.MatchString(leaf) }

// isName reports whether an argument holds a name rather than an id or ARN.
func isName(leaf string) bool {
	for _, suffix := range []string{"name", "names", "identifier", "bucket", "prefix", "value"} {
		if leaf == suffix || strings.HasSuffix(leaf, "_"+suffix) {
			return true
		}
	}
	return false
}

// isOwnName reports whether an argument of a resource type is that by which the
// resource itself is called: function_name of aws_lambda_function.
func isOwnName(typ, attr string) bool {
	if attr == "name" || attr == "identifier" {
		return true
	}
	for _, suffix := range []string{"_name", "_identifier", "_id"} {
		if what, ok := strings.CutSuffix(attr, suffix); ok {
			return strings.HasSuffix(typ, "_"+what)
		}
	}
	return strings.HasSuffix(typ, "_"+attr)
}

// akin reports whether two names made of words share one that says something.
func akin(a, b string) bool {
	words := strings.Split(a, "_")
	return slices.ContainsFunc(strings.Split(b, "_"), func(w string) bool {
		switch w {
		case "aws", "name", "id", "arn", "identifier", "":
			return false
		}
		return slices.Contains(words, w)
	})
}
