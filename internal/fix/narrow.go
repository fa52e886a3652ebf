package fix

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/edit"
	"safeguard/internal/rule"
)

// narrow limits the statements of a policy where that is written.
func (w *writer) narrow(c rule.Narrow) error {
	s, _, _, err := w.policyAt(c)
	if err != nil {
		return err
	}
	limits, err := w.limits(c, s)
	if err != nil {
		return err
	}
	_, f, clauses, err := w.policyAt(c) // as it is now: a data source may have changed the file
	if err != nil {
		return err
	}
	return f.narrowed(clauses, limits)
}

// policyAt finds the statements of a policy in native syntax.
func (w *writer) policyAt(c rule.Narrow) (*site, *source, []clause, error) {
	s, f, block, err := w.blockOf(c.On, c.At)
	if err != nil {
		return nil, nil, nil, err
	}
	if c.Path == "" {
		return s, f, f.statementBlocks(block), nil
	}
	a := block.Body.Attributes[c.Path]
	if a == nil {
		return nil, nil, nil, fmt.Errorf("%s: it has no argument %s", place(block.TypeRange), c.Path)
	}
	s, f, x, err := w.definition(s, f, a.Expr)
	if err != nil {
		return nil, nil, nil, err
	}
	if call, ok := unwrapped(x).(*hclsyntax.FunctionCallExpr); ok && call.Name == "jsonencode" && len(call.Args) == 1 {
		in, file, arg, err := w.definition(s, f, call.Args[0])
		if err != nil {
			return nil, nil, nil, err
		}
		if o, ok := unwrapped(arg).(*hclsyntax.ObjectConsExpr); ok {
			return in, file, encodedClauses(o), nil
		}
	}
	clauses, err := f.clauses(unwrapped(x))
	return s, f, clauses, err
}

// definition follows an expression that is a local, or an argument of the
// module's call, to where that is written.
func (w *writer) definition(s *site, f *source, x hclsyntax.Expression) (*site, *source, hclsyntax.Expression, error) {
	for range 16 {
		var next *source
		var a *hclsyntax.Attribute
		in := s
		switch kind, name := bare(x); {
		case kind == "local":
			var err error
			if next, a, err = s.local(w.world, name); err != nil {
				return nil, nil, nil, err
			}
		case kind == "var" && s.parent != nil:
			file, call, err := s.parent.declared(w.world, "module", s.call().Name)
			if err != nil {
				return nil, nil, nil, err
			}
			if call != nil {
				next, a, in = file, call.Body.Attributes[name], s.parent
			}
		}
		if a == nil {
			break
		}
		s, f, x = in, next, a.Expr
	}
	return s, f, x, nil
}

// limits are a Narrow with its resources in the terms of a place.
type limits struct {
	rule.Narrow
	resources []string // of the scopes, as quoted templates
}

func (w *writer) limits(c rule.Narrow, s *site) (limits, error) {
	l := limits{Narrow: c}
	var quoted []string
	for _, scope := range c.Scopes {
		quoted = append(quoted, `"`+scope.Resource+`"`)
	}
	code, err := w.resolve("resources = ["+strings.Join(quoted, ", ")+"]", s, meta{})
	if err != nil {
		return l, err
	}
	partition, err := s.partition(w.world, w.target.Region)
	if err != nil {
		return l, err
	}
	for _, x := range code.body.Attributes["resources"].Expr.(*hclsyntax.TupleConsExpr).Exprs {
		l.resources = append(l.resources, strings.Replace(code.text(x.Range()), `"arn:aws:`, `"arn:`+partition+`:`, 1))
	}
	return l, nil
}

// partition is a template for the partition in the module: from its data source
// if it has one, else that of the Region.
func (s *site) partition(w *world, region string) (string, error) {
	found, err := s.blocks(w, func(b *hclsyntax.Block) bool {
		return b.Type == "data" && len(b.Labels) == 2 && b.Labels[0] == "aws_partition" && repetition(b) == nil
	})
	switch {
	case err != nil:
		return "", err
	case len(found) > 0:
		return "${" + key(found[0]) + ".partition}", nil
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn", nil
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov", nil
	}
	return "aws", nil
}

// narrowed writes the limits into the clauses.
func (f *source) narrowed(clauses []clause, l limits) error {
	d := newDraft()
	for _, c := range clauses {
		if c.effect != "" && c.effect != "Allow" || c.actions == nil || c.resources == nil {
			continue
		}
		wide := func(e element) bool {
			return e.known && l.Covers(e.text)
		}
		if !slices.ContainsFunc(c.resources.elements, wide) {
			continue
		}
		var own []element
		all := false
		for _, e := range c.actions.elements {
			service, _, named := strings.Cut(e.text, ":")
			all = all || e.known && (!named || strings.ContainsAny(service, "*?"))
			if e.known && strings.EqualFold(service, l.Service) {
				own = append(own, e)
			}
		}
		if all || len(own) == 0 {
			continue
		}
		wanted := l.needed(own)
		if len(own) == len(c.actions.elements) {
			for _, e := range c.resources.elements {
				if !wide(e) {
					wanted = append(wanted, f.slice(e.span))
				}
			}
			d.replace(f, c.resources.start, c.resources.end, f.listed(wanted, c.resources, c.lists))
			continue
		}
		if err := f.split(d, c, own, wanted, l.Service); err != nil {
			return err
		}
	}
	return d.commit()
}

// needed are the resources of the scopes that actions need.
func (l limits) needed(actions []element) []string {
	var texts, wanted []string
	for _, a := range actions {
		texts = append(texts, a.text)
	}
	for i, scope := range l.Scopes {
		if scope.Serves(texts) {
			wanted = append(wanted, l.resources[i])
		}
	}
	return wanted
}

// listed is the source of a list in the place of another one.
func (f *source) listed(texts []string, was *list, always bool) string {
	if len(texts) == 1 && was.scalar && !always {
		return texts[0]
	}
	indent := indentOf(f.src, was.start)
	if line := strings.Join(texts, ", "); len(texts) == 1 || len(indent)+len(line) < 100 {
		return "[" + line + "]"
	}
	comma := ","
	if f.json() || f.quotedAt(was) {
		comma = ""
	}
	return "[\n" + indent + "  " + strings.Join(texts, ",\n"+indent+"  ") + comma + "\n" + indent + "]"
}

// quotedAt reports whether a list is the value of a name in quotation marks and a
// colon, as in JSON.
func (f *source) quotedAt(was *list) bool {
	return strings.HasSuffix(strings.TrimRight(string(f.src[:was.start]), " "), `":`)
}

// split moves actions of a statement into one of their own behind it.
func (f *source) split(d *draft, c clause, own []element, wanted []string, service string) error {
	if c.lone {
		return fmt.Errorf("%s:%d: the statement allows other services too, and no second one can stand beside it: write one for %s", f.path, 1+bytes.Count(f.src[:c.start], []byte("\n")), service)
	}
	var texts []string
	for _, e := range own {
		texts = append(texts, f.slice(e.span))
	}
	edits := []edit.Edit{
		{Start: c.actions.start - c.start, End: c.actions.end - c.start, New: f.listed(texts, &list{span: c.actions.span, scalar: len(own) == 1}, c.lists)},
		{Start: c.resources.start - c.start, End: c.resources.end - c.start, New: f.listed(wanted, c.resources, c.lists)},
	}
	if c.sid != nil && len(c.sid.elements) == 1 && c.sid.elements[0].known {
		sid := c.sid.elements[0].text + strings.ToUpper(service)
		edits = append(edits, edit.Edit{Start: c.sid.start - c.start, End: c.sid.end - c.start, New: strconv.Quote(sid)})
	}
	second, err := edit.Apply([]byte(f.slice(c.span)), edits)
	if err != nil {
		return err
	}
	f.without(d, c.actions, own)
	indent := indentOf(f.src, c.start)
	apart := f.lineStart(c.start)+len(indent) == c.start // it begins its line
	switch {
	case c.block:
		d.insert(f, c.end, "\n\n"+indent+string(second))
	case c.alone:
		d.insert(f, c.start, "[")
		d.insert(f, c.end, ", "+string(second)+"]")
	case apart:
		d.insert(f, c.end, ",\n"+indent+string(second))
	default:
		d.insert(f, c.end, ", "+string(second))
	}
	return nil
}

// without takes elements out of a list that keeps others.
func (f *source) without(d *draft, l *list, gone []element) {
	last := -1 // the last element that stays
	for i, e := range l.elements {
		if !slices.Contains(gone, e) {
			last = i
		}
	}
	for i, e := range l.elements {
		switch {
		case !slices.Contains(gone, e):
		case i < last:
			d.replace(f, e.start, l.elements[i+1].start, "")
		default:
			d.replace(f, l.elements[i-1].end, e.end, "")
		}
	}
}
