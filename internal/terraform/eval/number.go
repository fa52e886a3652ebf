package eval

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// numberOf is equal for all that is declared in m with an equal count or
// for_each, and so as often, although nobody knows how often; it is "" where
// that cannot be told.
func (m *module) numberOf(count, forEach hclsyntax.Expression) string {
	x := count
	if x == nil {
		x = forEach
	}
	var b strings.Builder
	if x == nil || !spell(&b, x) {
		return ""
	}
	return m.address + "|" + b.String()
}

// spell writes an expression so that equal texts mean equal values in one
// module. It reports false for what it does not spell: where a name depends on
// the place, and rare forms.
func spell(b *strings.Builder, x hclsyntax.Expression) bool {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return spellValue(b, x.Val)
	case *hclsyntax.ParenthesesExpr:
		return spell(b, x.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return spell(b, x.Wrapped)
	case *hclsyntax.TemplateExpr:
		return spellAll(b, "template", x.Parts...)
	case *hclsyntax.TupleConsExpr:
		return spellAll(b, "tuple", x.Exprs...)
	case *hclsyntax.ConditionalExpr:
		return spellAll(b, "if", x.Condition, x.TrueResult, x.FalseResult)
	case *hclsyntax.UnaryOpExpr:
		return spellAll(b, fmt.Sprintf("%p", x.Op), x.Val)
	case *hclsyntax.BinaryOpExpr:
		return spellAll(b, fmt.Sprintf("%p", x.Op), x.LHS, x.RHS)
	case *hclsyntax.FunctionCallExpr:
		return !x.ExpandFinal && spellAll(b, x.Name, x.Args...)
	case *hclsyntax.ScopeTraversalExpr:
		return spellTraversal(b, x.Traversal)
	}
	return false
}

func spellAll(b *strings.Builder, head string, xs ...hclsyntax.Expression) bool {
	b.WriteString(head + "(")
	for _, x := range xs {
		if !spell(b, x) {
			return false
		}
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return true
}

func spellTraversal(b *strings.Builder, t hcl.Traversal) bool {
	switch t.RootName() {
	case "each", "count", "self":
		return false
	}
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			b.WriteString(step.Name)
		case hcl.TraverseAttr:
			b.WriteString("." + step.Name)
		case hcl.TraverseIndex:
			b.WriteByte('[')
			if !spellValue(b, step.Key) {
				return false
			}
			b.WriteByte(']')
		default:
			return false
		}
	}
	return true
}

func spellValue(b *strings.Builder, v cty.Value) bool {
	if !v.IsKnown() {
		return false
	}
	b.WriteString(v.GoString())
	return true
}
