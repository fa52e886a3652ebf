package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/edit"
	"safeguard/internal/rule"
)

// exchange puts other strings in the place of some in an argument.
func (w *writer) exchange(c rule.Exchange) error {
	e := &exchange{Exchange: c, writer: w, known: map[[2]string]string{}}
	for {
		e.draft, e.notes, e.wanted = newDraft(), nil, nil
		if err := e.argument(); err != nil {
			return err
		}
		if len(e.wanted) == 0 {
			break
		}
		for _, want := range e.wanted { // it may change the files, so that all is looked for again
			text, err := w.code(want.code, want.site)
			if err != nil {
				return err
			}
			e.known[want.key()] = text
		}
	}
	w.notes = append(w.notes, e.notes...)
	if err := e.draft.commit(); err != nil {
		return err
	}
	w.world.done[e.key()] = w.world.now()
	return nil
}

// An exchange looks for strings where an argument gets them from.
type exchange struct {
	rule.Exchange
	writer *writer
	draft  *draft
	notes  []string
	beside func(string) hclsyntax.Expression // the other arguments by name, nil for none
	// known are the expressions for shared pieces, by module and code, and wanted
	// those that are needed and not known yet.
	known  map[[2]string]string
	wanted []piecemeal
}

// A piecemeal is code that names shared pieces, for a module.
type piecemeal struct {
	site *site
	code string
}

func (p piecemeal) key() [2]string { return [2]string{p.site.module.Dir, p.code} }

// key tells that the strings were exchanged: another finding, or another instance
// of the block, may ask for the same.
func (e *exchange) key() string {
	return fmt.Sprint("exchange ", e.writer.on(e.On).Location(), e.At, e.Old)
}

// argument exchanges the strings in the argument.
func (e *exchange) argument() error {
	on := e.writer.on(e.On)
	s, err := siteOf(e.writer.site.root, on.Module)
	if err != nil {
		return err
	}
	f, block, err := e.writer.world.resourceBlock(on)
	if err != nil {
		return err
	}
	start := f.offset(e.At.Line)
	at := argumentIn(block.Body, e.Name, start, f.lineEnd(start))
	if at == nil {
		return fmt.Errorf("%s: the argument %s is no longer there", e.At, e.Name)
	}
	e.beside = at.beside
	in := scope{site: s, file: f, loops: append(at.loops, loop{"each", forEach(block.Body), keyOf(on.Address)})}
	got, err := e.in(in, at.value)
	if err != nil {
		return err
	}
	if _, done := e.writer.world.done[e.key()]; !got.found && done {
		return nil
	}
	if !got.found {
		if got, err = e.whole(in, at.value); err != nil {
			return err
		}
	}
	switch r := at.value.Range(); {
	case got.gone && at.argument != nil:
		f.cut(e.draft, at.argument.SrcRange)
	case got.gone:
		e.draft.replace(f, r.Start.Byte, r.End.Byte, "[]")
	case got.text != "":
		e.draft.replace(f, r.Start.Byte, r.End.Byte, got.text)
	}
	return nil
}

// code puts the names that stand in a module for shared pieces into code.
func (w *writer) code(code string, s *site) (string, error) {
	if code == "" {
		return "", nil
	}
	parsed, err := w.resolve("value = "+code, s, meta{})
	if err != nil {
		return "", err
	}
	return parsed.text(parsed.body.Attributes["value"].Expr.Range()), nil
}

// A scope is where an expression stands.
type scope struct {
	site *site
	file *source
	// constant says that no reference can stand there.
	constant bool
	// one says that what stands there is for the one thing that is meant, and not
	// for all that the argument stands for.
	one   bool
	loops []loop
}

// A loop is a repetition of a block: by for_each, over a collection.
type loop struct {
	iterator string
	over     hclsyntax.Expression
	key      string // of the instance, where it is known
}

// An outcome is what becomes of an expression where something was found: other
// text, nothing if all of it is gone, or what it was if what it refers to has
// changed.
type outcome struct {
	found, gone bool
	text        string
}

// in exchanges the strings in an expression.
func (e *exchange) in(s scope, x hclsyntax.Expression) (outcome, error) {
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return e.in(s, x.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return e.in(s, x.Wrapped)
	case *hclsyntax.TemplateExpr:
		if !e.old(x) {
			return outcome{}, nil
		}
		return e.put(s, x, false)
	case *hclsyntax.TupleConsExpr:
		return e.tuple(s, x)
	case *hclsyntax.FunctionCallExpr:
		return e.call(s, x)
	case *hclsyntax.ConditionalExpr:
		return e.branches(s, x)
	case *hclsyntax.ScopeTraversalExpr:
		if got, err := e.items(s, x); got.found || err != nil {
			return got, err
		}
		return e.follow(s, x)
	}
	return outcome{}, nil
}

// old reports whether an expression is one of the strings.
func (e *exchange) old(x hclsyntax.Expression) bool {
	template, ok := x.(*hclsyntax.TemplateExpr)
	if !ok || !template.IsStringLiteral() {
		return false
	}
	v, diags := template.Value(nil)
	return !diags.HasErrors() && v.Type() == cty.String && slices.Contains(e.Old, v.AsString())
}

// put is what stands in the place of an expression that is nothing but the
// strings: a list or one of them.
func (e *exchange) put(s scope, x hclsyntax.Expression, list bool) (outcome, error) {
	if len(e.Of) > 0 && !s.one {
		return outcome{}, fmt.Errorf("%s: what is written there is for other things too, which may be right: write it apart", place(x.Range()))
	}
	code := e.New.One
	if list {
		code = e.New.Many
	}
	switch {
	case code == "":
		return outcome{found: true, gone: true}, nil
	case s.constant:
		return outcome{found: true, text: initial(code)}, nil
	}
	want := piecemeal{s.site, code}
	text, known := e.known[want.key()]
	if !known {
		e.wanted = append(e.wanted, want)
	}
	return outcome{found: true, text: text}, nil
}

// whole is what stands in the place of an expression in which the strings are
// not written.
func (e *exchange) whole(s scope, x hclsyntax.Expression) (outcome, error) {
	for _, t := range x.Variables() {
		if slices.ContainsFunc(s.loops, func(l loop) bool { return l.iterator == t.RootName() }) {
			return outcome{}, fmt.Errorf("%s: it comes from what the block is repeated over, and is not written there as such: change it there", place(x.Range()))
		}
	}
	if e.New != (rule.Strings{}) {
		e.note(x)
		return e.put(s, x, e.New.Many != "")
	}
	if len(e.Of) > 0 && !s.one {
		return outcome{}, fmt.Errorf("%s: what is written there is for other things too, which may be right: write it apart", place(x.Range()))
	}
	return outcome{found: true, text: without(s.file.text(x.Range()), e.Old)}, nil
}

// without is a list, as code, without some strings.
func without(list string, strings []string) string {
	old := ""
	for i, s := range strings {
		if i > 0 {
			old += ", "
		}
		old += quoted(s)
	}
	return fmt.Sprintf("[for x in %s : x if !contains([%s], x)]", list, old)
}

func (e *exchange) note(x hclsyntax.Expression) {
	e.notes = append(e.notes, fmt.Sprintf("%s: %s is set here, not where its value comes from: something else depends on that, or it is no plain reference", place(x.Range()), e.Name))
}

// tuple takes the strings out of a list that is written out, and adds what takes
// their place.
func (e *exchange) tuple(s scope, x *hclsyntax.TupleConsExpr) (outcome, error) {
	var gone []int
	found := false
	var edits []edit.Edit
	start := x.Range().Start.Byte
	for i, element := range x.Exprs {
		if e.old(element) {
			gone = append(gone, i)
			continue
		}
		got, err := e.in(s, element)
		if err != nil {
			return outcome{}, err
		}
		found = found || got.found
		if r := element.Range(); got.text != "" {
			edits = append(edits, edit.Edit{Start: r.Start.Byte - start, End: r.End.Byte - start, New: got.text})
		}
		if got.gone {
			gone = append(gone, i)
		}
	}
	if len(gone) == 0 && len(edits) == 0 {
		return outcome{found: found}, nil
	}
	if len(gone) == len(x.Exprs) {
		return e.put(s, x, true)
	}
	for _, i := range gone {
		r := x.Exprs[i].Range()
		if i+1 < len(x.Exprs) {
			edits = append(edits, edit.Edit{Start: r.Start.Byte - start, End: x.Exprs[i+1].Range().Start.Byte - start})
		} else {
			edits = append(edits, edit.Edit{Start: x.Exprs[i-1].Range().End.Byte - start, End: r.End.Byte - start})
		}
	}
	rest, err := edit.Apply([]byte(s.file.text(x.Range())), edits)
	if err != nil || len(gone) == 0 {
		return outcome{found: true, text: string(rest)}, err
	}
	got, err := e.put(s, x, true)
	switch {
	case err != nil:
		return outcome{}, err
	case got.gone:
		return outcome{found: true, text: string(rest)}, nil
	case s.constant:
		return outcome{}, fmt.Errorf("%s: a list cannot be put together where no expression can stand", place(x.Range()))
	}
	return outcome{found: true, text: fmt.Sprintf("concat(%s, %s)", rest, got.text)}, nil
}

// ofLists are the functions of lists alone, whose results have the strings that
// their arguments have.
var ofLists = []string{"concat", "distinct", "flatten", "compact", "sort", "setunion", "toset", "tolist"}

// call exchanges the strings in the arguments of a function.
func (e *exchange) call(s scope, x *hclsyntax.FunctionCallExpr) (outcome, error) {
	if !slices.Contains(ofLists, x.Name) {
		return outcome{}, nil
	}
	var kept []string
	found, changed := false, false
	for _, arg := range x.Args {
		got, err := e.in(s, arg)
		if err != nil {
			return outcome{}, err
		}
		found, changed = found || got.found, changed || got.gone || got.text != ""
		switch {
		case got.text != "":
			kept = append(kept, got.text)
		case !got.gone:
			kept = append(kept, s.file.text(arg.Range()))
		}
	}
	switch {
	case !changed:
		return outcome{found: found}, nil
	case len(kept) == 0:
		return outcome{found: true, gone: true}, nil
	case len(kept) == 1 && (x.Name == "concat" || x.Name == "setunion"):
		return outcome{found: true, text: kept[0]}, nil
	}
	text := x.Name + "("
	for i, k := range kept {
		if i > 0 {
			text += ", "
		}
		text += k
	}
	return outcome{found: true, text: text + ")"}, nil
}

// branches exchanges the strings in both results of a condition.
func (e *exchange) branches(s scope, x *hclsyntax.ConditionalExpr) (outcome, error) {
	var edits []edit.Edit
	found := false
	start := x.Range().Start.Byte
	for _, branch := range []hclsyntax.Expression{x.TrueResult, x.FalseResult} {
		got, err := e.in(s, branch)
		if err != nil {
			return outcome{}, err
		}
		found = found || got.found
		if got.gone {
			got.text = "[]"
		}
		if r := branch.Range(); got.text != "" {
			edits = append(edits, edit.Edit{Start: r.Start.Byte - start, End: r.End.Byte - start, New: got.text})
		}
	}
	if len(edits) == 0 {
		return outcome{found: found}, nil
	}
	text, err := edit.Apply([]byte(s.file.text(x.Range())), edits)
	return outcome{found: true, text: string(text)}, err
}

// define exchanges the strings in the expression that a reference stands for.
func (e *exchange) define(s scope, x hclsyntax.Expression) (outcome, error) {
	got, err := e.in(s, x)
	r := x.Range()
	switch {
	case err != nil || !got.found:
		return got, err
	case got.gone:
		e.draft.replace(s.file, r.Start.Byte, r.End.Byte, "[]")
	case got.text != "":
		e.draft.replace(s.file, r.Start.Byte, r.End.Byte, got.text)
	}
	return outcome{found: true}, nil
}

// follow exchanges the strings where a bare var.x or local.x is defined, if
// nothing else depends on it.
func (e *exchange) follow(s scope, x hclsyntax.Expression) (outcome, error) {
	to, at, err := e.definition(s, x)
	if at == nil || err != nil {
		return outcome{}, err
	}
	return e.define(to, at)
}

// definition finds the expression that a bare var.x or local.x stands for, nil if
// there is none or something else depends on it too.
func (e *exchange) definition(s scope, x hclsyntax.Expression) (scope, hclsyntax.Expression, error) {
	kind, name := bare(x)
	if kind == "" || s.constant {
		return s, nil, nil
	}
	w := e.writer.world
	if n, err := s.site.uses(w, kind, name); err != nil || n > 1 {
		return s, nil, err
	}
	if kind == "local" {
		f, a, err := s.site.local(w, name)
		if a == nil || err != nil {
			return s, nil, err
		}
		return scope{site: s.site, file: f, one: s.one}, a.Expr, nil
	}
	if call := s.site.call(); call != nil {
		f, b, err := s.site.parent.declared(w, "module", call.Name)
		if b == nil || err != nil {
			return s, nil, err
		}
		if a := b.Body.Attributes[name]; a != nil {
			over := forEach(b.Body)
			return scope{site: s.site.parent, file: f, one: s.one || over == nil && b.Body.Attributes["count"] == nil, loops: []loop{{"each", over, ""}}}, a.Expr, nil
		}
	} else if f, a, set, err := e.given(s.site, name); set || err != nil {
		if a == nil || err != nil {
			return s, nil, err
		}
		return scope{site: s.site, file: f, constant: true, one: s.one}, a.Expr, nil
	}
	f, b, err := s.site.declared(w, "variable", name)
	if b == nil || err != nil || b.Body.Attributes["default"] == nil {
		return s, nil, err
	}
	return scope{site: s.site, file: f, constant: true, one: s.one}, b.Body.Attributes["default"].Expr, nil
}

// given finds the argument in a file of values that sets a variable of a root;
// set says that something outside of the code does.
func (e *exchange) given(s *site, name string) (f *source, a *hclsyntax.Attribute, set bool, err error) {
	if e.writer.given[name] {
		return nil, nil, true, nil
	}
	for _, file := range slices.Backward(s.root.VarFiles) {
		f, err := e.writer.world.open(file)
		if err != nil || f.json() {
			return nil, nil, true, nil
		}
		if a, err = f.argument(name); a != nil || err != nil {
			return f, a, true, err
		}
	}
	return nil, nil, false, nil
}

// initial is a value by default for code that is one or names a shared piece.
func initial(code string) string {
	x, diags := hclsyntax.ParseExpression([]byte(code), "", hcl.InitialPos)
	if t, ok := x.(*hclsyntax.ScopeTraversalExpr); ok && !diags.HasErrors() && len(t.Traversal) > 1 {
		return catalogue[stepName(t.Traversal[1])].initial
	}
	return code
}

func forEach(body *hclsyntax.Body) hclsyntax.Expression {
	if a := body.Attributes["for_each"]; a != nil {
		return a.Expr
	}
	return nil
}
