package fix

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// countable is an error where code raises a count that is worked out, or that of
// a block whose instances would have one name.
func countable(f *source, have *hclsyntax.Block, code *hclsyntax.Body) error {
	if code.Attributes["count"] == nil {
		return nil
	}
	if a := have.Body.Attributes["count"]; a != nil {
		x := a.Expr
		if isSwitch(x) {
			x = something(x)
		}
		if kind, _ := bare(x); kind == "" && len(x.Variables()) > 0 {
			return fmt.Errorf("%s: count is worked out: raise what it comes from", place(a.SrcRange))
		}
	}
	for _, name := range []string{"identifier", "availability_zone"} {
		a := have.Body.Attributes[name]
		if a == nil {
			continue
		}
		same := true
		for _, t := range a.Expr.Variables() {
			same = same && t.RootName() != "count"
		}
		if same {
			return fmt.Errorf("%s: a second instance would have the same %s", place(a.SrcRange), name)
		}
	}
	return nil
}

// something is the result of a switch that is not nothing.
func something(x hclsyntax.Expression) hclsyntax.Expression {
	cond := x.(*hclsyntax.ConditionalExpr)
	if isNothing(cond.TrueResult) {
		return cond.FalseResult
	}
	return cond.TrueResult
}
