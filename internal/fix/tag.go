package fix

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// tag gives the target a tag: in the object that tags is, or merged with what
// else it comes from.
func (w *writer) tag(c rule.Tag) error {
	_, f, block, err := w.blockOf(nil, graph.Location{})
	if err != nil {
		return err
	}
	d := newDraft()
	in := cmp.Or(c.In, "tags")
	a := block.Body.Attributes[in]
	if a == nil {
		code, err := parseSnippet(fmt.Sprintf("%s = {\n%s = %q\n}", in, c.Key, c.Value))
		if err != nil {
			return err
		}
		m := &merge{file: f, code: code, draft: d}
		m.insert(f.container(block), attributes(code.body), nil)
		return d.commit()
	}
	item := fmt.Sprintf("%s = %q", c.Key, c.Value)
	if object := lastObject(a.Expr); object != nil {
		return f.intoObject(d, object, c.Key, item)
	}
	d.replace(f, a.Expr.Range().Start.Byte, a.Expr.Range().End.Byte, fmt.Sprintf("merge(%s, { %s })", f.text(a.Expr.Range()), item))
	return d.commit()
}

// lastObject is the object that an expression is or that merge ends in.
func lastObject(x hclsyntax.Expression) *hclsyntax.ObjectConsExpr {
	switch x := x.(type) {
	case *hclsyntax.ObjectConsExpr:
		return x
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "merge" && len(x.Args) > 0 {
			return lastObject(x.Args[len(x.Args)-1])
		}
	}
	return nil
}

// intoObject sets an item of an object.
func (f *source) intoObject(d *draft, object *hclsyntax.ObjectConsExpr, key, item string) error {
	for _, have := range object.Items {
		if keyName(have.KeyExpr) == key {
			r := have.ValueExpr.Range()
			_, value, _ := strings.Cut(item, " = ")
			d.replace(f, r.Start.Byte, r.End.Byte, value)
			return d.commit()
		}
	}
	r := object.Range()
	shut := r.End.Byte - 1
	switch {
	case len(object.Items) == 0:
		d.replace(f, r.Start.Byte, r.End.Byte, "{ "+item+" }")
	case r.Start.Line == r.End.Line:
		d.insert(f, object.Items[len(object.Items)-1].ValueExpr.Range().End.Byte, ", "+item)
	default:
		last := object.Items[len(object.Items)-1]
		indent := indentOf(f.src, last.KeyExpr.Range().Start.Byte)
		equals := f.src[last.KeyExpr.Range().End.Byte:last.ValueExpr.Range().Start.Byte]
		if width := len(f.text(last.KeyExpr.Range())) + strings.IndexByte(string(equals), '=') - 1; width >= len(key) {
			item = pad(key, width) + strings.TrimPrefix(item, key)
		}
		d.insert(f, f.lineStart(shut), indent+item+"\n")
	}
	return d.commit()
}
