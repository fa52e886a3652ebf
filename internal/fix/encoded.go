package fix

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// encoded merges code into an object that an argument holds as JSON, where that
// is written.
func (w *writer) encoded(c rule.Encoded) error {
	s, f, block, err := w.blockOf(c.On, graph.Location{})
	if err != nil {
		return err
	}
	a := block.Body.Attributes[c.Path]
	if a == nil {
		return fmt.Errorf("%s: it has no argument %s", place(block.TypeRange), c.Path)
	}
	code, err := parseSnippet(c.Code)
	if err != nil {
		return err
	}
	return w.encodedIn(s, f, a.Expr, c, code)
}

// encodedIn merges code into an object that an expression encodes.
func (w *writer) encodedIn(s *site, f *source, x hclsyntax.Expression, c rule.Encoded, code *snippet) error {
	s, f, x, err := w.ownDefinition(s, f, x)
	if err != nil {
		return err
	}
	d := newDraft()
	if text := f.text(x.Range()); strings.HasPrefix(text, "<<") {
		from, to := heredocBody(text)
		out, err := encodedText(text[from:to], c.Index, code)
		if err != nil {
			return fmt.Errorf("%s: %w", place(x.Range()), err)
		}
		d.replace(f, x.Range().Start.Byte+from, x.Range().Start.Byte+to, out)
		return d.commit()
	}
	call, ok := unwrapped(x).(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "jsonencode" || len(call.Args) != 1 {
		return fmt.Errorf("%s: %s is not written there as jsonencode or text, but in a template or elsewhere: change it there", place(x.Range()), c.Path)
	}
	s, f, x, err = w.elementAt(s, f, call.Args[0], c.Index)
	if err != nil {
		return err
	}
	if x, err = w.lastOf(s, f, x, code); err != nil {
		return err
	}
	define := &definer{world: w.world, draft: d, given: w.given, part: w.part}
	want, err := define.items(s, f, x.(*hclsyntax.ObjectConsExpr), code)
	if err != nil {
		return err
	}
	if want != "" {
		text, _ := merged(f.src, x, "{\n"+want+"}")
		d.replace(f, x.Range().Start.Byte, x.Range().End.Byte, text)
	}
	w.notes = append(w.notes, define.notes...)
	return d.commit()
}

// items are the items of the code that are to be merged into an object: not those
// that are changed where their value is defined. Lists that are not written there
// are concatenated.
func (d *definer) items(s *site, f *source, object *hclsyntax.ObjectConsExpr, code *snippet) (string, error) {
	var want strings.Builder
	for _, a := range attributes(code.body) {
		value, x := code.text(a.Expr.Range()), itemOf(object, a.Name)
		_, list := a.Expr.(*hclsyntax.TupleConsExpr)
		_, written := x.(*hclsyntax.TupleConsExpr)
		switch {
		case x == nil:
		case list && !written && strings.Contains(f.text(x.Range()), value):
			continue // for another instance of the block
		case list && !written && !isNull(x):
			value = fmt.Sprintf("concat(%s, %s)", f.text(x.Range()), value)
		case !list:
			done, why, err := d.follow(s, x, value)
			if err != nil {
				return "", err
			}
			if done {
				continue
			}
			if why != "" {
				d.notes = append(d.notes, fmt.Sprintf("%s: %s is set here, not where its value comes from: %s", place(x.Range()), a.Name, why))
			}
		}
		fmt.Fprintf(&want, "%s = %s\n", a.Name, value)
	}
	return want.String(), nil
}

// elementAt finds the object that is an element of a list which an expression
// makes, or the object that it is.
func (w *writer) elementAt(s *site, f *source, x hclsyntax.Expression, index int) (*site, *source, hclsyntax.Expression, error) {
	s, f, x, err := w.ownDefinition(s, f, x)
	if err != nil {
		return nil, nil, nil, err
	}
	switch x := unwrapped(x).(type) {
	case *hclsyntax.TupleConsExpr:
		if index < len(x.Exprs) {
			return w.objectOf(s, f, x.Exprs[index])
		}
	case *hclsyntax.ForExpr:
		if x.KeyExpr == nil { // for all elements at once
			return w.objectOf(s, f, x.ValExpr)
		}
	case *hclsyntax.ObjectConsExpr:
		return s, f, x, nil
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "merge" {
			return s, f, x, nil
		}
		if x.Name != "concat" {
			break
		}
		for _, part := range x.Args {
			_, _, list, err := w.ownDefinition(s, f, part)
			if err != nil {
				return nil, nil, nil, err
			}
			tuple, ok := unwrapped(list).(*hclsyntax.TupleConsExpr)
			if !ok {
				break
			}
			if index < len(tuple.Exprs) {
				return w.elementAt(s, f, part, index)
			}
			index -= len(tuple.Exprs)
		}
	}
	return nil, nil, nil, fmt.Errorf("%s: which of the elements it is, nothing tells that is written there: change it by hand", place(x.Range()))
}

// objectOf finds where an object, or what merges some, is written.
func (w *writer) objectOf(s *site, f *source, x hclsyntax.Expression) (*site, *source, hclsyntax.Expression, error) {
	s, f, x, err := w.ownDefinition(s, f, x)
	return s, f, unwrapped(x), err
}

// lastOf is the object that says last what an expression consists of: itself, or
// the last argument of merge. Lists that are to be added to must not stand in
// another one.
func (w *writer) lastOf(s *site, f *source, x hclsyntax.Expression, code *snippet) (hclsyntax.Expression, error) {
	call, ok := x.(*hclsyntax.FunctionCallExpr)
	if ok && call.Name == "merge" && len(call.Args) > 0 {
		last := len(call.Args) - 1
		x = unwrapped(call.Args[last])
		for _, a := range attributes(code.body) {
			if _, list := a.Expr.(*hclsyntax.TupleConsExpr); !list || itemOf(x, a.Name) != nil {
				continue
			}
			for _, other := range call.Args[:last] {
				_, _, o, err := w.definition(s, f, other)
				if err != nil {
					return nil, err
				}
				if _, written := unwrapped(o).(*hclsyntax.ObjectConsExpr); !written || itemOf(unwrapped(o), a.Name) != nil {
					return nil, fmt.Errorf("%s: what is merged there may have %s, which would be lost: change it by hand", place(call.Range()), a.Name)
				}
			}
		}
	}
	if _, ok := x.(*hclsyntax.ObjectConsExpr); !ok {
		return nil, fmt.Errorf("%s: no object is written there: change it where it comes from", place(x.Range()))
	}
	return x, nil
}

// itemOf is the value of an item of an object, nil if there is none.
func itemOf(x hclsyntax.Expression, name string) hclsyntax.Expression {
	if o, ok := x.(*hclsyntax.ObjectConsExpr); ok {
		for _, item := range o.Items {
			if keyName(item.KeyExpr) == name {
				return item.ValueExpr
			}
		}
	}
	return nil
}

// ownDefinition is definition for what nothing else may depend on.
func (w *writer) ownDefinition(s *site, f *source, x hclsyntax.Expression) (*site, *source, hclsyntax.Expression, error) {
	if kind, name := bare(x); kind != "" {
		if n, err := s.uses(w.world, kind, name); err != nil {
			return nil, nil, nil, err
		} else if n > 1 {
			return nil, nil, nil, fmt.Errorf("%s: %s.%s is used elsewhere too: change it by hand", place(x.Range()), kind, name)
		}
	}
	return w.definition(s, f, x)
}

// unwrapped is an expression without parentheses and a template around it.
func unwrapped(x hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch e := x.(type) {
		case *hclsyntax.ParenthesesExpr:
			x = e.Expression
		case *hclsyntax.TemplateWrapExpr:
			x = e.Wrapped
		default:
			return x
		}
	}
}

// heredocBody is where the text of a heredoc stands in its source.
func heredocBody(text string) (from, to int) {
	from = strings.IndexByte(text, '\n') + 1
	return from, max(from, strings.LastIndexByte(strings.TrimRight(text, "\n"), '\n'))
}

// encodedText merges code into an object of a list, or the object, in JSON text
// of a template.
func encodedText(text string, index int, code *snippet) (string, error) {
	tree, err := parseTree(masked([]byte(text)))
	if err != nil {
		return "", errors.New("it is text that cannot be changed safely")
	}
	objects := tree.objects()
	if index >= len(objects) {
		return "", errors.New("it has too few elements")
	}
	f := &jsonFile{&source{path: "encoded.json", content: content{src: []byte(text)}}, tree}
	o := objects[index]
	d := newDraft()
	var missing []string
	for _, a := range attributes(code.body) {
		value, err := jsonTemplate(code.src, a.Expr, "")
		if err != nil {
			return "", err
		}
		have := o.member(a.Name)
		tuple, list := a.Expr.(*hclsyntax.TupleConsExpr)
		switch {
		case have == nil:
			missing = append(missing, fmt.Sprintf("%q: %s", a.Name, inOneLine(value)))
		case !list:
			d.replace(f.source, have.start, have.end, value)
		case have.kind != '[':
			return "", fmt.Errorf("%s is no list there", a.Name)
		default:
			var elements []string
			for _, e := range tuple.Exprs {
				element, err := jsonTemplate(code.src, e, "")
				if err != nil {
					return "", err
				}
				flat := inOneLine(element)
				if !slices.ContainsFunc(have.elements, func(e *jsonNode) bool { return inOneLine(text[e.start:e.end]) == flat }) {
					elements = append(elements, flat)
				}
			}
			if len(elements) > 0 {
				f.addElements(d, have, elements)
			}
		}
	}
	f.addMembers(d, o, missing)
	if err := d.commit(); err != nil {
		return "", err
	}
	return string(f.src), nil
}

// jsonEncoded is encoded for a resource in JSON syntax.
func (w *writer) jsonEncoded(c rule.Encoded) error {
	on := w.on(c.On)
	f, n, err := w.jsonBlock(on, graph.Location{})
	if err != nil {
		return err
	}
	v := n.member(c.Path)
	code, err := parseSnippet(c.Code)
	if err != nil {
		return err
	}
	if v == nil || v.kind != '"' {
		return fmt.Errorf("%s: %s is no text there: change it by hand", on.Location(), c.Path)
	}
	if v.expression() != nil {
		s, err := siteOf(w.site.root, on.Module)
		if err != nil {
			return err
		}
		inner, a, err := v.interpolated()
		if err != nil {
			return fmt.Errorf("%s: %s: %w", on.Location(), c.Path, err)
		}
		if err := w.encodedIn(s, inner, a.Expr, c, code); err != nil {
			return err
		}
		d := newDraft()
		d.replace(f.source, v.start, v.end, quoted(inner.interpolation()))
		return d.commit()
	}
	text, err := encodedText(v.text, c.Index, code)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", on.Location(), c.Path, err)
	}
	d := newDraft()
	d.replace(f.source, v.start, v.end, quoted(text))
	return d.commit()
}
