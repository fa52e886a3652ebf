package policy

import (
	"slices"
	"strings"
)

// Parse reads a policy document.
//
// It takes what AWS takes: one statement or a list, one string or a list, a
// number where a text is expected, null for an absent element. It refuses what
// AWS refuses, with a *SyntaxError that says where: broken JSON, duplicate
// keys, elements and effects that do not exist (their names are
// case-sensitive). A document that is not known as a whole is an *UnknownError.
func Parse(text string) (*Document, error) {
	root, err := decode(text)
	if err != nil {
		return nil, err
	}
	b := builder{text: text}
	if root.kind == stringNode {
		if p, ok := sole(root.text); ok {
			return nil, &UnknownError{Cause: p.reason()}
		}
	}
	return b.document(root)
}

// A builder turns JSON into a document.
type builder struct {
	text string
}

func (b builder) document(root node) (*Document, error) {
	if root.kind != objectNode {
		return nil, b.errorf(root, "a policy document is an object, not %v", root.kind)
	}
	d := &Document{}
	var statements *node
	var gaps []string
	for _, m := range root.members {
		var err error
		switch m.key {
		case "Version":
			d.Version, err = b.scalar(m)
		case "Id":
			d.ID, err = b.scalar(m)
		case "Statement":
			statements = &m.value
		default:
			if gap, ok := gapOf(m.key); ok {
				gaps = append(gaps, gap)
				continue
			}
			err = b.unknownElement(m, "Version", "Id", "Statement")
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case statements == nil || statements.kind == nullNode:
	case statements.kind == arrayNode:
		d.Statements = make([]Statement, 0, len(statements.items))
		for _, n := range statements.items {
			if err := b.statement(d, n); err != nil {
				return nil, err
			}
		}
	default:
		if err := b.statement(d, *statements); err != nil {
			return nil, err
		}
	}
	for _, gap := range gaps {
		d.Statements = append(d.Statements, d.open(gap))
	}
	return d, nil
}

// gapOf returns why a key is not known: anything may stand there.
func gapOf(key string) (string, bool) {
	ps := placeholders(key)
	if len(ps) == 0 {
		return "", false
	}
	return ps[0].reason(), true
}

// open is a statement, or several or none, of which nothing is known.
func (d *Document) open(cause string) Statement {
	s := Statement{Index: len(d.Statements), variables: d.variables()}
	s.fill(cause)
	return s
}

// fill puts holes for all that s lacks.
func (s *Statement) fill(cause string) {
	hole := openHole(cause)
	if !s.Principal.Present {
		s.Principal = Principals{Present: true, List: []Principal{{Value: hole}}}
	}
	if !s.Action.Present {
		s.Action = Set{Present: true, Values: []string{hole}}
	}
	if !s.Resource.Present {
		s.Resource = Set{Present: true, Values: []string{hole}}
	}
	if s.Effect == EffectUnknown && s.cause == "" {
		s.cause = cause
	}
	s.Conditions = append(s.Conditions, Condition{Operator: hole, Key: hole, Values: []string{hole}})
}

// variables reports whether ${…} is a policy variable: not in documents of
// before 2012, which is what a document without a version is.
func (d *Document) variables() bool { return d.Version != "" && d.Version != "2008-10-17" }

func (b builder) statement(d *Document, n node) error {
	if n.kind == stringNode {
		if ps := placeholders(n.text); len(ps) > 0 {
			d.Statements = append(d.Statements, d.open(ps[0].reason()))
			return nil
		}
	}
	if n.kind != objectNode {
		return b.errorf(n, "a statement is an object, not %v", n.kind)
	}
	s := Statement{Index: len(d.Statements), variables: d.variables()}
	var gap string
	gapped, effect := false, false
	for _, m := range n.members {
		if m.value.kind == nullNode {
			continue
		}
		var err error
		switch m.key {
		case "Sid":
			s.Sid, err = b.scalar(m)
		case "Effect":
			effect = true
			s.Effect, s.cause, err = b.effect(m)
		case "Principal", "NotPrincipal":
			if s.Principal.Present {
				return b.errorf(m.value, "a statement has both Principal and NotPrincipal")
			}
			s.Principal, err = b.principals(m)
		case "Action", "NotAction":
			s.Action, err = b.set(m, s.Action)
		case "Resource", "NotResource":
			s.Resource, err = b.set(m, s.Resource)
		case "Condition":
			s.Conditions, err = b.conditions(m.value)
		default:
			if cause, ok := gapOf(m.key); ok {
				gap, gapped = cause, true
				continue
			}
			err = b.unknownElement(m, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
				"Resource", "NotResource", "Condition")
		}
		if err != nil {
			return err
		}
	}
	if gapped {
		s.fill(gap)
	} else if !effect {
		return b.errorf(n, "a statement has no Effect")
	}
	d.Statements = append(d.Statements, s)
	return nil
}

// effect reads an effect, or why it is not known.
func (b builder) effect(m member) (Effect, string, error) {
	text, err := b.scalar(m)
	switch {
	case err != nil:
		return EffectUnknown, "", err
	case text == "Allow":
		return Allow, "", nil
	case text == "Deny":
		return Deny, "", nil
	}
	if cause, ok := gapOf(text); ok {
		return EffectUnknown, cause, nil
	}
	return EffectUnknown, "", b.errorf(m.value, "Effect is %q, neither Allow nor Deny", text)
}

func (b builder) set(m member, before Set) (Set, error) {
	if before.Present {
		name := strings.TrimPrefix(m.key, "Not")
		return Set{}, b.errorf(m.value, "a statement has both %s and Not%s", name, name)
	}
	values, err := b.values(m.key, m.value)
	return Set{Present: true, Except: strings.HasPrefix(m.key, "Not"), Values: values}, err
}

func (b builder) principals(m member) (Principals, error) {
	ps := Principals{Present: true, Except: m.key == "NotPrincipal"}
	if m.value.kind != objectNode {
		// S3 also takes a bare ARN or a list of them; "" is nobody in
		// particular and so everyone.
		values, err := b.values(m.key, m.value)
		for _, v := range values {
			p := Principal{Kind: "AWS", Value: v}
			if v == "*" || isOpen(v) {
				p.Kind = "*"
			}
			ps.List = append(ps.List, p)
		}
		return ps, err
	}
	for _, kind := range m.value.members {
		p := Principal{Kind: kind.key}
		switch kind.key {
		case "AWS", "Service", "Federated", "CanonicalUser", "*":
		default:
			if _, ok := gapOf(kind.key); !ok {
				return ps, b.unknownElement(kind, "AWS", "Service", "Federated", "CanonicalUser")
			}
			p.Kind = ""
		}
		values, err := b.values(kind.key, kind.value)
		if err != nil {
			return ps, err
		}
		for _, v := range values {
			p.Value = v
			ps.List = append(ps.List, p)
		}
	}
	return ps, nil
}

func (b builder) conditions(n node) ([]Condition, error) {
	if hole, ok := openText(n); ok {
		return []Condition{{Operator: hole, Key: hole, Values: []string{hole}}}, nil
	}
	if n.kind != objectNode {
		return nil, b.errorf(n, "Condition is an object, not %v", n.kind)
	}
	var cs []Condition
	for _, op := range n.members {
		if hole, ok := openText(op.value); ok {
			cs = append(cs, NewCondition(op.key, hole, hole))
			continue
		}
		if op.value.kind != objectNode {
			return nil, b.errorf(op.value, "condition %s is an object, not %v", Display(op.key), op.value.kind)
		}
		for _, key := range op.value.members {
			values, err := b.values("condition key "+Display(key.key), key.value)
			if err != nil {
				return nil, err
			}
			cs = append(cs, NewCondition(op.key, key.key, values...))
		}
	}
	return cs, nil
}

// openText returns the hole that n is.
func openText(n node) (string, bool) {
	if n.kind != stringNode {
		return "", false
	}
	p, ok := sole(n.text)
	if !ok {
		return "", false
	}
	return openHole(p.reason()), true
}

// values reads one text or a list of texts.
func (b builder) values(name string, n node) ([]string, error) {
	switch n.kind {
	case stringNode, numberNode, boolNode:
		return []string{n.text}, nil
	case arrayNode:
		values := make([]string, 0, len(n.items))
		for _, item := range n.items {
			switch item.kind {
			case stringNode, numberNode, boolNode:
				values = append(values, item.text)
			default:
				return nil, b.errorf(item, "%s holds %v among its texts", Display(name), item.kind)
			}
		}
		return values, nil
	}
	return nil, b.errorf(n, "%s is %v, neither a text nor a list of texts", Display(name), n.kind)
}

func (b builder) scalar(m member) (string, error) {
	switch m.value.kind {
	case stringNode, numberNode, boolNode:
		return m.value.text, nil
	case nullNode:
		return "", nil
	}
	return "", b.errorf(m.value, "%s is %v, not a text", m.key, m.value.kind)
}

func (b builder) unknownElement(m member, names ...string) error {
	near := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, m.key) })
	if near >= 0 {
		return errorAt(b.text, m.offset, "there is no element %q: its name is %s, case matters", m.key, names[near])
	}
	return errorAt(b.text, m.offset, "there is no element %q here: only %s", m.key, strings.Join(names, ", "))
}

func (b builder) errorf(n node, format string, args ...any) error {
	return errorAt(b.text, n.offset, format, args...)
}
