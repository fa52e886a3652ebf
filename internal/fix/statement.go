package fix

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// statement adds statements to a policy where that is written.
func (w *writer) statement(c rule.Statement) error {
	s, f, block, err := w.blockOf(c.On, graph.Location{})
	if err != nil {
		return err
	}
	return w.intoPolicy(c, s, f, block)
}

// intoPolicy adds statements to the policy in an argument of the block.
func (w *writer) intoPolicy(c rule.Statement, s *site, f *source, block *hclsyntax.Block) error {
	a := block.Body.Attributes[c.Path]
	if a == nil {
		return fmt.Errorf("%s: it has no argument %s to add a statement to", place(block.TypeRange), c.Path)
	}
	within := f.meta(repetition(block))
	if name := documentOf(a.Expr); name != "" {
		if file, doc, err := s.declared(w.world, "data", "aws_iam_policy_document", name); err != nil {
			return err
		} else if doc != nil {
			if n, err := s.uses(w.world, "aws_iam_policy_document", name); err != nil {
				return err
			} else if n == 1 {
				return w.intoDocument(c.Code, s, file, doc)
			}
		}
	}
	code, err := w.resolve(c.Code, s, within)
	if err != nil {
		return err
	}
	if sid := code.body.Blocks[0].Body.Attributes["sid"]; sid != nil && strings.Contains(f.text(a.Expr.Range()), code.text(sid.Expr.Range())) {
		return nil // another instance's repair added it just now
	}
	if done, err := w.intoEncoded(code, f, a); done || err != nil {
		return err
	}
	if done, err := w.intoText(code, f, a); done || err != nil {
		return err
	}
	return w.wrap(code, s, f, block, a, within)
}

// documentOf is the name of the data source that an expression is the JSON of:
// data.aws_iam_policy_document.NAME.json.
func documentOf(x hclsyntax.Expression) string {
	for _, t := range x.Variables() {
		if len(t) < 4 || !refersTo(t, "data", "aws_iam_policy_document") {
			continue
		}
		if stepName(t[len(t)-1]) == "json" && whole(x) {
			return stepName(t[2])
		}
	}
	return ""
}

// whole reports whether an expression is a reference and nothing more.
func whole(x hclsyntax.Expression) bool {
	switch x := x.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return true
	case *hclsyntax.RelativeTraversalExpr:
		_, ok := x.Source.(*hclsyntax.IndexExpr)
		return ok
	case *hclsyntax.TemplateWrapExpr:
		return whole(x.Wrapped)
	}
	return false
}

// intoDocument adds the statements to a policy document's block. Where a dynamic
// statement stands there with the same sid and is left out for this instance,
// what it depends on is changed instead.
func (w *writer) intoDocument(statements string, s *site, f *source, doc *hclsyntax.Block) error {
	code, err := w.resolve(statements, s, f.meta(repetition(doc)))
	if err != nil {
		return err
	}
	if done, err := w.switchStatement(code, f, doc); done || err != nil {
		return err
	}
	for _, have := range doc.Body.Blocks {
		if have.Type == "statement" && f.alike(have, code, code.body.Blocks[0], "sid", "effect", "actions", "resources") {
			return nil // another instance's repair added it just now
		}
	}
	d := newDraft()
	m := &merge{file: f, code: code, draft: d}
	m.insert(f.container(doc), nil, code.body.Blocks)
	return d.commit()
}

// switchStatement switches on a dynamic statement with the actions and effect of
// the one to add, if there is one that is left out by a condition.
func (w *writer) switchStatement(code *snippet, f *source, doc *hclsyntax.Block) (bool, error) {
	for _, b := range doc.Body.Blocks {
		if b.Type != "dynamic" || b.Labels[0] != "statement" {
			continue
		}
		for _, inner := range contents(b) {
			if !f.alike(inner, code, code.body.Blocks[0], "effect", "actions") {
				continue
			}
			if a := b.Body.Attributes["for_each"]; a != nil {
				if done, err := w.flip(f, a); done || err != nil {
					return done, err
				}
			}
		}
	}
	return false, nil
}

// alike reports whether two blocks say the same in the arguments.
func (f *source) alike(have *hclsyntax.Block, code *snippet, want *hclsyntax.Block, names ...string) bool {
	for _, name := range names {
		a, b := have.Body.Attributes[name], want.Body.Attributes[name]
		if a == nil || b == nil {
			return false
		}
		if f.text(a.Expr.Range()) != code.text(b.Expr.Range()) {
			return false
		}
	}
	return true
}

// intoEncoded adds the statements to the list in jsonencode({ Statement = [] }).
func (w *writer) intoEncoded(code *snippet, f *source, a *hclsyntax.Attribute) (bool, error) {
	call, ok := a.Expr.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "jsonencode" || len(call.Args) != 1 {
		return false, nil
	}
	object, ok := call.Args[0].(*hclsyntax.ObjectConsExpr)
	if !ok {
		return false, nil
	}
	for _, item := range object.Items {
		if keyName(item.KeyExpr) != "Statement" {
			continue
		}
		list, ok := item.ValueExpr.(*hclsyntax.TupleConsExpr)
		if !ok {
			return false, nil
		}
		return true, w.intoList(code, f, list)
	}
	return false, nil
}

// intoList adds the statements as objects at the end of a list.
func (w *writer) intoList(code *snippet, f *source, list *hclsyntax.TupleConsExpr) error {
	shut := list.Range().End.Byte - 1
	last := len(bytes.TrimRight(f.src[:shut], " \t\n"))
	comma := f.src[last-1] == ','
	indent := indentOf(f.src, shut)
	separate := f.lineStart(shut) >= last || len(list.Exprs) == 0 // the bracket stands alone, or will
	if separate {
		indent += "  "
	}
	var objects []string
	for _, b := range code.body.Blocks {
		object, err := statementObject(code, b)
		if err != nil {
			return err
		}
		objects = append(objects, reindent(object, "", indent))
	}
	d := newDraft()
	switch {
	case !separate: // [{ ... }, { ... }]
		text := strings.Join(objects, ", ")
		if comma {
			d.insert(f, last, " "+text)
		} else {
			d.insert(f, last, ", "+text)
		}
	default:
		if !comma && len(list.Exprs) > 0 {
			d.insert(f, last, ",")
		}
		text := ""
		for _, o := range objects {
			text += "\n" + indent + o + ","
		}
		d.replace(f, last, shut, text+"\n"+strings.TrimSuffix(indent, "  "))
	}
	return d.commit()
}

func keyName(x hclsyntax.Expression) string {
	if k, ok := x.(*hclsyntax.ObjectConsKeyExpr); ok {
		if name := hcl.ExprAsKeyword(k.Wrapped); name != "" {
			return name
		}
		if t, ok := k.Wrapped.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
			v, _ := t.Value(nil)
			return v.AsString()
		}
	}
	return ""
}

// statementObject turns a statement block of aws_iam_policy_document into the
// object that stands for it in a policy.
func statementObject(code *snippet, b *hclsyntax.Block) (string, error) {
	keys := map[string]string{
		"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction",
		"resources": "Resource", "not_resources": "NotResource",
	}
	var text strings.Builder
	text.WriteString("{\n")
	for _, a := range attributes(b.Body) {
		key, ok := keys[a.Name]
		if !ok {
			return "", fmt.Errorf("a statement with %s", a.Name)
		}
		fmt.Fprintf(&text, "%s = %s\n", key, code.text(a.Expr.Range()))
	}
	conditions := map[string][]string{}
	var tests []string
	for _, inner := range b.Body.Blocks {
		get := func(name string) string {
			if a := inner.Body.Attributes[name]; a != nil {
				return code.text(a.Expr.Range())
			}
			return `""`
		}
		switch inner.Type {
		case "principals", "not_principals":
			key := map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"}[inner.Type]
			if get("type") == `"*"` {
				fmt.Fprintf(&text, "%s = \"*\"\n", key)
			} else {
				fmt.Fprintf(&text, "%s = { %s = %s }\n", key, strings.Trim(get("type"), `"`), get("identifiers"))
			}
		case "condition":
			test := strings.Trim(get("test"), `"`)
			if conditions[test] == nil {
				tests = append(tests, test)
			}
			conditions[test] = append(conditions[test], fmt.Sprintf("%s = %s", get("variable"), get("values")))
		}
	}
	if len(tests) > 0 {
		text.WriteString("Condition = {\n")
		for _, test := range tests {
			fmt.Fprintf(&text, "%s = {\n%s\n}\n", test, strings.Join(conditions[test], "\n"))
		}
		text.WriteString("}\n")
	}
	text.WriteString("}\n")
	return strings.TrimSuffix(string(hclwrite.Format([]byte(text.String()))), "\n"), nil
}

// statementList finds where the list of statements begins in a policy that is
// written as JSON text.
var statementList = regexp.MustCompile(`"Statement"\s*:\s*\[`)

// intoText adds the statements to a policy that is written as JSON in a heredoc.
func (w *writer) intoText(code *snippet, f *source, a *hclsyntax.Attribute) (bool, error) {
	r := a.Expr.Range()
	text := f.text(r)
	if !strings.HasPrefix(text, "<<") {
		return false, nil
	}
	loc := statementList.FindStringIndex(text)
	if loc == nil {
		return false, nil
	}
	at := r.Start.Byte + loc[1]
	indent := indentOf(f.src, r.Start.Byte+loc[0])
	inline := strings.HasPrefix(text[loc[1]:], "{") // "Statement": [{
	if !inline {
		indent += "  "
	}
	empty := strings.HasPrefix(strings.TrimLeft(text[loc[1]:], " \t\n"), "]")
	added := ""
	for i, b := range code.body.Blocks {
		object, err := statementJSON(code, b)
		if err != nil {
			return true, err
		}
		object = reindent(object, "", indent)
		switch {
		case inline:
			added += object + ", "
		case empty && i == len(code.body.Blocks)-1:
			added += "\n" + indent + object
		default:
			added += "\n" + indent + object + ","
		}
	}
	d := newDraft()
	d.insert(f, at, added)
	return true, d.commit()
}

// statementJSON is a statement block as JSON in a template.
func statementJSON(code *snippet, b *hclsyntax.Block) (string, error) {
	object, err := statementObject(code, b)
	if err != nil {
		return "", err
	}
	x, diags := hclsyntax.ParseExpression([]byte(object), "statement", hcl.InitialPos)
	if diags.HasErrors() {
		return "", diags
	}
	return jsonTemplate([]byte(object), x, "")
}

// jsonTemplate writes an object expression as JSON text of a template, with
// references as interpolations.
func jsonTemplate(src []byte, x hclsyntax.Expression, indent string) (string, error) {
	switch x := x.(type) {
	case *hclsyntax.ObjectConsExpr:
		var parts []string
		for _, item := range x.Items {
			key := keyName(item.KeyExpr)
			value, err := jsonTemplate(src, item.ValueExpr, indent+"  ")
			if err != nil {
				return "", err
			}
			parts = append(parts, fmt.Sprintf("%s  %q: %s", indent, key, value))
		}
		return "{\n" + strings.Join(parts, ",\n") + "\n" + indent + "}", nil
	case *hclsyntax.TupleConsExpr:
		var parts []string
		for _, e := range x.Exprs {
			value, err := jsonTemplate(src, e, indent)
			if err != nil {
				return "", err
			}
			parts = append(parts, value)
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	case *hclsyntax.TemplateExpr:
		r := x.Range()
		return string(src[r.Start.Byte:r.End.Byte]), nil // a quoted template reads the same in JSON
	case *hclsyntax.LiteralValueExpr:
		r := x.Range()
		return string(src[r.Start.Byte:r.End.Byte]), nil
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr:
		r := x.Range()
		return `"${` + string(src[r.Start.Byte:r.End.Byte]) + `}"`, nil
	}
	return "", fmt.Errorf("a statement with %T cannot be written as JSON", x)
}

// wrap makes a document of the policy as it is and the statements, and uses
// that instead.
func (w *writer) wrap(code *snippet, s *site, f *source, block *hclsyntax.Block, a *hclsyntax.Attribute, within meta) error {
	r := a.Expr.Range()
	old := f.text(r)
	if strings.HasPrefix(old, "<<") {
		return fmt.Errorf("%s: the policy is text that no statement can be added to safely", place(a.SrcRange))
	}
	name := block.Labels[1]
	for i := 2; ; i++ {
		_, taken, err := s.declared(w.world, "data", "aws_iam_policy_document", name)
		if err != nil {
			return err
		}
		if taken == nil {
			break
		}
		name = fmt.Sprintf("%s_%d", block.Labels[1], i)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "data \"aws_iam_policy_document\" %q {\n", name)
	index := ""
	if within.kind != "" {
		fmt.Fprintf(&text, "%s = %s\n\n", within.kind, within.code)
		index = map[string]string{"count": "[count.index]", "for_each": "[each.key]"}[within.kind]
	}
	fmt.Fprintf(&text, "source_policy_documents = [%s]\n\n%s}\n\n", old, code.src)
	d := newDraft()
	d.insert(f, f.lineStart(block.TypeRange.Start.Byte), string(hclwrite.Format([]byte(text.String()))))
	d.replace(f, r.Start.Byte, r.End.Byte, fmt.Sprintf("data.aws_iam_policy_document.%s%s.json", name, index))
	return d.commit()
}
