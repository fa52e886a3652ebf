package datasource

import (
	"encoding/json"
	"slices"
)

// appendJSON appends the document in the form of encoding/json.
func (d document) appendJSON(b []byte) []byte {
	o := object{b: append(b, '{')}
	if d.version != "" {
		o.b = appendString(o.key("Version"), d.version)
	}
	if d.id != "" {
		o.b = appendString(o.key("Id"), d.id)
	}
	if len(d.statements) > 0 {
		o.b = append(o.key("Statement"), '[')
		for i, s := range d.statements {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			o.b = s.appendJSON(o.b)
		}
		o.b = append(o.b, ']')
	}
	return append(o.b, '}')
}

func (s statement) appendJSON(b []byte) []byte {
	if s.open != "" {
		return appendString(b, s.open)
	}
	o := object{b: append(b, '{')}
	if s.sid != "" {
		o.b = appendString(o.key("Sid"), s.sid)
	}
	if s.effect != "" {
		o.b = appendString(o.key("Effect"), s.effect)
	}
	for _, e := range [...]struct {
		name  string
		value any
	}{{"Action", s.actions}, {"NotAction", s.notActions}, {"Resource", s.resources}, {"NotResource", s.notResources}} {
		if e.value != nil {
			o.b = appendValue(o.key(e.name), e.value)
		}
	}
	if len(s.principals) > 0 {
		o.b = appendPrincipals(o.key("Principal"), s.principals)
	}
	if len(s.notPrincipals) > 0 {
		o.b = appendPrincipals(o.key("NotPrincipal"), s.notPrincipals)
	}
	if len(s.conditions) > 0 {
		o.b = appendConditions(o.key("Condition"), s.conditions)
	}
	return append(o.b, '}')
}

// appendPrincipals gathers the identifiers of each type. One identifier alone
// is no list, and everyone of every type is just "*".
func appendPrincipals(b []byte, ps []principal) []byte {
	if len(ps) == 1 && ps[0].typ == "*" {
		switch ids := ps[0].identifiers.(type) {
		case string:
			if ids == "*" {
				return appendString(b, ids)
			}
		case []string:
			if len(ids) == 1 && ids[0] == "*" {
				return appendString(b, ids[0])
			}
		}
	}
	byType := make(map[string]any, len(ps))
	for _, p := range ps {
		before, found := byType[p.typ]
		if !found {
			byType[p.typ] = p.identifiers
			continue
		}
		byType[p.typ] = slices.Concat(list(before), list(p.identifiers))
	}
	o := object{b: append(b, '{')}
	for _, typ := range sortedKeys(byType) {
		o.b = appendValue(o.key(typ), byType[typ])
	}
	return append(o.b, '}')
}

// list is v, a string or a []string, as a list.
func list(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	ss, _ := v.([]string)
	return ss
}

// appendConditions gathers the values for each test and variable.
func appendConditions(b []byte, cs []condition) []byte {
	byTest := make(map[string]map[string][]string, len(cs))
	for _, c := range cs {
		if byTest[c.test] == nil {
			byTest[c.test] = make(map[string][]string)
		}
		byTest[c.test][c.variable] = slices.Concat(byTest[c.test][c.variable], c.values)
	}
	tests := object{b: append(b, '{')}
	for _, test := range sortedKeys(byTest) {
		variables := object{b: append(tests.key(test), '{')}
		for _, variable := range sortedKeys(byTest[test]) {
			values := byTest[test][variable]
			if len(values) == 1 {
				variables.b = appendString(variables.key(variable), values[0])
			} else {
				variables.b = appendValue(variables.key(variable), values)
			}
		}
		tests.b = append(variables.b, '}')
	}
	return append(tests.b, '}')
}

// An object is a JSON object that is being written.
type object struct {
	b     []byte
	begun bool
}

// key appends a key and what stands around it.
func (o *object) key(name string) []byte {
	if o.begun {
		o.b = append(o.b, ',')
	}
	o.begun = true
	o.b = append(appendString(o.b, name), ':')
	return o.b
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendString(b, v)
	case []string:
		b = append(b, '[')
		for i, s := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		return append(b, ']')
	}
	// What a source document has here comes from JSON and goes back into it.
	text, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, text...)
}

// appendString appends s in JSON, with <, > and & escaped.
func appendString(b []byte, s string) []byte {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...)
			}
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
