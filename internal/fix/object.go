package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/edit"
)

// merged is the source of an object or tuple with what is wanted in it: items
// of the wanted object are set, elements of the wanted tuple are added. It
// reports whether both are of the same kind.
func merged(src []byte, have hclsyntax.Expression, want string) (string, bool) {
	x, diags := hclsyntax.ParseExpression([]byte(want), "", hcl.InitialPos)
	if diags.HasErrors() {
		return "", false
	}
	text := func(r hcl.Range) string { return string(src[r.Start.Byte:r.End.Byte]) }
	wanted := func(r hcl.Range) string { return want[r.Start.Byte:r.End.Byte] }
	all := have.Range()
	var edits []edit.Edit
	var missing []string
	var last hcl.Range // of the last item or element
	switch have := have.(type) {
	case *hclsyntax.ObjectConsExpr:
		object, ok := x.(*hclsyntax.ObjectConsExpr)
		if !ok {
			return "", false
		}
		for _, item := range object.Items {
			key := keyName(item.KeyExpr)
			i := slices.IndexFunc(have.Items, func(h hclsyntax.ObjectConsItem) bool { return keyName(h.KeyExpr) == key })
			value := wanted(item.ValueExpr.Range())
			if i < 0 {
				missing = append(missing, wanted(item.KeyExpr.Range())+" = "+value)
				continue
			}
			r := have.Items[i].ValueExpr.Range()
			if inner, ok := merged(src, have.Items[i].ValueExpr, value); ok {
				value = inner
			}
			edits = append(edits, edit.Edit{Start: r.Start.Byte - all.Start.Byte, End: r.End.Byte - all.Start.Byte, New: value})
		}
		if n := len(have.Items); n > 0 {
			last = have.Items[n-1].ValueExpr.Range()
		}
	case *hclsyntax.TupleConsExpr:
		tuple, ok := x.(*hclsyntax.TupleConsExpr)
		if !ok || len(tuple.Exprs) == 0 {
			return "", false
		}
		for _, element := range tuple.Exprs {
			value := wanted(element.Range())
			if !slices.ContainsFunc(have.Exprs, func(h hclsyntax.Expression) bool { return sameTokens(text(h.Range()), value) }) {
				missing = append(missing, value)
			}
		}
		if n := len(have.Exprs); n > 0 {
			last = have.Exprs[n-1].Range()
		}
	default:
		return "", false
	}
	if len(missing) > 0 {
		if last.Empty() {
			return want, true
		}
		edits = append(edits, additions(src, have, last, missing)...)
	}
	out, err := edit.Apply([]byte(text(all)), edits)
	return string(out), err == nil
}

// additions add items or elements after the last one, and after the comment
// behind it.
func additions(src []byte, have hclsyntax.Expression, last hcl.Range, missing []string) []edit.Edit {
	start := have.Range().Start.Byte
	at := last.End.Byte
	if have.Range().Start.Line == have.Range().End.Line {
		return []edit.Edit{{Start: at - start, End: at - start, New: ", " + strings.Join(missing, ", ")}}
	}
	eol := at + max(bytes.IndexByte(src[at:], '\n'), 0)
	if eol >= have.Range().End.Byte || eol == at {
		eol = at
	}
	var edits []edit.Edit
	separator, end := "\n"+indentOf(src, last.Start.Byte), ""
	if _, tuple := have.(*hclsyntax.TupleConsExpr); tuple {
		separator = "," + separator
		if bytes.HasPrefix(bytes.TrimSpace(src[at:]), []byte(",")) { // after the last one, too
			end = ","
		} else {
			edits = append(edits, edit.Edit{Start: at - start, End: at - start, New: ","})
		}
	}
	text := strings.TrimPrefix(separator, ",") + strings.Join(missing, separator) + end
	return append(edits, edit.Edit{Start: eol - start, End: eol - start, New: text})
}

// sameTokens reports whether two sources differ in white space alone.
func sameTokens(a, b string) bool {
	return slices.Equal(strings.Fields(a), strings.Fields(b))
}
