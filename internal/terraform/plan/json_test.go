package plan

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"safeguard/internal/graph"
)

// FuzzRaw compares values that are read from text with what encoding/json
// decodes.
func FuzzRaw(f *testing.F) {
	for _, doc := range []string{
		`null`, `true`, ` [ ] `, `{}`, `-1.5e3`, `"\"\\\u00e9\ud83d\ude00"`, `{"a":[1,{"b":null}],"":"x"}`,
		"{\n \"a\" : [ true , false ] ,\t\"b\":{ } }", `["` + strings.Repeat(`\\`, 40) + `","` + strings.Repeat("x", 100) + `\""]`,
		`"` + strings.Repeat("y", 31) + `\\"`, `["` + strings.Repeat("z", 30) + `\"",1]`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		if !json.Valid(data) || dec.Decode(&want) != nil || deep(want) > maxDepth {
			return
		}
		got := literal(raw(data[skipSpace(data, 0):end(data, skipSpace(data, 0))]))
		if diff := different(got, graph.FromJSON(cleaned(want))); diff {
			t.Errorf("%s is read as %s", data, got.Display())
		}
		if s := scan(data); !bytes.Equal(s.value(), bytes.TrimSpace(data)) {
			t.Errorf("%s: the value does not end where it should", data)
		}
	})
}

func deep(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n = max(n, deep(e))
		}
	case map[string]any:
		for _, e := range v {
			n = max(n, deep(e))
		}
	}
	return n + 1
}

// cleaned is v without the runes of placeholders.
func cleaned(v any) any {
	switch v := v.(type) {
	case string:
		return clean(v)
	case []any:
		for i, e := range v {
			v[i] = cleaned(e)
		}
	case map[string]any:
		m := map[string]any{}
		for k, e := range v {
			m[clean(k)] = cleaned(e)
		}
		return m
	}
	return v
}

func different(a, b graph.Value) bool {
	if a.Kind() != b.Kind() || a.Text() != b.Text() {
		return true
	}
	as, _ := a.Elements()
	bs, _ := b.Elements()
	if len(as) != len(bs) || !reflect.DeepEqual(a.Keys(), b.Keys()) {
		return true
	}
	for i := range as {
		if different(as[i], bs[i]) {
			return true
		}
	}
	for _, k := range a.Keys() {
		if different(a.Key(k), b.Key(k)) {
			return true
		}
	}
	x, _ := a.Literal()
	y, _ := b.Literal()
	return x != y
}
