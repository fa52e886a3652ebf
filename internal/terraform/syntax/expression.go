package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// enter bounds how deep things are nested.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.giveUp()
	}
}

func (p *parser) leave() { p.depth-- }

// step bounds how long an expression is.
func (p *parser) step() {
	if p.steps++; p.steps > maxSteps {
		p.giveUp()
	}
}

// expression parses any expression.
func (p *parser) expression() hclsyntax.Expression {
	p.enter()
	defer p.leave()
	p.space()
	start := p.pos()
	condition := p.binary(0)
	if p.space(); !p.here('?') {
		return condition
	}
	p.step()
	p.token(1)
	yes := p.expression()
	p.colon()
	no := p.expression()
	return &hclsyntax.ConditionalExpr{
		Condition: condition, TrueResult: yes, FalseResult: no,
		SrcRange: p.between(start, no.Range().End),
	}
}

func (p *parser) colon() {
	p.space()
	p.expect(':')
	if p.here(':') {
		p.giveUp()
	}
}

// binary parses operands joined by operators of at least the given precedence.
func (p *parser) binary(least int) hclsyntax.Expression {
	left := p.operand()
	for {
		if p.space(); p.atNewline() {
			return left
		}
		op, precedence, size := p.operator()
		if op == nil || precedence < least {
			return left
		}
		p.step()
		p.token(size)
		right := p.binary(precedence + 1)
		left = &hclsyntax.BinaryOpExpr{LHS: left, Op: op, RHS: right, SrcRange: hcl.RangeBetween(left.Range(), right.Range())}
	}
}

// operator looks at the binary operator that is next, if one is.
func (p *parser) operator() (op *hclsyntax.Operation, precedence, size int) {
	if p.at == len(p.src) {
		return nil, 0, 0
	}
	next := byte(0)
	if p.at+1 < len(p.src) {
		next = p.src[p.at+1]
	}
	switch p.src[p.at] {
	case '|':
		if next == '|' {
			return hclsyntax.OpLogicalOr, 0, 2
		}
	case '&':
		if next == '&' {
			return hclsyntax.OpLogicalAnd, 1, 2
		}
	case '=':
		if next == '=' {
			return hclsyntax.OpEqual, 2, 2
		}
	case '!':
		if next == '=' {
			return hclsyntax.OpNotEqual, 2, 2
		}
	case '>':
		if next == '=' {
			return hclsyntax.OpGreaterThanOrEqual, 3, 2
		}
		return hclsyntax.OpGreaterThan, 3, 1
	case '<':
		switch next {
		case '=':
			return hclsyntax.OpLessThanOrEqual, 3, 2
		case '<':
			p.giveUp()
		}
		return hclsyntax.OpLessThan, 3, 1
	case '+':
		return hclsyntax.OpAdd, 4, 1
	case '-':
		return hclsyntax.OpSubtract, 4, 1
	case '*':
		return hclsyntax.OpMultiply, 5, 1
	case '/':
		return hclsyntax.OpDivide, 5, 1
	case '%':
		return hclsyntax.OpModulo, 5, 1
	}
	return nil, 0, 0
}

// operand parses a term and the attributes, indexes and splats behind it.
func (p *parser) operand() hclsyntax.Expression {
	return p.traversal(p.term())
}

func (p *parser) term() hclsyntax.Expression {
	p.space()
	if p.at == len(p.src) {
		p.giveUp()
	}
	switch b := p.src[p.at]; {
	case b == '"':
		return p.quoted()
	case identStart(b):
		return p.named()
	case digit(b):
		return p.number()
	case b == '{':
		return p.object()
	case b == '[':
		return p.tuple()
	case b == '(':
		open := p.token(1)
		was := p.include(false)
		inner := p.expression()
		p.space()
		end := p.expect(')')
		p.newlines = was
		return &hclsyntax.ParenthesesExpr{Expression: inner, SrcRange: p.between(open.Start, end.End)}
	case b == '-':
		return p.unary(hclsyntax.OpNegate)
	case b == '!':
		if p.ahead("!=") {
			p.giveUp()
		}
		return p.unary(hclsyntax.OpLogicalNot)
	case b == '<':
		return p.heredoc()
	}
	p.giveUp()
	return nil
}

// include says whether newlines count from here on, and whether they did.
func (p *parser) include(newlines bool) (was bool) {
	was, p.newlines = p.newlines, newlines
	return was
}

func (p *parser) unary(op *hclsyntax.Operation) hclsyntax.Expression {
	p.enter()
	defer p.leave()
	symbol := p.token(1)
	operand := p.operand()
	return &hclsyntax.UnaryOpExpr{Op: op, Val: operand, SrcRange: hcl.RangeBetween(symbol, operand.Range()), SymbolRange: symbol}
}

func (p *parser) literal(v cty.Value, r hcl.Range) hclsyntax.Expression {
	l := p.literals.make()
	l.Val, l.SrcRange = v, r
	return l
}

// number parses digits with at most one point among them.
func (p *parser) number() hclsyntax.Expression {
	n := p.digits(0)
	if p.at+n < len(p.src) && p.src[p.at+n] == '.' {
		fraction := p.digits(n + 1)
		if fraction == n+1 {
			p.giveUp()
		}
		n = fraction
	}
	if p.at+n < len(p.src) {
		if b := p.src[p.at+n]; b == '.' || identStart(b) {
			p.giveUp()
		}
	}
	text := p.src[p.at : p.at+n]
	v, known := p.numbers[text]
	if !known {
		var err error
		if v, err = cty.ParseNumberVal(text); err != nil {
			p.giveUp()
		}
		if p.numbers == nil {
			p.numbers = map[string]cty.Value{}
		}
		p.numbers[text] = v
	}
	return p.literal(v, p.token(n))
}

// digits returns where the digits end that begin n bytes on.
func (p *parser) digits(n int) int {
	for p.at+n < len(p.src) && digit(p.src[p.at+n]) {
		n++
	}
	return n
}

// named parses what begins with an identifier: a constant, a call or a
// reference.
func (p *parser) named() hclsyntax.Expression {
	name := p.ident()
	p.space()
	switch {
	case p.here('('):
		return p.call(name)
	case p.here(':') && p.ahead("::"):
		p.giveUp()
	}
	switch name.text {
	case "true":
		return p.literal(cty.True, name.Range)
	case "false":
		return p.literal(cty.False, name.Range)
	case "null":
		return p.literal(cty.NullVal(cty.DynamicPseudoType), name.Range)
	}
	t := p.traversals.make()
	t.Traversal = append(make(hcl.Traversal, 0, 3), hcl.TraverseRoot{Name: name.text, SrcRange: name.Range})
	t.SrcRange = name.Range
	return t
}

// call parses the arguments of a function.
func (p *parser) call(name word) hclsyntax.Expression {
	p.step()
	c := p.calls.make()
	c.Name, c.NameRange, c.OpenParenRange = name.text, name.Range, p.token(1)
	was := p.include(false)
	for {
		if p.space(); p.here(')') {
			break
		}
		c.Args = append(c.Args, p.expression())
		p.space()
		if p.ahead("...") {
			p.token(3)
			c.ExpandFinal = true
			p.space()
			break
		}
		if p.here(')') {
			break
		}
		p.expect(',')
	}
	c.CloseParenRange = p.expect(')')
	p.newlines = was
	return c
}
