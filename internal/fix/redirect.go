package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/edit"
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// redirect renames an argument that refers to the target, and lets it refer to
// what was added beside that.
func (w *writer) redirect(c rule.Redirect) error {
	s, f, block, err := w.blockOf(c.On, graph.Location{})
	if err != nil {
		return err
	}
	if s.module != w.site.module {
		return fmt.Errorf("%s is in another module than %s: move it there first", c.On.Address, w.target.Address)
	}
	key := fmt.Sprint("redirect ", c.On.Location(), w.target.Location())
	if w.done[key] { // for another instance of the block
		return w.sameInstance(c, key, f.meta(repetition(block)))
	}
	a := block.Body.Attributes[c.From]
	if a == nil {
		return fmt.Errorf("%s: it has no argument %s", place(block.TypeRange), c.From)
	}
	d := newDraft()
	if w.done[w.shared(c.To+".self")] {
		err = w.redirectAll(d, f, block, a, c)
	} else if list, ok := a.Expr.(*hclsyntax.TupleConsExpr); ok {
		err = w.redirectList(d, f, block, a, list, c)
	} else {
		err = w.redirectWhole(d, f, block, a, c)
	}
	if err != nil {
		return err
	}
	text, _ := w.redirected(f.text(a.Expr.Range()), c.To)
	_, listed := a.Expr.(*hclsyntax.TupleConsExpr)
	w.done[key+byAddress] = text != ""
	w.done[key] = text != "" || !listed || w.done[w.shared(c.To+".self")] // names of other instances may stand in a list
	return d.commit()
}

// byAddress marks in done a reference that is right for every instance.
const byAddress = " by address"

// sameInstance is an error if an argument that was redirected for one instance
// of a block is about another instance of the target here.
func (w *writer) sameInstance(c rule.Redirect, key string, within meta) error {
	if w.done[key+byAddress] {
		return nil
	}
	_, err := w.instanceOf(c, within)
	return err
}

// redirectAll redirects an argument that is about all instances of the target, in
// a block that is there once from now on.
func (w *writer) redirectAll(d *draft, f *source, block *hclsyntax.Block, a *hclsyntax.Attribute, c rule.Redirect) error {
	if have := block.Body.Attributes[c.As]; have != nil {
		return fmt.Errorf("%s: it has %s too: move what %s has there first", place(have.SrcRange), c.As, c.From)
	}
	repeated := repetition(block)
	for _, other := range attributes(block.Body) {
		for _, t := range other.Expr.Variables() {
			if other != a && other != repeated && (t.RootName() == "each" || t.RootName() == "count") {
				return fmt.Errorf("%s: %s may differ", place(other.SrcRange), other.Name)
			}
		}
	}
	text := w.companion(c.To) + ".name"
	if strings.HasSuffix(c.As, "s") { // a list
		text = "[" + text + "]"
	}
	f.renameTo(d, a, c.As, text)
	if repeated != nil {
		f.cut(d, repeated.SrcRange)
	}
	return nil
}

// redirectWhole redirects an argument that is about the target alone.
func (w *writer) redirectWhole(d *draft, f *source, block *hclsyntax.Block, a *hclsyntax.Attribute, c rule.Redirect) error {
	if have := block.Body.Attributes[c.As]; have != nil {
		return fmt.Errorf("%s: it has %s too: move what %s has there first", place(have.SrcRange), c.As, c.From)
	}
	text, others := w.redirected(f.text(a.Expr.Range()), c.To)
	if others {
		return fmt.Errorf("%s: %s is about more than %s", place(a.SrcRange), c.From, w.target.Address)
	}
	if text == "" {
		var err error
		if text, err = w.instanceOf(c, f.meta(repetition(block))); err != nil {
			return fmt.Errorf("%s: %w", place(a.SrcRange), err)
		}
	}
	f.renameTo(d, a, c.As, text)
	return nil
}

// renameTo gives an argument another name and expression.
func (f *source) renameTo(d *draft, a *hclsyntax.Attribute, as, text string) {
	name := a.NameRange
	if width := a.EqualsRange.Start.Byte - name.Start.Byte - 1; len(as) <= width { // the signs stay aligned
		d.replace(f, name.Start.Byte, name.Start.Byte+width, pad(as, width))
	} else {
		d.replace(f, name.Start.Byte, name.End.Byte, as)
	}
	r := a.Expr.Range()
	d.replace(f, r.Start.Byte, r.End.Byte, text)
}

// redirectList moves the elements of a list that refer to the target.
func (w *writer) redirectList(d *draft, f *source, block *hclsyntax.Block, a *hclsyntax.Attribute, list *hclsyntax.TupleConsExpr, c rule.Redirect) error {
	var moved, stay []string
	byText := false
	for _, x := range list.Exprs {
		old := f.text(x.Range())
		text, others := w.redirected(old, c.To)
		switch {
		case text != "" && others:
			return fmt.Errorf("%s: %s is about more than %s", place(a.SrcRange), c.From, w.target.Address)
		case text != "":
			moved = append(moved, text)
		case w.namesTarget(x):
			one, err := w.instanceOf(c, f.meta(nil))
			if err != nil {
				return err
			}
			moved, byText = append(moved, one), true
		default:
			stay = append(stay, old)
		}
	}
	have := block.Body.Attributes[c.As]
	switch {
	case len(moved) == 0:
		return fmt.Errorf("%s: nothing in %s refers to %s by its address", place(a.SrcRange), c.From, w.target.Address)
	case have == nil && len(stay) == 0 && !byText:
		return w.redirectWhole(d, f, block, a, c)
	}
	wanted := "[" + strings.Join(moved, ", ") + "]"
	if have == nil {
		code, err := parseSnippet(c.As + " = " + wanted)
		if err != nil {
			return err
		}
		(&merge{file: f, code: code, draft: d}).insert(f.container(block), attributes(code.body), nil)
	} else {
		r := have.Expr.Range()
		text, ok := merged(f.src, have.Expr, wanted)
		if !ok {
			text = fmt.Sprintf("concat(%s, %s)", f.text(r), wanted)
		}
		d.replace(f, r.Start.Byte, r.End.Byte, text)
	}
	if len(stay) == 0 {
		f.cut(d, a.SrcRange)
		return nil
	}
	r := list.Range()
	d.replace(f, r.Start.Byte, r.End.Byte, "["+strings.Join(stay, ", ")+"]")
	return nil
}

// namesTarget reports whether an expression is the target's name as text.
func (w *writer) namesTarget(x hclsyntax.Expression) bool {
	name, known := w.target.Attr("name").Literal()
	t, ok := x.(*hclsyntax.TemplateExpr)
	return ok && known && t.IsStringLiteral() && literal(t) == name
}

// redirected is an expression with what was added beside the target in the place
// of the target; "" if it does not refer to that. Others says that it refers to
// more resources of the target's type.
func (w *writer) redirected(code, to string) (text string, others bool) {
	x, diags := hclsyntax.ParseExpression([]byte(code), "", hcl.InitialPos)
	if diags.HasErrors() {
		return "", false
	}
	var edits []edit.Edit
	hclsyntax.VisitAll(x, func(n hclsyntax.Node) hcl.Diagnostics {
		ref, ok := n.(*hclsyntax.ScopeTraversalExpr)
		switch {
		case !ok || ref.Traversal.RootName() != w.target.Type:
		case !refersTo(ref.Traversal, w.target.Type, w.target.Name):
			others = true
		default:
			edits = append(edits, edit.Edit{
				Start: ref.Traversal[0].SourceRange().Start.Byte, End: ref.Traversal[1].SourceRange().End.Byte, New: w.companion(to),
			})
		}
		return nil
	})
	if len(edits) == 0 {
		return "", others
	}
	out, err := edit.Apply([]byte(code), slices.Compact(edits))
	if err != nil {
		return "", others
	}
	return string(out), others
}

// companion is the address of the block that was added beside the target as
// "self".
func (w *writer) companion(typ string) string {
	name := w.target.Name
	if added := w.added[typ+".self"]; added != "" {
		name = added
	}
	return typ + "." + name
}

// instanceOf is the name of the instance beside the target, for a block that
// does not refer to the target by its address.
func (w *writer) instanceOf(c rule.Redirect, within meta) (string, error) {
	own, err := w.metaOf(w.target)
	if err != nil {
		return "", err
	}
	base := w.companion(c.To)
	mine, theirs := instanceKey(w.target.Address), instanceKey(c.On.Address)
	switch {
	case own.kind == "":
		return base + ".name", nil
	case within.kind == "":
		return base + mine + ".name", nil
	case mine != theirs || own.kind != within.kind:
	case own.kind == "count":
		return base + "[count.index].name", nil
	default:
		return base + "[each.key].name", nil
	}
	return "", fmt.Errorf("%s does not name %s by its address", c.From, w.target.Address)
}

// instanceKey is the index at the end of an address, with its brackets.
func instanceKey(address string) string {
	if !strings.HasSuffix(address, "]") {
		return ""
	}
	return address[strings.LastIndexByte(address, '['):]
}
