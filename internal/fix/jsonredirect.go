package fix

import (
	"fmt"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// jsonRedirect is redirect for a resource in JSON syntax.
func (w *writer) jsonRedirect(c rule.Redirect) error {
	if c.On.Module != w.target.Module {
		return fmt.Errorf("%s is in another module than %s: move it there first", c.On.Address, w.target.Address)
	}
	f, n, err := w.jsonBlock(c.On, graph.Location{})
	if err != nil {
		return err
	}
	key := fmt.Sprint("redirect ", c.On.Location(), c.On.Name, w.target.Location(), w.target.Name)
	if w.done[key] { // for another instance of the block
		return w.sameInstance(c, key, f.jsonMeta(n))
	}
	at := slices.IndexFunc(n.members, func(m jsonMember) bool { return m.name == c.From })
	if at < 0 {
		return fmt.Errorf("%s: it has no argument %s", c.On.Location(), c.From)
	}
	v := n.members[at].value
	refs := []*jsonNode{v}
	if v.kind == '[' {
		refs = v.elements
	}
	d := newDraft()
	moved := 0
	for _, ref := range refs {
		text, others := "", false
		if ref.expression() != nil {
			text, others = w.redirected(f.native(ref), c.To)
		}
		if text != "" {
			w.done[key+byAddress] = true
		} else if v.kind != '[' && !others {
			if text, err = w.instanceOf(c, f.jsonMeta(n)); err != nil {
				return fmt.Errorf("%s: %w", c.On.Location(), err)
			}
		}
		if text != "" && !others {
			moved++
			d.replace(f.source, ref.start, ref.end, interpolated(text))
		}
	}
	if moved < len(refs) || n.member(c.As) != nil {
		return fmt.Errorf("%s: %s is about more than %s, or there is %s too: move it by hand", c.On.Location(), c.From, w.target.Address, c.As)
	}
	d.replace(f.source, n.members[at].start, n.members[at].start+len(quoted(c.From)), quoted(c.As))
	w.done[key] = true
	return d.commit()
}
