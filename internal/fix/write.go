package fix

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// write writes the repairs of all targets of a unit. One that panics is a fault
// of ours and changes nothing.
func (e *engine) write(u *unit) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal fault of the repair for %s: %v: please report it", u.Rule, r)
		}
	}()
	u.Notes = nil
	done := map[string]bool{}
	added := map[graph.Location]map[string]string{}
	for _, t := range u.targets {
		r := e.rules[u.Rule].Assert.Repair(t.Target)
		if has, _ := e.viaInputs(u.Rule, t); len(r.Changes) == 0 && !has {
			return errors.New(cmp.Or(r.Why, "there is no repair for "+address(t.Resource)))
		}
		about := t.Resource
		if about == nil {
			about = subject(r.Changes[0])
		}
		if about == nil {
			return errors.New("the repair names no resource")
		}
		s, err := siteOf(e.state.input.Config.Roots[t.root], about.Module)
		if err != nil {
			return err
		}
		if added[about.Location()] == nil {
			added[about.Location()] = map[string]string{}
		}
		w := &writer{
			world: e.world, site: s, target: about, done: done, added: added[about.Location()], given: e.given, gentle: !u.again, part: u.Part != "",
			pieces: &pieces{roots: e.state.input.Config.Roots, graphs: e.state.input.Graphs, index: t.root, made: e.made},
		}
		if outer := s.installed(); outer != nil {
			err = w.inputs(u.Rule, r, outer)
		} else {
			err = w.write(r)
		}
		if err != nil {
			return err
		}
		for _, n := range append(w.notes, r.Notes...) {
			if !slices.Contains(u.Notes, n) {
				u.Notes = append(u.Notes, n)
			}
		}
	}
	return nil
}

// viaInputs reports whether a target is in an installed module for which the
// table has inputs; why is what the table leaves to people.
func (e *engine) viaInputs(rule string, t target) (has bool, why string) {
	if t.Resource == nil {
		return false, ""
	}
	s, err := siteOf(e.state.input.Config.Roots[t.root], t.Resource.Module)
	if err != nil {
		return false, ""
	}
	outer := s.installed()
	if outer == nil {
		return false, ""
	}
	known, err := outer.tabled(rule)
	if err == nil && len(known) > 0 {
		return true, ""
	}
	return false, outer.byHand(rule)
}

func address(r *graph.Resource) string {
	if r == nil {
		return "the account"
	}
	return r.Address
}

// subject is the resource that a change names; nil if that is the target.
func subject(c rule.Change) *graph.Resource {
	switch c := c.(type) {
	case rule.Set:
		return c.On
	case rule.Append:
		return c.On
	case rule.Unset:
		return c.On
	case rule.Statement:
		return c.On
	case rule.Retype:
		return c.On
	case rule.Exchange:
		return c.On
	case rule.Redirect:
		return c.On
	case rule.Narrow:
		return c.On
	case rule.Encoded:
		return c.On
	case rule.Add:
		return c.Beside
	}
	return nil
}

// Relative is a shown path as it is from dir, for diffs and patches.
func Relative(dir, shown string) string {
	if rel, err := filepath.Rel(dir, filepath.FromSlash(shown)); err == nil {
		return filepath.ToSlash(rel)
	}
	return shown
}
