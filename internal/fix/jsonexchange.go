package fix

import (
	"cmp"
	"fmt"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// jsonExchange is exchange for an argument in JSON syntax.
func (w *writer) jsonExchange(c rule.Exchange) error {
	key := (&exchange{Exchange: c, writer: w}).key()
	if _, done := w.world.done[key]; done {
		return nil
	}
	s, err := siteOf(w.site.root, w.on(c.On).Module)
	if err != nil {
		return err
	}
	want := cmp.Or(c.New.Many, c.New.One)
	text, err := w.code(want, s)
	if err != nil {
		return err
	}
	f, n, err := w.jsonBlock(c.On, graph.Location{})
	if err != nil {
		return err
	}
	start := f.offset(c.At.Line)
	found := n.named(c.Name, start, f.lineEnd(start))
	if len(found) != 1 {
		return fmt.Errorf("%s: the argument %s is no longer there", c.At, c.Name)
	}
	if len(c.Of) > 0 {
		return fmt.Errorf("%s: what is written there is for other things too, which may be right: write it apart", c.At)
	}
	v, d := found[0], newDraft()
	x := v.expression()
	switch {
	case v.kind == '[':
		kept := slices.DeleteFunc(slices.Clone(v.elements), func(e *jsonNode) bool { return e.kind == '"' && slices.Contains(c.Old, e.text) })
		if len(kept) == len(v.elements) {
			return fmt.Errorf("%s: %s has the value from elsewhere: change it there", c.At, c.Name)
		}
		if len(kept) == 0 && text != "" {
			d.replace(f.source, v.start, v.end, f.value(text))
			break
		}
		list := ""
		for i, e := range kept {
			if i > 0 {
				list += ", "
			}
			list += string(f.src[e.start:e.end])
		}
		d.replace(f.source, v.start, v.end, "["+list+"]")
	case x != nil && text == "":
		d.replace(f.source, v.start, v.end, interpolated(without(f.native(v), c.Old)))
	case x != nil:
		define := &definer{world: w.world, draft: d, given: w.given, gentle: w.gentle, part: w.part}
		done, _, err := define.follow(s, x, initial(want))
		if err != nil {
			return err
		}
		if !done {
			d.replace(f.source, v.start, v.end, f.value(text))
		}
	case v.kind == '"' && text != "":
		d.replace(f.source, v.start, v.end, f.value(text))
	default:
		return fmt.Errorf("%s: %s cannot be edited", c.At, c.Name)
	}
	if err := d.commit(); err != nil {
		return err
	}
	w.world.done[key] = w.world.now()
	return nil
}

// value is code as a JSON value in one line.
func (f *jsonFile) value(code string) string {
	if text, err := jsonText(code, ""); err == nil && constant(code) {
		return inOneLine(text)
	}
	return interpolated(code)
}

// named are the values of a name that begins in a line, given as the bytes from
// start to end.
func (n *jsonNode) named(name string, start, end int) []*jsonNode {
	var found []*jsonNode
	for _, m := range n.members {
		if m.name == name && m.start >= start && m.start < end {
			found = append(found, m.value)
		}
		found = append(found, m.value.named(name, start, end)...)
	}
	for _, e := range n.elements {
		found = append(found, e.named(name, start, end)...)
	}
	return found
}
