package plan

import (
	"strings"
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
// lists after each one what it is part of: aws_kms_key.k[0].arn,
// aws_kms_key.k[0], aws_kms_key.k.
func references(expression raw) []string {
	var refs []string
	last := ""
	for e := range expression.get("references").elements() {
		ref := e.text()
		if !partOf(ref, last) {
			refs = append(refs, ref)
		}
		last = ref
	}
	return refs
}

// partOf reports whether the reference full begins with ref and goes on.
func partOf(ref, full string) bool {
	rest, ok := strings.CutPrefix(full, ref)
	return ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "["))
}
