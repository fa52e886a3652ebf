package eval

import (
	"fmt"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/datasource"
	"safeguard/internal/terraform/funcs"
	"safeguard/internal/terraform/schema"
)

// A resourceKey names a resource block within its module.
type resourceKey struct {
	mode config.Mode
	typ  string
	name string
}

// String is the reference by which the configuration names the block.
func (k resourceKey) String() string {
	switch k.mode {
	case config.Data:
		return "data." + k.typ + "." + k.name
	case config.Ephemeral:
		return "ephemeral." + k.typ + "." + k.name
	}
	return k.typ + "." + k.name
}

// A resourceSet is a resource block, expanded.
type resourceSet struct {
	address   string // absolute, without a key
	kind      keyKind
	instances []*instance
	keys      []cty.Value // of the instances, where there are any
	single    *instance   // the instance of a block without count and for_each
	cause     graph.Cause
}

// An instance is one instance of a resource or data source.
type instance struct {
	m       *module
	cfg     *config.Resource
	key     resourceKey
	address string
	scope   *scope        // with each and count of the block
	schema  *schema.Block // nil for a type nobody knows
	maybe   bool
	cause   graph.Cause
	number  string

	mu    sync.Mutex
	attrs map[string]*memo[cty.Value]
	whole memo[cty.Value]
	pure  memo[map[string]graph.Value] // of a pure data source
	body  *body
}

// resourceSet expands a block; it is nil if there is no such block.
func (s *scope) resourceSet(key resourceKey) (*resourceSet, error) {
	cfg := s.m.resources[key]
	if cfg == nil {
		return nil, nil
	}
	return force(s, slot(&s.m.mu, s.m.sets, key), s.m.qualify(key.String()), func(b *busy, r *run) (*resourceSet, error) {
		in := &scope{m: s.m, busy: b, run: r}
		exp := in.expand(cfg.Count, cfg.ForEach)
		set := &resourceSet{address: s.m.qualify(key.String()), kind: exp.kind, cause: exp.cause}
		block := blockSchema(key)
		for _, e := range exp.elements {
			inst := &instance{
				m: s.m, cfg: cfg, key: key,
				address: set.address + e.suffix,
				scope:   &scope{m: s.m, each: e.each, count: e.count},
				schema:  block,
				maybe:   e.maybe || s.m.maybe,
				cause:   exp.cause,
			}
			if e.maybe {
				inst.number = s.m.numberOf(cfg.Count, cfg.ForEach)
			} else {
				inst.cause, inst.number = s.m.maybeCause, s.m.number
			}
			inst.body = &body{scope: inst.scope, syntax: cfg.Body, json: cfg.JSON, schema: block, at: location(cfg.Header, cfg.Range), top: true, broken: cfg.Broken, inst: inst}
			if key.mode == config.Data {
				inst.body.data = key.typ
			}
			set.instances = append(set.instances, inst)
			set.keys = append(set.keys, e.key)
		}
		if exp.kind == keyNone {
			set.single = set.instances[0]
		}
		return set, nil
	})
}

func blockSchema(key resourceKey) *schema.Block {
	switch key.mode {
	case config.Managed:
		return schema.Resource(key.typ)
	case config.Data:
		return schema.DataSource(key.typ)
	}
	return nil
}

// pick finds the instance with a key. Without one, v is the unknown in its place.
func (set *resourceSet) pick(key cty.Value) (inst *instance, v cty.Value, err error) {
	i, v, err := pickKey(set.address, set.kind, set.keys, key, set.cause)
	if i < 0 {
		return nil, v, err
	}
	return set.instances[i], cty.NilVal, nil
}

// setValue is a whole block with count or for_each: a tuple or an object of
// instances.
func (s *scope) setValue(set *resourceSet) (cty.Value, error) {
	if set.kind == keyUnknown {
		inst := set.instances[0]
		v, err := s.instanceValue(inst)
		if err != nil {
			return v, err
		}
		c := set.cause
		c.Base, c.Exact = set.address, true
		return because(c).Mark(repMark{&representative{key: set.keys[0], value: v}}), nil
	}
	vs := make([]cty.Value, len(set.instances))
	for i, inst := range set.instances {
		v, err := s.instanceValue(inst)
		if err != nil {
			return v, err
		}
		vs[i] = v
	}
	if set.kind == keyInt {
		return cty.TupleVal(vs), nil
	}
	m := make(map[string]cty.Value, len(vs))
	for i, v := range vs {
		m[set.keys[i].AsString()] = v
	}
	return cty.ObjectVal(m), nil
}

// attribute is what a reference to an attribute of an instance yields.
func (s *scope) attribute(inst *instance, name string) (cty.Value, error) {
	inst.mu.Lock()
	if inst.attrs == nil {
		inst.attrs = map[string]*memo[cty.Value]{}
	}
	inst.mu.Unlock()
	return force(s, slot(&inst.mu, inst.attrs, name), inst.address+"."+name, func(b *busy, r *run) (cty.Value, error) {
		return inst.attribute(name, b, r)
	})
}

func (inst *instance) attribute(name string, b *busy, r *run) (cty.Value, error) {
	if inst.key.mode == config.Data {
		if v, ok := inst.data(name, b, r); ok {
			return v, nil
		}
	}
	body := inst.body.within(b, r)
	attr := inst.attrSchema(name)
	if a, ok := inst.cfg.Body.Attributes[name]; ok && !metaArgument(name) {
		v, err := body.scope.eval(a.Expr)
		if err != nil {
			return v, err
		}
		if nested := inst.nestedSchema(name); attr == nil && nested != nil {
			return blocksValue(body.Blocks(name), nested), nil
		}
		v = inst.typed(attr, v)
		if bare, _ := v.Unmark(); !bare.IsKnown() || !bare.IsNull() {
			return v, nil
		}
	} else if nested := inst.nestedSchema(name); nested != nil && (attr == nil || inst.body.hasBlocks(name)) {
		if nested.Computed && !inst.body.hasBlocks(name) {
			ref := graph.Ref{Address: inst.address, Attribute: name}
			return because(graph.Cause{Text: ref.String() + " is known only after apply", Base: ref.Address, Exact: true}), nil
		}
		return blocksValue(body.Blocks(name), nested), nil
	} else if inst.body.hasBlocks(name) {
		return cty.TupleVal(nil), nil
	}
	return inst.computed(name, attr, b, r)
}

func (inst *instance) attrSchema(name string) *schema.Attr {
	if inst.schema == nil {
		return nil
	}
	return inst.schema.Attr(name)
}

func (inst *instance) nestedSchema(name string) *schema.Nested {
	if inst.schema == nil {
		return nil
	}
	return inst.schema.Nested(name)
}

// typed converts v to the attribute's type as the provider would and marks
// secrets.
func (inst *instance) typed(attr *schema.Attr, v cty.Value) cty.Value { return typedAttr(attr, v) }

func typedAttr(attr *schema.Attr, v cty.Value) cty.Value {
	if attr == nil {
		return v
	}
	if c, err := convertTo(v, attr.Type()); err == nil {
		v = withCauseOf(c, v)
	}
	if attr.Sensitive {
		v = v.Mark(funcs.Sensitive)
	}
	return v
}

// computed is the value of an attribute that the configuration does not set:
// a symbol for what identifies the resource, else a default or unknown.
func (inst *instance) computed(name string, attr *schema.Attr, b *busy, r *run) (cty.Value, error) {
	ref := graph.Ref{Address: inst.address, Attribute: name}
	after := graph.Cause{Text: ref.String() + " is known only after apply", Base: ref.Address, Exact: true}
	switch {
	case name == "id" && (inst.schema != nil || inst.key.mode == config.Managed), isIdentity(inst.key.typ, attr):
		return cty.StringVal(ref.Placeholder()), nil
	case inst.schema == nil: // another provider's
		return because(after), nil
	case attr == nil:
		if inst.nestedSchema(name) != nil {
			return because(after), nil
		}
		return cty.NilVal, fmt.Errorf("%s has no attribute %q", inst.key, name)
	case name == "tags_all":
		v := inst.tagsAll(b, r)
		if bare, _ := v.Unmark(); bare.IsKnown() && !bare.IsNull() && bare.LengthInt() == 0 && attr.AfterApply() {
			return unknown(attr.Type(), after), nil
		}
		return v, nil
	}
	if def, ok := attr.Default(); ok {
		return def, nil
	}
	if v, ok := datasource.Unset(inst.body.data, name); ok {
		return typedAttr(attr, fromGraph(v)), nil
	}
	if attr.AfterApply() || inst.key.mode != config.Managed {
		return unknown(attr.Type(), after), nil
	}
	return cty.NullVal(attr.Type()), nil
}

// instanceValue is a whole instance as an object.
func (s *scope) instanceValue(inst *instance) (cty.Value, error) {
	return force(s, &inst.whole, inst.address, func(b *busy, r *run) (cty.Value, error) {
		in := &scope{m: inst.m, busy: b, run: r}
		m := map[string]cty.Value{}
		put := func(name string) {
			if _, done := m[name]; done {
				return
			}
			v, err := in.attribute(inst, name)
			if err != nil {
				v = failed(err)
			}
			m[name] = v
		}
		if inst.schema == nil {
			attrs, blocks := inst.body.Names()
			for _, n := range append(attrs, blocks...) {
				put(n)
			}
			put("id")
			return cty.ObjectVal(m).Mark(partMark{graph.Cause{Base: inst.address, Exact: true}}), nil
		}
		for n := range inst.schema.Names() {
			put(n)
		}
		put("id")
		return cty.ObjectVal(m), nil
	})
}

// metaArgument reports whether name belongs to Terraform rather than to the
// provider, in a resource or data block.
func metaArgument(name string) bool {
	switch name {
	case "count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner", "providers":
		return true
	}
	return false
}

// tagsAll is what the provider makes of tags and its default_tags.
func (inst *instance) tagsAll(b *busy, r *run) cty.Value {
	own := cty.MapValEmpty(cty.String)
	if a, ok := inst.cfg.Body.Attributes["tags"]; ok {
		in := *inst.scope
		in.busy, in.run = b, r
		v, err := in.eval(a.Expr)
		if err != nil {
			return failed(err)
		}
		own = v
	}
	return mergeTags(inst.m.defaultTags(inst), own)
}

func mergeTags(defaults, own cty.Value) cty.Value {
	merged := map[string]cty.Value{}
	for _, v := range []cty.Value{defaults, own} {
		bare, _ := v.Unmark()
		if bare.IsKnown() && bare.IsNull() {
			continue
		}
		c, err := convertTo(v, cty.Map(cty.String))
		if err != nil {
			return failed(err)
		}
		bare, _ = c.Unmark()
		if !bare.IsKnown() {
			return withCauseOf(cty.UnknownVal(cty.Map(cty.String)), v)
		}
		for it := bare.ElementIterator(); it.Next(); {
			k, e := it.Element()
			merged[k.AsString()] = e
		}
	}
	if len(merged) == 0 {
		return cty.MapValEmpty(cty.String)
	}
	return cty.MapVal(merged)
}

// attributeExpr is the expression of an attribute in a block, nil if absent.
func attributeExpr(b *hclsyntax.Body, name string) hclsyntax.Expression {
	if b == nil {
		return nil
	}
	if a, ok := b.Attributes[name]; ok {
		return a.Expr
	}
	return nil
}
