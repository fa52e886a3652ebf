package main

import (
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// hints holds values that the provider accepts, by path: the newer plugin
// framework refuses to read a malformed ARN, date or enumerated value.
type hints map[string]hint

// A hint is a first and a second value for a string.
type hint [2]string

// shape returns the hint as a value of the type.
func (h hint) shape(t cty.Type, second bool) any {
	text := h[0]
	if second {
		text = h[1]
	}
	switch {
	case t == cty.String:
		return text
	case t.IsListType(), t.IsSetType():
		return []any{h.shape(t.ElementType(), second)}
	case t.IsMapType():
		return map[string]any{"key": h.shape(t.ElementType(), second)}
	}
	return settled(second)(t)
}

var (
	pathLine = regexp.MustCompile(`(?m)^Path: (.*)$`)
	indexes  = regexp.MustCompile(`\[[^][]*\]`)
	values   = regexp.MustCompile(`Valid Values: \[([^]]*)\]`)
)

// learn adds what the text of an error says about one value. It reports
// whether that is new.
func (h hints) learn(err error) bool {
	text := err.Error()
	m := pathLine.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	path := m[1]
	for indexes.MatchString(path) {
		path = indexes.ReplaceAllString(path, "")
	}
	if _, ok := h[path]; ok {
		return false
	}
	switch {
	case strings.Contains(text, "Enum"):
		m := values.FindStringSubmatch(text)
		if m == nil || m[1] == "" {
			return false
		}
		words := strings.Fields(m[1])
		h[path] = hint{words[0], words[len(words)-1]}
	case strings.Contains(text, "ARN"):
		h[path] = hint{"arn:aws:iam::123456789012:role/first", "arn:aws:iam::123456789012:role/second"}
	case strings.Contains(text, "RFC3339"):
		h[path] = hint{"2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"}
	case strings.Contains(text, "JSON"), strings.Contains(text, "Policy"):
		h[path] = hint{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*"}]}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"a:B","Resource":"*"}]}`}
	case strings.Contains(text, "Once A Week"):
		h[path] = hint{"mon:00:00-mon:01:00", "tue:00:00-tue:01:00"}
	case strings.Contains(text, "CIDR"):
		h[path] = hint{"10.0.0.0/16", "10.1.0.0/16"}
	case strings.Contains(text, "IP"):
		h[path] = hint{"10.0.0.1", "10.0.0.2"}
	default:
		h[path] = hint{"5m", "6m"}
	}
	return true
}
