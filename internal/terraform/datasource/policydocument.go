package datasource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"safeguard/internal/graph"
)

const (
	version2008 = "2008-10-17"
	version2012 = "2012-10-17"
)

// A document is a policy document as aws_iam_policy_document builds it.
type document struct {
	version, id string
	statements  []statement
}

// A statement is one statement of a document. Actions and resources are nil, a
// string, a []string, or whatever a source document has in their place.
type statement struct {
	// open, if it is not "", is a hole: the statement may be anything, or
	// several, or absent.
	open string

	sid, effect                                  string
	actions, notActions, resources, notResources any
	principals, notPrincipals                    []principal
	conditions                                   []condition
}

// A principal is one type of principals with one identifier, a string, or
// several, a []string.
type principal struct {
	typ         string
	identifiers any
}

type condition struct {
	test, variable string
	values         []string
}

// unknownError says that a document as a whole is not known.
type unknownError struct{ graph.Cause }

// Error is the cause.
func (e unknownError) Error() string { return e.Text }

func policyDocument(b graph.Body) map[string]graph.Value {
	var a arguments
	doc, err := a.policy(b)
	if err != nil {
		c := a.refused(err.Error())
		if u, ok := errors.AsType[unknownError](err); ok {
			c = u.Cause
		}
		return a.results(unknowns(c, "json", "minified_json"))
	}
	minified := doc.appendJSON(make([]byte, 0, 1024))
	var indented bytes.Buffer
	indented.Grow(2 * len(minified))
	if err := json.Indent(&indented, minified, "", "  "); err != nil {
		return a.results(unknowns(a.refused(err.Error()), "json", "minified_json"))
	}
	return a.results(map[string]graph.Value{
		"json":          graph.String(indented.String()),
		"minified_json": graph.String(string(minified)),
	})
}

// policy merges, as the provider does, source documents, the document that the
// arguments describe, and overriding documents, in this order. The arguments
// source_json and override_json work as they did before version 5, which
// wants them empty.
func (a *arguments) policy(b graph.Body) (document, error) {
	m := merger{}
	for _, name := range [...]string{"source_json", "source_policy_documents"} {
		err := a.documents(b.Attr(name), func(d document) error { return m.source(d) }, m.unknownSource)
		if err != nil {
			return document{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	own, err := a.ownDocument(b)
	if err != nil {
		return document{}, err
	}
	m.own(own)
	for _, name := range [...]string{"override_policy_documents", "override_json"} {
		err := a.documents(b.Attr(name), func(d document) error { m.override(d); return nil }, m.unknownOverride)
		if err != nil {
			return document{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return m.result()
}

// documents reads each of the documents in v, a string or a list of strings,
// and calls unknown for each that is not known as a whole.
func (a *arguments) documents(v graph.Value, known func(document) error, unknown func(graph.Cause)) error {
	texts, _ := a.texts(v)
	for i, text := range texts {
		if text == "" {
			continue
		}
		d, err := parseDocument(text)
		if err == nil {
			err = known(d)
		}
		if u, ok := errors.AsType[unknownError](err); ok {
			unknown(u.Cause)
		} else if err != nil {
			return fmt.Errorf("document %d: %w", i, err)
		}
	}
	return nil
}

// ownDocument is the document that the arguments and blocks describe.
func (a *arguments) ownDocument(b graph.Body) (document, error) {
	d := document{version: version2012}
	if s, ok := a.text(b.Attr("version")); ok && s != "" {
		d.version = s
	}
	d.id, _ = a.text(b.Attr("policy_id"))
	sids := make(map[string]bool)
	for _, block := range b.Blocks("statement").Items {
		if block.Maybe {
			d.statements = append(d.statements, statement{open: derived(block.Cause).Placeholder()})
			continue
		}
		s, err := a.statement(block, d.version)
		if err != nil {
			return document{}, err
		}
		if s.sid != "" && !graph.HasPlaceholder(s.sid) {
			if sids[s.sid] {
				return document{}, fmt.Errorf("two statements have the sid %q", s.sid)
			}
			sids[s.sid] = true
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

func (a *arguments) statement(b graph.Body, version string) (statement, error) {
	s := statement{effect: "Allow"}
	if effect, ok := a.text(b.Attr("effect")); ok {
		s.effect = effect
	}
	s.sid, _ = a.text(b.Attr("sid"))
	s.actions, s.notActions = a.either(b, "actions", "not_actions")
	s.resources, s.notResources = a.either(b, "resources", "not_resources")
	var err error
	if s.resources, err = interpolate(s.resources, version); err != nil {
		return s, err
	}
	if s.notResources, err = interpolate(s.notResources, version); err != nil {
		return s, err
	}
	if s.principals, s.notPrincipals, err = a.eitherPrincipals(b, version); err != nil {
		return s, err
	}
	s.conditions, err = a.conditions(b.Blocks("condition"), version)
	return s, err
}

// either reads an element and its negation. AWS takes one of the two, so that
// one which is not known must be absent where the other is given; where both
// are not known, the first stands for both.
func (a *arguments) either(b graph.Body, name, not string) (any, any) {
	pos, posOpen := a.set(b.Attr(name))
	neg, negOpen := a.set(b.Attr(not))
	switch {
	case negOpen && len(pos) > 0:
		neg = nil
	case posOpen && len(neg) > 0:
		pos = nil
	}
	return oneOrMore(pos), oneOrMore(neg)
}

// oneOrMore is nil for no strings, a string for one, and ss for more.
func oneOrMore(ss []string) any {
	switch len(ss) {
	case 0:
		return nil
	case 1:
		return ss[0]
	}
	return ss
}
