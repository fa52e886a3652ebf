package fix

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// jsonRetype changes the type of a resource in JSON syntax, and wherever its
// module refers to it.
func (w *writer) jsonRetype(c rule.Retype) error {
	on := w.on(c.On)
	s, err := siteOf(w.site.root, on.Module)
	if err != nil {
		return err
	}
	if _, b, err := s.declared(w.world, "resource", c.Type, on.Name); err != nil {
		return err
	} else if _, n := s.jsonDeclared(w.world, "resource", c.Type, on.Name); b != nil || n != nil {
		return fmt.Errorf("%s: there is an %s.%s already", on.Location(), c.Type, on.Name)
	}
	f, _, err := w.jsonBlock(on, graph.Location{})
	if err != nil {
		return err
	}
	d := newDraft()
	if !f.rename(d, on, c.Type) {
		return fmt.Errorf("%s: it stands among others of its type: make it an %s by hand", on.Location(), c.Type)
	}
	if err := s.referRenamed(w.world, d, on.Type, on.Name, c.Type, ""); err != nil {
		return err
	}
	return d.commit()
}

// rename renames the type of a resource that is the only one of it, and reports
// whether it is.
func (f *jsonFile) rename(d *draft, on *graph.Resource, typ string) bool {
	for _, resources := range f.tree.blocks("resource") {
		for _, m := range resources.members {
			if m.name != on.Type || m.value.kind != '{' || m.value.member(on.Name) == nil {
				continue
			}
			if len(m.value.members) != 1 || resources.member(typ) != nil {
				return false
			}
			d.replace(f.source, m.start, m.start+len(quoted(on.Type)), quoted(typ))
			return true
		}
	}
	return false
}
