package datasource

import (
	"cmp"
	"slices"

	"safeguard/internal/graph"
)

// arguments reads values as the provider's schema converts them and remembers
// whether a secret was among them.
type arguments struct {
	secret bool
}

// text is v as a string, with a hole where v is not known; ok is false if v is
// absent or null.
func (a *arguments) text(v graph.Value) (s string, ok bool) {
	a.secret = a.secret || v.IsSensitive()
	switch v.Kind() {
	case graph.KindAbsent, graph.KindNull:
		return "", false
	case graph.KindString:
		return v.Text(), true
	case graph.KindBool, graph.KindNumber:
		s, _ := v.Literal()
		return s, true
	case graph.KindUnknown:
		return v.Cause().Placeholder(), true
	}
	return a.refused("a string is expected").Placeholder(), true
}

// texts is v as a list of strings. A list that is not known has one element, a
// hole; open says so.
func (a *arguments) texts(v graph.Value) (ss []string, open bool) {
	a.secret = a.secret || v.IsSensitive()
	switch v.Kind() {
	case graph.KindAbsent, graph.KindNull:
		return nil, false
	case graph.KindList:
		vs, _ := v.Elements()
		ss = make([]string, 0, len(vs))
		for _, e := range vs {
			if s, ok := a.text(e); ok {
				ss = append(ss, s)
			}
		}
		return ss, false
	case graph.KindUnknown, graph.KindMap:
		s, _ := a.text(v)
		return []string{hole(s)}, true
	}
	s, _ := a.text(v)
	return []string{s}, false
}

// set is texts without repetitions, in the provider's order: descending.
func (a *arguments) set(v graph.Value) (ss []string, open bool) {
	ss, open = a.texts(v)
	slices.SortFunc(ss, func(x, y string) int { return cmp.Compare(y, x) })
	return slices.Compact(ss), open
}

// textMap is v as a map of strings.
func (a *arguments) textMap(v graph.Value) graph.Value {
	a.secret = a.secret || v.IsSensitive()
	if v.Kind() != graph.KindMap {
		return v
	}
	m := make(map[string]graph.Value)
	for _, k := range v.Keys() {
		if s, ok := a.text(v.Key(k)); ok {
			m[k] = fromText(s)
		}
	}
	return graph.Map(m)
}

// results returns m, as secrets if a secret was read.
func (a *arguments) results(m map[string]graph.Value) map[string]graph.Value {
	if a.secret {
		for k, v := range m {
			m[k] = v.Sensitive()
		}
	}
	return m
}

// fromText is s as a value: unknown if it is nothing but a hole.
func fromText(s string) graph.Value {
	if c, ok := soleHole(s); ok {
		return graph.UnknownValue(c)
	}
	return graph.String(s)
}

// soleHole returns the cause of the hole that s consists of.
func soleHole(s string) (graph.Cause, bool) {
	if !graph.HasHole(s) {
		return graph.Cause{}, false
	}
	if parts := graph.Parts(s); len(parts) == 1 && parts[0].Hole != nil {
		return *parts[0].Hole, true
	}
	return graph.Cause{}, false
}

// hole is a hole for something computed from the text s, which is not literal.
func hole(s string) string { return derived(graph.String(s).Cause()).Placeholder() }

// derived is the cause of what is computed from a value with the cause c.
func derived(c graph.Cause) graph.Cause {
	c.Text = cmp.Or(c.Text, "the value is not known")
	c.Exact = false
	return c
}

// refused is the cause of a result that the provider does not give. It quotes
// no argument if one of them is a secret.
func (a *arguments) refused(why string) graph.Cause {
	if a.secret {
		why = "an argument, which is a secret, is not valid"
	}
	return graph.Cause{Text: "the provider refuses the data source: " + why}
}

// unknowns makes attributes that are all unknown because of c.
func unknowns(c graph.Cause, names ...string) map[string]graph.Value {
	m := make(map[string]graph.Value, len(names))
	for _, n := range names {
		m[n] = graph.UnknownValue(c)
	}
	return m
}
