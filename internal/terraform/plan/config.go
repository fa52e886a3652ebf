package plan

import (
	"slices"
	"sync"
)

// A moduleConfig is a module in the configuration section of a plan. Nil is
// one that the plan says nothing of.
type moduleConfig struct {
	raw raw

	once      sync.Once
	resources map[string]raw // by address within the module
	calls     map[string]*callConfig
	outputs   raw
	variables raw
}

// A callConfig is a module call.
type callConfig struct {
	expressions raw
	forEach     raw // expression
	module      *moduleConfig
}

func (m *moduleConfig) load() {
	m.once.Do(func() {
		m.resources = map[string]raw{}
		m.calls = map[string]*callConfig{}
		for k, v := range m.raw.fields() {
			switch {
			case k.is("outputs"):
				m.outputs = v
			case k.is("variables"):
				m.variables = v
			case k.is("resources"):
				for r := range v.elements() {
					m.resources[r.get("address").text()] = r
				}
			case k.is("module_calls"):
				for name, c := range v.fields() {
					m.calls[name.text()] = &callConfig{
						expressions: c.get("expressions"),
						forEach:     c.get("for_each_expression"),
						module:      &moduleConfig{raw: c.get("module")},
					}
				}
			}
		}
	})
}

// resource is what the module says of a resource block.
func (m *moduleConfig) resource(address string) raw {
	if m == nil {
		return nil
	}
	m.load()
	return m.resources[address]
}

func (m *moduleConfig) call(name string) *callConfig {
	if m == nil {
		return nil
	}
	m.load()
	return m.calls[name]
}

// output is the expression of one output.
func (m *moduleConfig) output(name string) raw {
	if m == nil {
		return nil
	}
	m.load()
	return m.outputs.at(name, "expression")
}

// outputNames lists the outputs.
func (m *moduleConfig) outputNames() []string {
	if m == nil {
		return nil
	}
	m.load()
	var names []string
	for k := range m.outputs.fields() {
		names = append(names, k.text())
	}
	return names
}

// variableDefault is the default of a variable, nil if it has none.
func (m *moduleConfig) variableDefault(name string) raw {
	if m == nil {
		return nil
	}
	m.load()
	return m.variables.at(name, "default")
}

// A scope is one instance of a module.
type scope struct {
	path   string // address: module.a["x"].module.b; "" is the root
	parent *scope // nil for the root
	name   string // of the call in the parent
	key    string // the instance's own key: ["x"] or ""
	call   *callConfig
	config *moduleConfig
}

// scope is the module instance with an address.
func (s *source) scope(path string) *scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sc, ok := s.scopes[path]; ok {
		return sc
	}
	sc := &scope{config: s.doc.config}
	s.scopes[""] = sc
	parts := tokens(path)
	for depth := 0; len(parts) >= 2 && depth < maxModules; depth++ {
		name := parts[1]
		key, rest := cutKey(parts[2:])
		address := qualify(sc.path, "module."+name+key)
		child, ok := s.scopes[address]
		if !ok {
			child = &scope{path: address, parent: sc, name: name, key: key}
			if child.call = sc.config.call(name); child.call != nil {
				child.config = child.call.module
			}
			s.scopes[address] = child
		}
		sc, parts = child, rest
	}
	if len(parts) > 0 { // no address of a module
		sc = &scope{path: path}
		s.scopes[path] = sc
	}
	return sc
}

// qualify is the absolute address of what is in a module.
func qualify(module, address string) string {
	if module == "" {
		return address
	}
	return module + "." + address
}

// A context is where the references of an expression are looked up.
type context struct {
	scope   *scope
	key     string // of the resource or module instance that the expression is for
	forEach raw    // expression of its block
	peers   int    // how many instances the block has
}

// caller is the context of the arguments of the call that makes sc.
func (s *source) caller(sc *scope) context {
	return context{
		scope:   sc.parent,
		key:     sc.key,
		forEach: sc.call.forEach,
		peers:   len(s.index().modules[qualify(sc.parent.path, "module."+sc.name)]),
	}
}

// references lists what an expression refers to, each reference in full. A plan
// lists besides each one what it is part of (of aws_kms_key.k[0].arn also
// aws_kms_key.k[0] and aws_kms_key.k), in the order in which Terraform meets
// the references, which for the attributes of an object is any.
func references(expression raw) []string {
	var all []string
	left := map[string]int{}
	for e := range expression.get("references").elements() {
		ref := e.text()
		all = append(all, ref)
		left[ref]++
	}
	if len(all) == 1 {
		return all
	}
	longest := slices.Clone(all)
	slices.SortStableFunc(longest, func(a, b string) int { return len(b) - len(a) })
	whole := map[string]int{}
	for _, ref := range longest {
		if left[ref] == 0 {
			continue
		}
		left[ref]--
		whole[ref]++
		for _, part := range parents(ref) {
			if left[part] > 0 {
				left[part]--
			}
		}
	}
	return slices.DeleteFunc(all, func(ref string) bool {
		whole[ref]--
		return whole[ref] < 0
	})
}

// parents lists what a reference is part of, up to the resource or module.
func parents(ref string) []string {
	const longest = 1 << 12 // what is longer is no reference of a person's
	if len(ref) > longest {
		return nil
	}
	var out []string
	for i := len(ref) - 1; i > 0; i-- {
		if ref[i] == '.' || ref[i] == '[' {
			out = append(out, ref[:i])
		}
	}
	return out
}
