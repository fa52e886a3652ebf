package fix

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A clause is a statement of a policy where it is written.
type clause struct {
	span
	block  bool // a block of aws_iam_policy_document
	lists  bool // its arguments are lists, of one element too
	alone  bool // an object in the place of a list
	lone   bool // beside which no other one can stand
	effect string
	sid    *list

	actions, resources *list // nil where it has none
}

// A list is what is written for an argument: several texts, or one.
type list struct {
	span
	elements []element
	scalar   bool // no brackets
}

// An element is one text. It is not known where it is an expression.
type element struct {
	span
	text  string
	known bool
}

// A span is a part of a file, in bytes.
type span struct{ start, end int }

func spanOf(r hcl.Range) span { return span{r.Start.Byte, r.End.Byte} }

func (f *source) slice(s span) string { return string(f.src[s.start:s.end]) }

// statementBlocks are the statements of an aws_iam_policy_document.
func (f *source) statementBlocks(doc *hclsyntax.Block) []clause {
	var found []clause
	for _, b := range (&merge{file: f}).nested(f.container(doc), "statement") {
		c := clause{span: span{b.TypeRange.Start.Byte, b.CloseBraceRange.End.Byte}, block: true, lists: true}
		get := func(name string) *list {
			if a := b.Body.Attributes[name]; a != nil {
				return listOf(a.Expr)
			}
			return nil
		}
		c.sid, c.actions, c.resources = get("sid"), get("actions"), get("resources")
		c.effect = get("effect").only()
		found = append(found, c)
	}
	return found
}

// only is the one text of a list, "" if there is none, and "?" if it is not
// known.
func (l *list) only() string {
	switch {
	case l == nil:
		return ""
	case len(l.elements) == 1 && l.elements[0].known:
		return l.elements[0].text
	}
	return "?"
}

// listOf reads a list of texts, or one; everything else is an element that is
// not known.
func listOf(x hclsyntax.Expression) *list {
	l := &list{span: spanOf(x.Range()), scalar: true}
	exprs := []hclsyntax.Expression{x}
	if tuple, ok := x.(*hclsyntax.TupleConsExpr); ok {
		exprs, l.scalar = tuple.Exprs, false
	}
	for _, x := range exprs {
		e := element{span: spanOf(x.Range())}
		if t, ok := x.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
			v, _ := t.Value(nil)
			e.text, e.known = v.AsString(), true
		}
		l.elements = append(l.elements, e)
	}
	return l
}

// clauses are the statements of a policy that an expression encodes, or that
// stands there as text.
func (f *source) clauses(x hclsyntax.Expression) ([]clause, error) {
	r := x.Range()
	if text := f.text(r); strings.HasPrefix(text, "<<") {
		start, end := heredocBody(text)
		tree, err := parseTree(masked([]byte(text[start:end])))
		if err != nil {
			return nil, fmt.Errorf("%s: the policy is text that no statement can be changed in safely", place(r))
		}
		return textClauses(tree, []byte(text[start:end]), r.Start.Byte+start), nil
	}
	call, ok := x.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "jsonencode" || len(call.Args) != 1 {
		return nil, fmt.Errorf("%s: the policy is not written there as jsonencode, text or an aws_iam_policy_document", place(r))
	}
	object, ok := unwrapped(call.Args[0]).(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil, fmt.Errorf("%s: what is encoded there is no object", place(r))
	}
	return encodedClauses(object), nil
}

// encodedClauses are the statements of a policy that an object encodes.
func encodedClauses(policy *hclsyntax.ObjectConsExpr) []clause {
	statement := itemOf(policy, "Statement")
	if o, ok := statement.(*hclsyntax.ObjectConsExpr); ok {
		c := objectClause(o)
		c.alone = true
		return []clause{c}
	}
	return clausesIn(statement, false)
}

// clausesIn are the statements in an expression that makes a list of them.
func clausesIn(x hclsyntax.Expression, listed bool) []clause {
	var found []clause
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return clausesIn(x.Expression, false)
	case *hclsyntax.ObjectConsExpr:
		c := objectClause(x)
		c.lone = !listed
		return []clause{c}
	case *hclsyntax.TupleConsExpr:
		for _, e := range x.Exprs {
			found = append(found, clausesIn(e, true)...)
		}
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "concat" || x.Name == "flatten" || x.Name == "compact" {
			for _, e := range x.Args {
				found = append(found, clausesIn(e, false)...)
			}
		}
	case *hclsyntax.ConditionalExpr:
		return append(clausesIn(x.TrueResult, false), clausesIn(x.FalseResult, false)...)
	case *hclsyntax.ForExpr:
		return clausesIn(x.ValExpr, false)
	}
	return found
}

func objectClause(o *hclsyntax.ObjectConsExpr) clause {
	c := clause{span: spanOf(o.Range())}
	for _, item := range o.Items {
		l := listOf(item.ValueExpr)
		switch keyName(item.KeyExpr) {
		case "Sid":
			c.sid = l
		case "Effect":
			c.effect = l.only()
		case "Action":
			c.actions = l
		case "Resource":
			c.resources = l
		}
	}
	return c
}
