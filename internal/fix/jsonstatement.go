package fix

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// jsonStatement adds statements to a policy where that is written, for a
// resource in JSON syntax.
func (w *writer) jsonStatement(c rule.Statement) error {
	on := w.on(c.On)
	s, err := siteOf(w.site.root, on.Module)
	if err != nil {
		return err
	}
	f, n, err := w.jsonBlock(on, graph.Location{})
	if err != nil {
		return err
	}
	v := n.member(c.Path)
	if v == nil || v.kind != '"' {
		return fmt.Errorf("%s: it has no text in %s to add a statement to", on.Location(), c.Path)
	}
	x := v.expression()
	if x != nil {
		if done, err := w.jsonDocument(c.Code, s, documentOf(x)); done || err != nil {
			return err
		}
	}
	within := f.jsonMeta(n)
	code, err := w.resolve(c.Code, s, within)
	if err != nil {
		return err
	}
	if f, n, err = w.jsonBlock(on, graph.Location{}); err != nil { // a shared piece may have changed the file
		return err
	}
	v = n.member(c.Path)
	if sid := code.body.Blocks[0].Body.Attributes["sid"]; sid != nil && strings.Contains(v.text, code.text(sid.Expr.Range())) {
		return nil // another instance's repair added it just now
	}
	text, err := w.extended(code, v)
	if err != nil {
		return fmt.Errorf("%s: %w", on.Location(), err)
	}
	if text == "" {
		return w.jsonWrap(code, s, on, c.Path, within)
	}
	d := newDraft()
	d.replace(f.source, v.start, v.end, quoted(text))
	return d.commit()
}

// expression is what a string consists of that is one interpolation; nil for
// other values.
func (n *jsonNode) expression() hclsyntax.Expression {
	if n.kind != '"' {
		return nil
	}
	x, diags := hclsyntax.ParseTemplate([]byte(n.text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	if wrap, ok := x.(*hclsyntax.TemplateWrapExpr); ok {
		return wrap.Wrapped
	}
	return nil
}

// interpolatedHead begins the file that interpolated makes.
const interpolatedHead = "value = "

// interpolated is what a string interpolates, alone, as the argument of a file in
// native syntax.
func (n *jsonNode) interpolated() (*source, *hclsyntax.Attribute, error) {
	r := n.expression().Range()
	f := &source{path: "value.tf", content: content{src: []byte(interpolatedHead + n.text[r.Start.Byte:r.End.Byte] + "\n")}}
	a, err := f.argument("value")
	if err == nil && a == nil {
		err = errors.New("it cannot be read as an expression")
	}
	return f, a, err
}

// interpolation is the string for such a file.
func (f *source) interpolation() string {
	return "${" + strings.TrimSuffix(strings.TrimPrefix(string(f.src), interpolatedHead), "\n") + "}"
}

// jsonDocument adds the statements to a policy document that nothing else uses,
// and reports whether there is one.
func (w *writer) jsonDocument(statements string, s *site, name string) (bool, error) {
	if name == "" {
		return false, nil
	}
	if n, err := s.uses(w.world, "aws_iam_policy_document", name); err != nil || n != 1 {
		return false, err
	}
	if file, doc, err := s.declared(w.world, "data", "aws_iam_policy_document", name); err != nil {
		return false, err
	} else if doc != nil {
		return true, w.intoDocument(statements, s, file, doc)
	}
	f, n := s.jsonDeclared(w.world, "data", "aws_iam_policy_document", name)
	if n == nil {
		return false, nil
	}
	code, err := w.resolve(statements, s, f.jsonMeta(n))
	if err != nil {
		return true, err
	}
	f, n = s.jsonDeclared(w.world, "data", "aws_iam_policy_document", name) // as it is now
	if sid := code.body.Blocks[0].Body.Attributes["sid"]; sid != nil {
		for _, have := range n.member("statement").objects() {
			if m := have.member("sid"); m != nil && m.text == literal(sid.Expr) {
				return true, nil // another instance's repair added it just now
			}
		}
	}
	d := newDraft()
	if err := f.appendJSON(d, n, code); err != nil {
		return true, err
	}
	return true, d.commit()
}

// extended is the text of a policy with the statements: one that is written as
// JSON, or by jsonencode. It is empty for anything else.
func (w *writer) extended(code *snippet, v *jsonNode) (string, error) {
	if v.expression() != nil {
		f, a, err := v.interpolated()
		if err != nil {
			return "", err
		}
		one := !strings.Contains(strings.TrimSpace(string(f.src)), "\n")
		if done, err := w.intoEncoded(code, f, a); !done || err != nil {
			return "", err
		}
		whole := f.interpolation()
		if one {
			whole = flat(whole)
		}
		return whole, nil
	}
	tree, err := parseTree([]byte(v.text))
	if err != nil {
		return "", errors.New("the policy is text that no statement can be added to safely")
	}
	f := &jsonFile{&source{path: "policy.json", content: content{src: []byte(v.text)}}, tree}
	list := tree.member("Statement")
	if list == nil {
		return "", errors.New("the policy has no Statement to add to")
	}
	var objects []string
	for _, b := range code.body.Blocks {
		object, err := statementJSON(code, b)
		if err != nil {
			return "", err
		}
		objects = append(objects, object)
	}
	d := newDraft()
	f.addElements(d, list, objects)
	if err := d.commit(); err != nil {
		return "", err
	}
	return string(f.src), nil
}

// jsonWrap makes a document of the policy as it is and the statements, and uses
// that instead.
func (w *writer) jsonWrap(code *snippet, s *site, on *graph.Resource, path string, within meta) error {
	f, n, err := w.jsonBlock(on, graph.Location{})
	if err != nil {
		return err
	}
	v := n.member(path)
	r := v.expression().Range()
	name, err := s.free(w.world, "data", "aws_iam_policy_document", on.Name)
	if err != nil {
		return err
	}
	doc, err := parseSnippet(fmt.Sprintf("data \"aws_iam_policy_document\" %q {\nsource_policy_documents = [%s]\n\n%s}\n", name, v.text[r.Start.Byte:r.End.Byte], code.src))
	if err != nil {
		return err
	}
	index := map[string]string{"count": "[count.index]", "for_each": "[each.key]"}[within.kind]
	d := newDraft()
	d.replace(f.source, v.start, v.end, interpolated("data.aws_iam_policy_document."+name+index+".json"))
	if err := d.commit(); err != nil {
		return err
	}
	beside := &writer{world: w.world, site: s, target: on}
	return beside.jsonDeclare(doc, doc.body.Blocks[0], nil, within)
}

// flat is an expression of objects in one line.
func flat(code string) string {
	var b strings.Builder
	lines := strings.Split(code, "\n")
	for i, line := range lines {
		line = aligned.ReplaceAllString(strings.TrimSpace(line), "$1 = ")
		b.WriteString(line)
		if i+1 < len(lines) && !strings.HasSuffix(line, "{") && !strings.HasPrefix(strings.TrimSpace(lines[i+1]), "}") {
			b.WriteString(", ")
		}
	}
	return b.String()
}

// aligned matches the name of an item, and its equals sign as terraform fmt
// aligns it.
var aligned = regexp.MustCompile(`^(\w+) +=\s*`)
