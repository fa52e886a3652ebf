package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A jsonMerge puts code into an object and leaves every other byte as it is.
type jsonMerge struct {
	file  *jsonFile
	code  *snippet
	draft *draft
	// change changes an argument that is there.
	change func(have *jsonNode, name string, want hclsyntax.Expression) error
}

// into merges the body of the code into the object of a block.
func (m *jsonMerge) into(n *jsonNode, body *hclsyntax.Body) error {
	var missing []string
	indent := m.file.memberIndent(n)
	for _, a := range attributes(body) {
		if have := n.member(a.Name); have != nil {
			if err := m.change(have, a.Name, a.Expr); err != nil {
				return err
			}
			continue
		}
		value, err := jsonValue(m.code, a.Expr, indent)
		if err != nil {
			return err
		}
		missing = append(missing, fmt.Sprintf("%q: %s", a.Name, value))
	}
	for _, b := range body.Blocks {
		if have := n.nested(b.Type); len(have) > 0 {
			for _, o := range have {
				if err := m.into(o, b.Body); err != nil {
					return err
				}
			}
			continue
		}
		value, err := jsonBody(m.code, b.Body, indent)
		if err != nil {
			return err
		}
		missing = append(missing, fmt.Sprintf("%q: %s", b.Type, value))
	}
	m.file.addMembers(m.draft, n, missing)
	return nil
}

// value sets the items of a wanted object in the one that is there, and adds the
// elements of a wanted tuple to the array that is there. It reports whether both
// are of the same kind.
func (m *jsonMerge) value(have *jsonNode, want hclsyntax.Expression) (bool, error) {
	switch want := want.(type) {
	case *hclsyntax.ObjectConsExpr:
		return have.kind == '{', m.items(have, want)
	case *hclsyntax.TupleConsExpr:
		if have.kind != '[' || len(want.Exprs) == 0 {
			return false, nil
		}
		var missing []string
		for _, e := range want.Exprs {
			text, err := jsonValue(m.code, e, "")
			if err != nil {
				return false, err
			}
			if !slices.ContainsFunc(have.elements, func(h *jsonNode) bool {
				return inOneLine(string(m.file.src[h.start:h.end])) == inOneLine(text)
			}) {
				missing = append(missing, text)
			}
		}
		if len(missing) > 0 {
			m.file.addElements(m.draft, have, missing)
		}
		return true, nil
	}
	return false, nil
}

func (m *jsonMerge) items(have *jsonNode, want *hclsyntax.ObjectConsExpr) error {
	if have.kind != '{' {
		return nil
	}
	var missing []string
	indent := m.file.memberIndent(have)
	for _, item := range want.Items {
		name := keyName(item.KeyExpr)
		v := have.member(name)
		if v != nil {
			if done, err := m.value(v, item.ValueExpr); done || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			indent = indentOf(m.file.src, v.start)
		}
		text, err := jsonValue(m.code, item.ValueExpr, indent)
		if err != nil {
			return err
		}
		if v != nil {
			m.draft.replace(m.file.source, v.start, v.end, m.file.laid(text, indent))
			continue
		}
		missing = append(missing, fmt.Sprintf("%q: %s", name, text))
	}
	m.file.addMembers(m.draft, have, missing)
	return nil
}

// jsonInputs is inputs for a call in JSON syntax, with the code of the inputs.
func (w *writer) jsonInputs(code *snippet, s *site) error {
	call := s.call()
	f, n := s.parent.jsonDeclared(w.world, "module", call.Name)
	if n == nil {
		return fmt.Errorf("the call of module.%s cannot be edited", call.Name)
	}
	d := newDraft()
	define := &definer{world: w.world, draft: d, given: w.given, gentle: w.gentle, part: w.part}
	m := &jsonMerge{file: f, code: code, draft: d}
	m.change = func(have *jsonNode, name string, want hclsyntax.Expression) error {
		if done, err := m.value(have, want); done || err != nil {
			return err
		}
		return define.setJSON(s.parent, f, have, name, code.text(want.Range()))
	}
	if err := m.into(n, withoutNulls(code.body, call.Body)); err != nil {
		return err
	}
	w.notes = append(w.notes, define.notes...)
	w.notes = append(w.notes, fmt.Sprintf("%s: through the inputs of module.%s, which is installed from %s", place(call.Range), call.Name, call.Source))
	return d.commit()
}
