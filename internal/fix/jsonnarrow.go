package fix

import (
	"errors"
	"fmt"
	"strings"

	"safeguard/internal/rule"
)

// jsonNarrow is narrow for a resource in JSON syntax.
func (w *writer) jsonNarrow(c rule.Narrow) error {
	on := w.on(c.On)
	s, err := siteOf(w.site.root, on.Module)
	if err != nil {
		return err
	}
	l, err := w.limits(c, s)
	if err != nil {
		return err
	}
	f, n, err := w.jsonBlock(on, c.At)
	if err != nil {
		return err
	}
	if c.Path == "" {
		return f.narrowed(memberClauses(n.member("statement"), f.src, 0, "sid", "effect", "actions", "resources"), l)
	}
	v := n.member(c.Path)
	if v == nil || v.kind != '"' {
		return fmt.Errorf("%s: it has no text in %s to change a statement in", on.Location(), c.Path)
	}
	text, err := l.within(v)
	if err != nil {
		return fmt.Errorf("%s: %w", on.Location(), err)
	}
	d := newDraft()
	d.replace(f.source, v.start, v.end, quoted(text))
	return d.commit()
}

// within is the text of a policy with the limits.
func (l limits) within(v *jsonNode) (string, error) {
	if v.expression() != nil {
		f, a, err := v.interpolated()
		if err != nil {
			return "", err
		}
		clauses, err := f.clauses(a.Expr)
		if err != nil {
			return "", err
		}
		if err := f.narrowed(clauses, l); err != nil {
			return "", err
		}
		return f.interpolation(), nil
	}
	tree, err := parseTree(masked([]byte(v.text)))
	if err != nil {
		return "", errors.New("the policy is text that no statement can be changed in safely")
	}
	f := &source{path: "policy.json", content: content{src: []byte(v.text)}}
	if err := f.narrowed(textClauses(tree, f.src, 0), l); err != nil {
		return "", err
	}
	return string(f.src), nil
}

// textClauses are the statements of a policy in JSON text that stands at an
// offset of its file.
func textClauses(tree *jsonNode, text []byte, offset int) []clause {
	return memberClauses(tree.member("Statement"), text, offset, "Sid", "Effect", "Action", "Resource")
}

func memberClauses(statements *jsonNode, text []byte, offset int, sid, effect, actions, resources string) []clause {
	var found []clause
	for _, o := range statements.objects() {
		found = append(found, clause{
			span: span{o.start + offset, o.end + offset}, alone: statements.kind == '{', lists: resources == "resources",
			sid: o.member(sid).list(text, offset), effect: o.member(effect).list(text, offset).only(),
			actions: o.member(actions).list(text, offset), resources: o.member(resources).list(text, offset),
		})
	}
	return found
}

// list reads a value as texts; nil for no value. One with an interpolation is
// not known.
func (n *jsonNode) list(text []byte, offset int) *list {
	if n == nil {
		return nil
	}
	l := &list{span: span{n.start + offset, n.end + offset}, scalar: n.kind != '['}
	nodes := n.elements
	if l.scalar {
		nodes = []*jsonNode{n}
	}
	for _, e := range nodes {
		raw := string(text[e.start:e.end])
		l.elements = append(l.elements, element{span{e.start + offset, e.end + offset}, e.text, e.kind == '"' && !strings.Contains(raw, "${")})
	}
	return l
}

// masked is JSON text of a template with something of the same length that JSON
// allows in the place of each interpolation.
func masked(text []byte) []byte {
	out := append([]byte{}, text...)
	inString := false
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == '\\' && inString:
			i++
		case out[i] == '"':
			inString = !inString
		case out[i] == '$' && i+1 < len(out) && out[i+1] == '{' && (i == 0 || out[i-1] != '$'):
			depth := 0
			for ; i < len(out); i++ {
				switch out[i] {
				case '{':
					depth++
				case '}':
					depth--
				}
				closed := out[i] == '}' && depth == 0
				out[i] = '1'
				if closed {
					break
				}
			}
		}
	}
	return out
}
