package eval

import (
	"cmp"
	"fmt"
	"strconv"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/funcs"
)

// A module is one instance of a module: the root, or one per key of a call.
type module struct {
	root      *Root
	cfg       *config.Module
	address   string // "" for the root, module.a["x"].module.b
	path      string // path.module
	caller    *scope // where the call's arguments are evaluated; nil for the root
	call      *config.Call
	providers map[string]*provider // by the names used here
	own       map[string]*provider // those declared here

	maybe      bool // of an unknown number of instances
	maybeCause graph.Cause
	number     string // see graph.Resource

	mu    sync.Mutex
	memos map[string]*memo[cty.Value]
	sets  map[resourceKey]*memo[*resourceSet]
	calls map[string]*memo[*callSet]

	resources map[resourceKey]*config.Resource
	callsBy   map[string]*config.Call
}

func newModule(root *Root, cfg *config.Module, address string) *module {
	m := &module{
		root: root, cfg: cfg, address: address,
		memos:     map[string]*memo[cty.Value]{},
		sets:      map[resourceKey]*memo[*resourceSet]{},
		calls:     map[string]*memo[*callSet]{},
		resources: make(map[resourceKey]*config.Resource, len(cfg.Resources)),
		callsBy:   make(map[string]*config.Call, len(cfg.Calls)),
	}
	m.own = m.ownProviders()
	for _, r := range cfg.Resources {
		m.resources[resourceKey{r.Mode, r.Type, r.Name}] = r
	}
	for _, c := range cfg.Calls {
		m.callsBy[c.Name] = c
	}
	return m
}

// slot returns the memo for a key, made when first asked for.
func slot[K comparable, T any](mu *sync.Mutex, memos map[K]*memo[T], key K) *memo[T] {
	mu.Lock()
	defer mu.Unlock()
	x := memos[key]
	if x == nil {
		x = &memo[T]{}
		memos[key] = x
	}
	return x
}

func (m *module) memo(key string) *memo[cty.Value] { return slot(&m.mu, m.memos, key) }

// qualify is the absolute address of something declared in the module.
func (m *module) qualify(name string) string {
	if m.address == "" {
		return name
	}
	return m.address + "." + name
}

// variable is the value of an input variable.
func (s *scope) variable(name string) (cty.Value, error) {
	decl, ok := s.m.cfg.Variables[name]
	if !ok {
		return s.undeclared("var." + name)
	}
	return force(s, s.m.memo("var."+name), "var."+name, func(b *busy, r *run) (cty.Value, error) {
		return s.m.variable(decl, b, r)
	})
}

func (m *module) variable(decl *config.Variable, b *busy, r *run) (cty.Value, error) {
	in := &scope{m: m, busy: b, run: r}
	ty, defaults, err := in.typeConstraint(decl)
	if err != nil {
		return cty.NilVal, err
	}
	nullable := in.flag(decl.Nullable, true)
	v, given, err := m.argument(decl, ty, b, r)
	if err != nil {
		return cty.NilVal, err
	}
	if given && !nullable {
		if bare, _ := v.Unmark(); bare.IsKnown() && bare.IsNull() {
			given = false
		}
	}
	if !given {
		if decl.Default == nil {
			v = unknown(ty.WithoutOptionalAttributesDeep(), m.unset(decl))
			return in.secret(decl, v), nil
		}
		if v, err = in.eval(decl.Default); err != nil {
			return cty.NilVal, err
		}
	}
	if defaults != nil {
		if bare, marks := v.Unmark(); bare.IsKnown() && !bare.IsNull() {
			v = applyDefaults(defaults, bare).WithMarks(marks)
		}
	}
	if ty != cty.DynamicPseudoType {
		c, err := convertTo(v, ty)
		if err != nil {
			return cty.NilVal, errorf(decl.Range, "var.%s: %v", decl.Name, err)
		}
		v = withCauseOf(c, v)
	}
	return in.secret(decl, v), nil
}

// applyDefaults fills in the defaults of optional attributes; the library
// panics on values it cannot walk.
func applyDefaults(d *typeexpr.Defaults, v cty.Value) (r cty.Value) {
	defer func() {
		if recover() != nil {
			r = v
		}
	}()
	return d.Apply(v)
}

func (s *scope) secret(decl *config.Variable, v cty.Value) cty.Value {
	if s.flag(decl.Sensitive, false) {
		return v.Mark(funcs.Sensitive)
	}
	return v
}

// flag is a literal bool argument of a declaration.
func (s *scope) flag(x hclsyntax.Expression, def bool) bool {
	if x == nil {
		return def
	}
	v, err := s.eval(x)
	if err != nil {
		return def
	}
	v, _ = v.Unmark()
	if v, err = convert.Convert(v, cty.Bool); err != nil || !v.IsKnown() || v.IsNull() {
		return def
	}
	return v.True()
}

func (m *module) unset(decl *config.Variable) graph.Cause {
	name := m.qualify("var." + decl.Name)
	how := fmt.Sprintf("pass --var %s=..., --var-file or TF_VAR_%s", decl.Name, decl.Name)
	if m.address != "" {
		how = "set it in the call of " + m.address
	}
	return graph.Cause{Text: fmt.Sprintf("%s has no value: %s", name, how), Base: name, Exact: true}
}

func (s *scope) typeConstraint(decl *config.Variable) (cty.Type, *typeexpr.Defaults, error) {
	if decl.Type == nil {
		return cty.DynamicPseudoType, nil, nil
	}
	if kw := hcl.ExprAsKeyword(decl.Type); kw == "list" || kw == "map" || kw == "set" {
		any := map[string]cty.Type{
			"list": cty.List(cty.DynamicPseudoType),
			"map":  cty.Map(cty.DynamicPseudoType),
			"set":  cty.Set(cty.DynamicPseudoType),
		}
		return any[kw], nil, nil
	}
	if v, ok := literal(decl.Type); ok && v.Type() == cty.String { // Terraform 0.11: type = "string"
		switch v.AsString() {
		case "string":
			return cty.String, nil, nil
		case "list":
			return cty.List(cty.DynamicPseudoType), nil, nil
		case "map":
			return cty.Map(cty.DynamicPseudoType), nil, nil
		}
	}
	ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(decl.Type)
	if diags.HasErrors() {
		return cty.NilType, nil, &Error{decl.Range, diagnosticError(diags)}
	}
	return ty, defaults, nil
}

// argument is the value that a caller (or, for the root, the user) gave.
func (m *module) argument(decl *config.Variable, ty cty.Type, b *busy, r *run) (v cty.Value, given bool, err error) {
	if m.caller == nil {
		in, ok := m.root.inputs[decl.Name]
		if !ok && m.root.doubt != "" {
			name := "var." + decl.Name
			return unknown(ty.WithoutOptionalAttributesDeep(), graph.Cause{Text: m.root.doubt, Base: name, Exact: true}), true, nil
		}
		if !ok {
			return cty.NilVal, false, nil
		}
		v, err := in.value(decl, ty)
		return v, true, err
	}
	a, ok := m.call.Body.Attributes[decl.Name]
	if !ok {
		return cty.NilVal, false, nil
	}
	in := *m.caller
	in.busy, in.run = b, r
	v, err = in.eval(a.Expr)
	return v, true, err
}

// A callSet is a module call, expanded.
type callSet struct {
	call      *config.Call
	address   string // module.a, absolute
	instances []*moduleInstance
	keyed     keyKind
	cause     graph.Cause // why the module or the number of instances is not known
}

type moduleInstance struct {
	key cty.Value // NilVal for a single one
	m   *module   // nil if the module is not installed
}

// callSet expands a module call; it is nil if there is no such call.
func (s *scope) callSet(name string) (*callSet, error) {
	call := s.m.callsBy[name]
	if call == nil {
		return nil, nil
	}
	return force(s, slot(&s.m.mu, s.m.calls, name), "module."+name, func(b *busy, r *run) (*callSet, error) {
		in := &scope{m: s.m, busy: b, run: r}
		return s.m.newCallSet(call, in.expand(call.Count, call.ForEach)), nil
	})
}

func (m *module) newCallSet(call *config.Call, exp expansion) *callSet {
	set := &callSet{call: call, address: m.qualify("module." + call.Name), keyed: exp.kind, cause: exp.cause}
	for _, e := range exp.elements {
		inst := &moduleInstance{key: e.key}
		if call.Module != nil {
			child := newModule(m.root, call.Module, set.address+e.suffix)
			child.call = call
			child.caller = &scope{m: m, each: e.each, count: e.count}
			child.path = m.root.modulePath(call.Module)
			child.providers = m.passProviders(call)
			child.maybe = m.maybe || e.maybe
			child.maybeCause, child.number = m.maybeCause, m.number
			if e.maybe {
				child.maybeCause = exp.cause
				child.number = cmp.Or(m.numberOf(call.Count, call.ForEach), child.address)
			}
			inst.m = child
		}
		set.instances = append(set.instances, inst)
	}
	return set
}

// missing says why the call's module is not there.
func (m *module) missing(call *config.Call) graph.Cause {
	text := call.Missing
	if text == "" {
		text = fmt.Sprintf("module %q is not installed", call.Name)
	}
	if call.Install != "" {
		text += ": run " + call.Install
	}
	return graph.Cause{Text: text, Base: m.qualify("module." + call.Name), Exact: true}
}

// moduleReference resolves module.name and what follows.
func (s *scope) moduleReference(t hcl.Traversal, name string) (cty.Value, error) {
	set, err := s.callSet(name)
	if err != nil {
		return cty.NilVal, err
	}
	if set == nil {
		return s.undeclared("module." + name)
	}
	rest := t[2:]
	if set.call.Module == nil {
		return s.missingOutput(set, rest)
	}
	if set.keyed == keyNone {
		return s.outputReference(set.instances[0].m, rest)
	}
	if len(rest) > 0 {
		if idx, ok := rest[0].(hcl.TraverseIndex); ok {
			m, v, err := set.pick(idx.Key)
			if m == nil {
				return v, err
			}
			return s.outputReference(m, rest[1:])
		}
	}
	v, err := s.callValue(set)
	if err != nil {
		return v, err
	}
	return traverse(v, rest)
}

// missingOutput is an output of a module that is not installed.
func (s *scope) missingOutput(set *callSet, rest hcl.Traversal) (cty.Value, error) {
	c := s.m.missing(set.call)
	for _, step := range rest {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			c.Base += "." + step.Name
		case hcl.TraverseIndex:
			if k, err := convert.Convert(step.Key, cty.String); err == nil && k.IsKnown() && !k.IsNull() {
				c.Base += "[" + k.AsString() + "]"
			}
		}
	}
	return because(c), nil
}

// moduleInstance is module.name[key] as a value.
func (s *scope) moduleInstance(name string, key cty.Value) (cty.Value, error) {
	set, err := s.callSet(name)
	if err != nil {
		return cty.NilVal, err
	}
	if set == nil {
		return s.undeclared("module." + name)
	}
	if set.call.Module == nil {
		c := s.m.missing(set.call)
		c.Exact = false
		return because(c), nil
	}
	if set.keyed == keyNone {
		return cty.NilVal, fmt.Errorf("module.%s has neither count nor for_each, so it cannot be indexed", name)
	}
	m, v, err := set.pick(key)
	if m == nil {
		return v, err
	}
	return s.outputReference(m, nil)
}

// pick finds the instance with a key. Without one, v is the unknown in its place.
func (set *callSet) pick(key cty.Value) (m *module, v cty.Value, err error) {
	elements := make([]cty.Value, len(set.instances))
	for i, inst := range set.instances {
		elements[i] = inst.key
	}
	i, v, err := pickKey(set.address, set.keyed, elements, key, set.cause)
	if i < 0 {
		return nil, v, err
	}
	return set.instances[i].m, cty.NilVal, nil
}

// outputReference resolves an output of one module instance.
func (s *scope) outputReference(m *module, rest hcl.Traversal) (cty.Value, error) {
	if len(rest) == 0 {
		all := make(map[string]cty.Value, len(m.cfg.Outputs))
		for name := range m.cfg.Outputs {
			v, err := s.output(m, name)
			if err != nil {
				v = failed(err)
			}
			all[name] = v
		}
		return cty.ObjectVal(all), nil
	}
	a, ok := rest[0].(hcl.TraverseAttr)
	if !ok {
		idx, isIndex := rest[0].(hcl.TraverseIndex)
		if !isIndex || idx.Key.Type() != cty.String {
			return cty.NilVal, fmt.Errorf("%s has neither count nor for_each, so it cannot be indexed", m.address)
		}
		a = hcl.TraverseAttr{Name: idx.Key.AsString(), SrcRange: idx.SrcRange}
	}
	v, err := s.output(m, a.Name)
	if err != nil {
		return v, err
	}
	return traverse(v, rest[1:])
}

func (s *scope) output(m *module, name string) (cty.Value, error) {
	o, ok := m.cfg.Outputs[name]
	if !ok || o.Value == nil {
		if len(m.cfg.Incomplete) > 0 {
			return because(graph.Cause{Text: fmt.Sprintf("output %q of %s may be declared in %s, which cannot be read in full", name, m.address, m.cfg.Incomplete[0])}), nil
		}
		return cty.NilVal, fmt.Errorf("%s has no output %q", m.address, name)
	}
	return force(s, m.memo("output."+name), m.address+"."+name, func(b *busy, r *run) (cty.Value, error) {
		in := &scope{m: m, busy: b, run: r}
		v, err := in.eval(o.Value)
		if err != nil {
			return v, err
		}
		if in.flag(o.Sensitive, false) {
			v = v.Mark(funcs.Sensitive)
		}
		return v, nil
	})
}

// callValue is a whole module with count or for_each: a tuple or object of
// objects of outputs.
func (s *scope) callValue(set *callSet) (cty.Value, error) {
	switch set.keyed {
	case keyUnknown:
		inst := set.instances[0]
		v, err := s.outputReference(inst.m, nil)
		if err != nil {
			return v, err
		}
		c := set.cause
		c.Base, c.Exact = set.address, true
		return because(c).Mark(repMark{&representative{key: inst.key, value: v}}), nil
	case keyInt:
		vs := make([]cty.Value, len(set.instances))
		for i, inst := range set.instances {
			v, err := s.outputReference(inst.m, nil)
			if err != nil {
				return v, err
			}
			vs[i] = v
		}
		return cty.TupleVal(vs), nil
	}
	vs := make(map[string]cty.Value, len(set.instances))
	for _, inst := range set.instances {
		v, err := s.outputReference(inst.m, nil)
		if err != nil {
			return v, err
		}
		vs[inst.key.AsString()] = v
	}
	return cty.ObjectVal(vs), nil
}

// keySuffix is how an address shows an instance's key.
func keySuffix(key cty.Value) string {
	if key.Type() == cty.Number {
		i, _ := key.AsBigFloat().Int64()
		return "[" + strconv.FormatInt(i, 10) + "]"
	}
	return "[" + quoteKey(key.AsString()) + "]"
}
