package datasource

import (
	"fmt"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// A merger puts documents together in the provider's way: a statement replaces
// an earlier one with its sid, all others are appended.
type merger struct {
	doc document
	// unknown is the cause of the first document that is not known as a whole.
	unknown *graph.Cause
}

// source adds a source document. No sid may come twice among these.
func (m *merger) source(d document) error {
	for _, s := range d.statements {
		if s.sid != "" && !graph.HasPlaceholder(s.sid) && slices.ContainsFunc(m.doc.statements, func(t statement) bool { return t.sid == s.sid }) {
			return fmt.Errorf("another statement has the sid %q", s.sid)
		}
		m.doc.statements = append(m.doc.statements, s)
	}
	m.header(d)
	return nil
}

// own adds the document that the arguments describe, whose sids differ.
func (m *merger) own(d document) {
	sources := len(m.doc.statements)
	for _, s := range d.statements {
		m.put(s, sources)
	}
	m.header(d)
}

// override adds an overriding document.
func (m *merger) override(d document) {
	for _, s := range d.statements {
		m.put(s, len(m.doc.statements))
	}
	m.header(d)
}

// put adds s in the place of the statement with its sid among the first n. Of
// one that may or may not have it, nothing is left to know.
func (m *merger) put(s statement, n int) {
	if s.sid == "" {
		m.doc.statements = append(m.doc.statements, s)
		return
	}
	replaced := false
	for i, t := range m.doc.statements[:n] {
		if t.sid == "" || t.open != "" {
			continue
		}
		switch graph.SameText(t.sid, s.sid) {
		case logic.True:
			if !replaced {
				m.doc.statements[i], replaced = s, true
			}
		case logic.Unknown:
			m.doc.statements[i] = statement{open: hole(s.sid + t.sid)}
		}
	}
	if !replaced {
		m.doc.statements = append(m.doc.statements, s)
	}
}

// header takes over d's id and a higher version. The highest is 2012-10-17,
// whatever a version that is not known may turn out to be.
func (m *merger) header(d document) {
	if d.id != "" {
		m.doc.id = d.id
	}
	switch v := &m.doc.version; {
	case graph.HasPlaceholder(d.version) && *v == version2012, d.version == "":
	case d.version == version2012, d.version > *v:
		*v = d.version
	}
}

// unknownSource stands for a source document of which nothing is known. It may
// add statements, but takes none away from the documents after it.
func (m *merger) unknownSource(c graph.Cause) {
	m.note(c)
	m.doc.statements = append(m.doc.statements, statement{open: derived(c).Placeholder()})
}

// unknownOverride stands for an overriding document of which nothing is known.
// It may replace every statement that has a sid.
func (m *merger) unknownOverride(c graph.Cause) {
	m.note(c)
	h := derived(c).Placeholder()
	for i, s := range m.doc.statements {
		if s.sid != "" {
			m.doc.statements[i] = statement{open: h}
		}
	}
	m.doc.statements = append(m.doc.statements, statement{open: h})
}

func (m *merger) note(c graph.Cause) {
	if m.unknown == nil {
		m.unknown = &c
	}
}

// result is the merged document. If none of its statements is known, because a
// document is not, then the whole is not.
func (m *merger) result() (document, error) {
	if m.unknown != nil && !slices.ContainsFunc(m.doc.statements, func(s statement) bool { return s.open == "" }) {
		return document{}, unknownError{*m.unknown}
	}
	return m.doc, nil
}
