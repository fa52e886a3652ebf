package datasource

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/graph"
)

// parseDocument reads a source or overriding document as the provider does:
// names of elements in any case, what it does not know passed over.
func parseDocument(text string) (document, error) {
	if c, ok := soleHole(text); ok {
		return document{}, unknownError{c}
	}
	marked := graph.HasPlaceholder(text)
	source := text
	if marked {
		source = quoteBare(text)
	}
	d, err := decodeDocument([]byte(source))
	if err != nil && marked {
		// The text in place of a placeholder may be what completes it.
		return document{}, unknownError{causeIn(source)}
	}
	return d, err
}

// causeIn says why the JSON source, in which there are placeholders, is not
// known.
func causeIn(source string) graph.Cause {
	var all strings.Builder
	for source != "" {
		n := placeholderLen(source)
		if n > 0 {
			all.WriteString(unquotePlaceholder(source[:n]))
		}
		source = source[max(n, 1):]
	}
	return derived(graph.String(all.String()).Cause())
}

func decodeDocument(text []byte) (document, error) {
	var w struct {
		Version, Id string
		Statement   json.RawMessage
	}
	if err := json.Unmarshal(text, &w); err != nil {
		return document{}, err
	}
	d := document{version: w.Version, id: w.Id}
	statements, err := decodeStatements(w.Statement)
	if err != nil {
		return d, err
	}
	d.statements = statements
	if h := openKey(text); h != "" {
		d.statements = append(d.statements, statement{open: h})
	}
	return d, nil
}

// decodeStatements takes a list of statements, or one, as AWS does.
func decodeStatements(text json.RawMessage) ([]statement, error) {
	switch {
	case len(text) == 0 || string(text) == "null":
		return nil, nil
	case text[0] != '[':
		s, err := decodeStatement(text)
		return []statement{s}, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(text, &items); err != nil {
		return nil, err
	}
	statements := make([]statement, len(items))
	for i, item := range items {
		var err error
		if statements[i], err = decodeStatement(item); err != nil {
			return nil, fmt.Errorf("statement %d: %w", i, err)
		}
	}
	return statements, nil
}

func decodeStatement(text json.RawMessage) (statement, error) {
	if text[0] == '"' && graph.HasPlaceholder(string(text)) {
		return statement{open: causeIn(string(text)).Placeholder()}, nil
	}
	if h := openKey(text); h != "" {
		return statement{open: h}, nil
	}
	if text[0] != '{' {
		return statement{}, errors.New("a statement is a JSON object")
	}
	var w struct {
		Sid, Effect                              string
		Action, NotAction, Resource, NotResource any
		Principal, NotPrincipal, Condition       any
	}
	if err := json.Unmarshal(text, &w); err != nil {
		return statement{}, err
	}
	s := statement{
		sid: w.Sid, effect: w.Effect,
		actions: w.Action, notActions: w.NotAction, resources: w.Resource, notResources: w.NotResource,
	}
	var err error
	if s.principals, err = decodePrincipals(w.Principal); err != nil {
		return s, err
	}
	if s.notPrincipals, err = decodePrincipals(w.NotPrincipal); err != nil {
		return s, err
	}
	s.conditions, err = decodeConditions(w.Condition)
	return s, err
}

// openKey returns a hole if a key of the object text is not known: it may be
// any element.
func openKey(text []byte) string {
	if !graph.HasPlaceholder(string(text)) {
		return ""
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(text, &m) != nil {
		return ""
	}
	for _, k := range sortedKeys(m) {
		if graph.HasPlaceholder(k) {
			return hole(k)
		}
	}
	return ""
}

// decodePrincipals takes any string for everyone, as the provider does.
func decodePrincipals(v any) ([]principal, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		if c, ok := soleHole(v); ok {
			h := derived(c).Placeholder()
			return []principal{{h, h}}, nil
		}
		return []principal{{"*", []string{"*"}}}, nil
	case map[string]any:
		var ps []principal
		for _, typ := range sortedKeys(v) {
			switch ids := v[typ].(type) {
			case string:
				ps = append(ps, principal{typ, ids})
			case []any:
				texts := make([]string, len(ids))
				for i, id := range ids {
					s, ok := id.(string)
					if !ok {
						return nil, fmt.Errorf("a principal of type %q is no string", typ)
					}
					texts[i] = s
				}
				slices.Sort(texts)
				slices.Reverse(texts)
				ps = append(ps, principal{typ, texts})
			default:
				return nil, fmt.Errorf("principals of type %q are no strings", typ)
			}
		}
		return ps, nil
	}
	return nil, errors.New("a principal is neither a string nor an object")
}

// decodeConditions drops values that are numbers or null, as the provider does.
func decodeConditions(v any) ([]condition, error) {
	if v == nil {
		return nil, nil
	}
	if s, ok := v.(string); ok && graph.HasPlaceholder(s) {
		h := hole(s)
		return []condition{{h, h, []string{h}}}, nil
	}
	tests, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("a condition is no object")
	}
	var cs []condition
	for _, test := range sortedKeys(tests) {
		if tests[test] == nil {
			continue
		}
		if s, ok := tests[test].(string); ok && graph.HasPlaceholder(s) {
			h := hole(s)
			cs = append(cs, condition{test, h, []string{h}})
			continue
		}
		variables, ok := tests[test].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("condition %q is no object", test)
		}
		for _, variable := range sortedKeys(variables) {
			c := condition{test: test, variable: variable}
			switch values := variables[variable].(type) {
			case string:
				c.values = []string{values}
			case bool:
				c.values = []string{strconv.FormatBool(values)}
			case []any:
				for _, e := range values {
					s, ok := e.(string)
					if !ok {
						return nil, fmt.Errorf("a value of condition %q, %q is no string", test, variable)
					}
					c.values = append(c.values, s)
				}
			default:
				continue
			}
			cs = append(cs, c)
		}
	}
	return cs, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// quoteBare makes JSON of a text in which placeholders stand as JSON has them,
// unescaped as in a heredoc, or outside of strings in place of a value.
func quoteBare(text string) string {
	var b strings.Builder
	inString := false
	for text != "" {
		n := placeholderLen(text)
		switch {
		case n > 0:
			quoted := quotePlaceholder(text[:n])
			if inString {
				quoted = quoted[1 : len(quoted)-1]
			}
			b.WriteString(quoted)
		case text[0] == '\\' && inString && len(text) > 1:
			n = 2
			b.WriteString(text[:n])
		default:
			n = 1
			if text[0] == '"' {
				inString = !inString
			}
			b.WriteByte(text[0])
		}
		text = text[n:]
	}
	return b.String()
}

// quotePlaceholder is the placeholder p as a JSON string, whether its text was
// escaped already or not.
func quotePlaceholder(p string) string {
	quoted, err := json.Marshal(unquotePlaceholder(p))
	if err != nil {
		return `""`
	}
	return string(quoted)
}

func unquotePlaceholder(p string) string {
	var s string
	if json.Unmarshal([]byte(`"`+p+`"`), &s) != nil {
		return p
	}
	return s
}

// placeholderLen is the length of the placeholder that text begins with, or 0.
func placeholderLen(text string) int {
	const start, end = "\uE000", "\uE002"
	if !strings.HasPrefix(text, start) {
		return 0
	}
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return 0
}
