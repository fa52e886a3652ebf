package eval

import "safeguard/internal/terraform/config"

// Sources evaluates the module sources below root that are expressions of
// variables and locals, as OpenTofu does before it installs modules. One whose
// value is not known is empty, and one that has two values, in two instances
// of the module that the call stands in.
func Sources(root *config.Root, opts Options) map[config.CallPlace]string {
	found := map[config.CallPlace]string{}
	newRoot(root, opts).module.sources("", found)
	return found
}

// sources adds those of m, which the calls of these names lead to, and of the
// modules that it calls.
func (m *module) sources(calls string, found map[config.CallPlace]string) {
	s := &scope{m: m}
	for _, call := range m.cfg.Calls {
		if x := call.ComputedSource(); x != nil {
			source, _ := toGraph(s.known(x)).Literal()
			place := config.CallPlace{Root: m.root.dir, Calls: calls + call.Name, Dir: m.cfg.Dir}
			if before, again := found[place]; again && before != source {
				source = ""
			}
			found[place] = source
		}
		if call.Module == nil || !call.Module.ComputesSource() {
			continue
		}
		set, err := s.callSet(call.Name)
		if err != nil || set == nil || set.call != call {
			continue
		}
		for _, inst := range set.instances {
			inst.m.sources(calls+call.Name+".", found)
		}
	}
}
