package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// literal returns the string that e spells out without any reference.
func literal(e hclsyntax.Expression) (string, bool) {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		if e.Val.Type() == cty.String && e.Val.IsKnown() && !e.Val.IsNull() {
			return e.Val.AsString(), true
		}
	case *hclsyntax.TemplateExpr:
		var all strings.Builder
		for _, part := range e.Parts {
			s, ok := literal(part)
			if !ok {
				return "", false
			}
			all.WriteString(s)
		}
		return all.String(), true
	case *hclsyntax.TemplateWrapExpr:
		return literal(e.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		return literal(e.Expression)
	}
	return "", false
}

// reference returns a static reference such as aws.west as it is written.
// Terraform still takes it in quotes, as everyone wrote it before 0.12, and
// OpenTofu lets an index follow, which is left out.
func reference(e hclsyntax.Expression) string {
	if s, ok := literal(e); ok {
		return s
	}
	if key, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		return reference(key.Wrapped)
	}
	if index, ok := e.(*hclsyntax.IndexExpr); ok {
		return reference(index.Collection)
	}
	traversal, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return ""
	}
	words := []string{traversal.Traversal.RootName()}
	for _, step := range traversal.Traversal[1:] {
		attr, ok := step.(hcl.TraverseAttr)
		if !ok {
			break
		}
		words = append(words, attr.Name)
	}
	return strings.Join(words, ".")
}

// argument returns the expression of the argument called name, or nil.
func argument(body *hclsyntax.Body, name string) hclsyntax.Expression {
	if attr, ok := body.Attributes[name]; ok {
		return attr.Expr
	}
	return nil
}

// objectItems returns the items of an object written as such.
func objectItems(e hclsyntax.Expression) []hclsyntax.ObjectConsItem {
	if object, ok := e.(*hclsyntax.ObjectConsExpr); ok {
		return object.Items
	}
	return nil
}
