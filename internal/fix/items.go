package fix

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A written argument is an argument of a block, or of an object that stands for
// one.
type written struct {
	argument *hclsyntax.Attribute // nil in an object
	value    hclsyntax.Expression
	beside   func(name string) hclsyntax.Expression // the others, nil for none
	loops    []loop                                 // that make several of its block, the innermost first
}

// argumentIn finds an argument that begins in a line, given as the bytes from
// start to end; nil if there is none, or more than one.
func argumentIn(body *hclsyntax.Body, name string, start, end int) *written {
	found := argumentsIn(body, name, start, end)
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

func argumentsIn(body *hclsyntax.Body, name string, start, end int) []*written {
	within := func(r hcl.Range) bool { return r.Start.Byte >= start && r.Start.Byte < end }
	var found []*written
	for _, a := range body.Attributes {
		if a.Name == name && within(a.NameRange) {
			beside := func(other string) hclsyntax.Expression {
				if b := body.Attributes[other]; b != nil {
					return b.Expr
				}
				return nil
			}
			found = append(found, &written{argument: a, value: a.Expr, beside: beside})
			continue
		}
		hclsyntax.VisitAll(a.Expr, func(n hclsyntax.Node) hcl.Diagnostics {
			object, ok := n.(*hclsyntax.ObjectConsExpr)
			if !ok {
				return nil
			}
			for _, item := range object.Items {
				if keyName(item.KeyExpr) == name && within(item.KeyExpr.Range()) {
					found = append(found, &written{value: item.ValueExpr, beside: func(other string) hclsyntax.Expression { return itemOf(object, other) }})
				}
			}
			return nil
		})
	}
	for _, b := range body.Blocks {
		for _, w := range argumentsIn(b.Body, name, start, end) {
			if b.Type == "dynamic" && len(b.Labels) == 1 {
				iterator := b.Labels[0]
				if a := b.Body.Attributes["iterator"]; a != nil {
					iterator = hcl.ExprAsKeyword(a.Expr)
				}
				w.loops = append(w.loops, loop{iterator, forEach(b.Body), ""})
			}
			found = append(found, w)
		}
	}
	return found
}

// keyOf is the key of an instance that a for_each made, "" for others.
func keyOf(address string) string {
	if i := strings.LastIndex(address, `["`); i >= 0 && strings.HasSuffix(address, `"]`) {
		if key, err := strconv.Unquote(address[i+1 : len(address)-1]); err == nil {
			return key
		}
	}
	return ""
}

// items exchanges the strings in the items of a loop's collection that a
// reference to its iterator gets them from.
func (e *exchange) items(s scope, x *hclsyntax.ScopeTraversalExpr) (outcome, error) {
	for _, l := range s.loops {
		if x.Traversal.RootName() != l.iterator || len(x.Traversal) < 2 || l.over == nil {
			continue
		}
		of, collection, err := e.collection(s, l.over)
		if err != nil {
			return outcome{}, err
		}
		found := outcome{}
		for key, value := range elements(collection) {
			if l.key != "" && key != l.key || l.key == "" && !e.meant(l, key, value) {
				continue
			}
			at := navigate(x.Traversal[1:], key, value)
			if at == nil {
				continue
			}
			of.one = s.one || l.key != "" || len(e.Of) > 0
			got, err := e.define(of, at)
			if err != nil {
				return outcome{}, err
			}
			found.found = found.found || got.found
		}
		return found, nil
	}
	return outcome{}, nil
}

// meant reports whether an item is one of those that Of tells.
func (e *exchange) meant(l loop, key string, value hclsyntax.Expression) bool {
	for name, want := range e.Of {
		x := e.beside(name)
		if t, ok := x.(*hclsyntax.ScopeTraversalExpr); ok && t.Traversal.RootName() == l.iterator {
			if len(t.Traversal) == 2 && stepName(t.Traversal[1]) == "key" {
				if key != strconv.Itoa(want) {
					return false
				}
				continue
			}
			x = navigate(t.Traversal[1:], key, value)
		}
		if n, ok := numeral(x); !ok || n != want {
			return false
		}
	}
	return true
}

// numeral is the number that an expression without references is.
func numeral(x hclsyntax.Expression) (int, bool) {
	if x == nil || len(x.Variables()) > 0 {
		return 0, false
	}
	v, diags := x.Value(nil)
	if diags.HasErrors() {
		return 0, false
	}
	v, err := convert.Convert(v, cty.Number)
	if err != nil || v.IsNull() || !v.IsKnown() {
		return 0, false
	}
	n, _ := v.AsBigFloat().Int64()
	return int(n), v.Equals(cty.NumberIntVal(n)).True()
}

// collection is what a loop goes over, as it is written out; nil if it is not, or
// not for this loop alone.
func (e *exchange) collection(s scope, x hclsyntax.Expression) (scope, hclsyntax.Expression, error) {
	switch x := x.(type) {
	case *hclsyntax.ObjectConsExpr, *hclsyntax.TupleConsExpr:
		return s, x, nil
	case *hclsyntax.ParenthesesExpr:
		return e.collection(s, x.Expression)
	case *hclsyntax.FunctionCallExpr:
		if len(x.Args) == 1 && (x.Name == "toset" || x.Name == "tomap" || x.Name == "tolist") {
			return e.collection(s, x.Args[0])
		}
	case *hclsyntax.ScopeTraversalExpr:
		to, at, err := e.definition(s, x)
		if at == nil || err != nil {
			return s, nil, err
		}
		return e.collection(to, at)
	}
	return s, nil, nil
}

// elements are the values of a collection that is written out, by their keys; of
// those of a list the key is their place.
func elements(collection hclsyntax.Expression) func(yield func(string, hclsyntax.Expression) bool) {
	return func(yield func(string, hclsyntax.Expression) bool) {
		switch x := collection.(type) {
		case *hclsyntax.ObjectConsExpr:
			for _, item := range x.Items {
				if !yield(keyName(item.KeyExpr), item.ValueExpr) {
					return
				}
			}
		case *hclsyntax.TupleConsExpr:
			for i, element := range x.Exprs {
				if !yield(strconv.Itoa(i), element) {
					return
				}
			}
		}
	}
}

// navigate is where the steps after an iterator lead in an item; nil if that is
// not written out.
func navigate(steps hcl.Traversal, key string, value hclsyntax.Expression) hclsyntax.Expression {
	if stepName(steps[0]) != "value" {
		return nil
	}
	for _, step := range steps[1:] {
		if value = itemOf(value, stepName(step)); value == nil {
			return nil
		}
	}
	return value
}
