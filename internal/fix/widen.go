package fix

import "github.com/hashicorp/hcl/v2/hclsyntax"

// widen makes a for_each that leaves out some instances of the target yield all of
// them: the condition of a for expression over the same things goes, and a set of
// literal keys gets one more. It reports whether it knows how.
func (w *writer) widen(f *source, a *hclsyntax.Attribute) (bool, error) {
	own, err := w.metaOf(w.target)
	if err != nil || a.Name != "for_each" || own.kind != "for_each" {
		return false, err
	}
	d := newDraft()
	inner := members(a.Expr)
	switch x := inner.(type) {
	case *hclsyntax.ForExpr:
		if x.Group || f.text(x.CollExpr.Range()) != own.code && !w.isTarget(x.CollExpr) {
			return false, nil
		}
		if x.CondExpr == nil {
			return true, nil // for another instance
		}
		r := a.Expr.Range()
		if named(x.KeyExpr, x.KeyVar) && named(x.ValExpr, x.ValVar) && inner == a.Expr {
			d.replace(f, r.Start.Byte, r.End.Byte, f.text(x.CollExpr.Range()))
			break
		}
		d.replace(f, x.ValExpr.Range().End.Byte, x.CondExpr.Range().End.Byte, "")
	case *hclsyntax.TupleConsExpr:
		key := instanceKey(w.target.Address) // ["scans"]
		if inner == a.Expr || key == "" {
			return false, nil
		}
		text, ok := merged(f.src, x, key)
		if !ok {
			return false, nil
		}
		d.replace(f, x.Range().Start.Byte, x.Range().End.Byte, text)
	default:
		return false, nil
	}
	return true, d.commit()
}

// members is the list of which toset makes a set, or the expression itself.
func members(x hclsyntax.Expression) hclsyntax.Expression {
	x = unwrapped(x)
	if call, ok := x.(*hclsyntax.FunctionCallExpr); ok && call.Name == "toset" && len(call.Args) == 1 {
		return unwrapped(call.Args[0])
	}
	return x
}

// named reports whether an expression is a name and nothing more.
func named(x hclsyntax.Expression, name string) bool {
	t, ok := x.(*hclsyntax.ScopeTraversalExpr)
	return ok && name != "" && len(t.Traversal) == 1 && t.Traversal.RootName() == name
}
