package fix

import (
	"fmt"
	"iter"
)

// jsonBlocks are the blocks of the module in JSON syntax by type and labels, as
// they would be. A file that cannot be read has none: loading it has said so.
func (s *site) jsonBlocks(w *world, path ...string) iter.Seq2[*jsonFile, *jsonNode] {
	return func(yield func(*jsonFile, *jsonNode) bool) {
		for _, file := range s.module.Files {
			if !file.JSON {
				continue
			}
			f, err := w.jsonOf(file.Path)
			if err != nil {
				continue
			}
			for _, n := range f.tree.blocks(path...) {
				if !yield(f, n) {
					return
				}
			}
		}
	}
}

// jsonDeclared is the first of jsonBlocks; nil if there is none.
func (s *site) jsonDeclared(w *world, path ...string) (*jsonFile, *jsonNode) {
	for f, n := range s.jsonBlocks(w, path...) {
		return f, n
	}
	return nil, nil
}

// jsonArgument is argument for a call in JSON syntax.
func (p *pieces) jsonArgument(w *world, s *site, name, attribute, variable string) error {
	f, n := s.parent.jsonDeclared(w, "module", s.call().Name)
	if n == nil {
		return fmt.Errorf("the call of module %s in %s cannot be edited", s.call().Name, s.parent.module.Dir)
	}
	if v := n.member(variable); v != nil && string(f.src[v.start:v.end]) != "null" {
		return nil
	}
	if err := sameAccount(s.call()); err != nil && !catalogue[name].anywhere(name) {
		return err
	}
	text, err := p.expression(w, s.parent, name, attribute)
	if err != nil {
		return err
	}
	f, n = s.parent.jsonDeclared(w, "module", s.call().Name) // making the piece may have changed the file
	d := newDraft()
	if v := n.member(variable); v != nil {
		d.replace(f.source, v.start, v.end, interpolated(text))
		return d.commit()
	}
	if err := f.pass(d, n, variable, text); err != nil {
		return err
	}
	return d.commit()
}
