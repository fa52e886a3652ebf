package fix

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// flip makes a condition come out as wanted by changing the variables and
// locals in it; it reports whether it knows how.
func flip(d *definer, s *site, x hclsyntax.Expression, want bool) bool {
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return flip(d, s, x.Expression, want)
	case *hclsyntax.UnaryOpExpr:
		return x.Op == hclsyntax.OpLogicalNot && flip(d, s, x.Val, !want)
	case *hclsyntax.BinaryOpExpr:
		return flipBinary(d, s, x, want)
	case *hclsyntax.ScopeTraversalExpr:
		done, _, err := d.follow(s, x, fmt.Sprint(want))
		return done && err == nil
	}
	return false
}

func flipBinary(d *definer, s *site, x *hclsyntax.BinaryOpExpr, want bool) bool {
	either := x.Op == hclsyntax.OpLogicalOr && want || x.Op == hclsyntax.OpLogicalAnd && !want
	both := x.Op == hclsyntax.OpLogicalAnd && want || x.Op == hclsyntax.OpLogicalOr && !want
	switch {
	case either:
		return flip(d, s, x.LHS, want) || flip(d, s, x.RHS, want)
	case both:
		return flip(d, s, x.LHS, want) && flip(d, s, x.RHS, want)
	case x.Op == hclsyntax.OpEqual && !want, x.Op == hclsyntax.OpNotEqual && want:
		if isNull(x.RHS) {
			return present(d, s, x.LHS)
		}
	}
	return false
}

// present makes a variable hold something instead of null, where its caller
// passes something under a condition.
func present(d *definer, s *site, x hclsyntax.Expression) bool {
	kind, name := bare(x)
	if kind != "var" || s.parent == nil {
		return false
	}
	_, b, err := s.parent.declared(d.world, "module", s.call().Name)
	if err != nil || b == nil || b.Body.Attributes[name] == nil {
		return false
	}
	switch arg := b.Body.Attributes[name].Expr.(type) {
	case *hclsyntax.ConditionalExpr:
		switch {
		case isNull(arg.FalseResult):
			return turn(d, s.parent, arg.Condition, true)
		case isNull(arg.TrueResult):
			return turn(d, s.parent, arg.Condition, false)
		}
	case *hclsyntax.ScopeTraversalExpr:
		return present(d, s.parent, arg)
	}
	return false
}

// turn is flip for a condition of a call, which may be a fallback too.
func turn(d *definer, s *site, x hclsyntax.Expression, want bool) bool {
	fallback := fallbackOf(x)
	if fallback == nil {
		return flip(d, s, x, want)
	}
	f, err := d.world.open(x.Range().Filename)
	if err != nil {
		return false
	}
	r := fallback.Range()
	if !d.gentle {
		r = x.Range()
	}
	d.draft.replace(f, r.Start.Byte, r.End.Byte, fmt.Sprint(want))
	return true
}

// isNothing reports whether an expression is 0, [], {} or a conversion of such.
func isNothing(x hclsyntax.Expression) bool {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return x.Val.RawEquals(cty.Zero)
	case *hclsyntax.TupleConsExpr:
		return len(x.Exprs) == 0
	case *hclsyntax.ObjectConsExpr:
		return len(x.Items) == 0
	case *hclsyntax.FunctionCallExpr:
		return len(x.Args) == 1 && isNothing(x.Args[0])
	}
	return false
}

func isNull(x hclsyntax.Expression) bool {
	l, ok := x.(*hclsyntax.LiteralValueExpr)
	return ok && l.Val.IsNull()
}
