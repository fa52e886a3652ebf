package graph

import (
	"regexp"
	"strings"
)

// secretName matches the last words of names under which people keep secrets.
var secretName = regexp.MustCompile(`(?i)(^|[_.\-])(pass(word|wd|phrase)?|pwd|secret|secret_?(string|binary|value|key)|token|api_?key|private_?key|(secret_?)?access_?key|auth_?key|credentials?|user_?data(_base64|_replace)?|connection_?string|database_url)$|password$|secret_key$`)

// SecretName reports whether an attribute, map key or environment variable of
// this name is likely to hold a secret, whatever the provider's schema says.
func SecretName(name string) bool { return secretName.MatchString(name) }

// Redacted returns v with what is likely to be a secret in it marked so:
// values under telling names, in maps and in JSON text.
func (v Value) Redacted(name string) Value {
	if v.sensitive {
		return v
	}
	switch v.kind {
	case KindString:
		if v.text != "" && SecretName(name) && !isPointer(v.text) || holdsSecret(v.text) {
			return v.Sensitive()
		}
	case KindList:
		vs := make([]Value, len(v.list))
		for i, e := range v.list {
			vs[i] = e.Redacted(name)
		}
		v.list = vs
	case KindMap:
		m := make(map[string]Value, len(v.fields))
		for k, e := range v.fields {
			m[k] = e.Redacted(k)
		}
		if n, ok := m["name"]; ok && SecretName(n.text) {
			if e, ok := m["value"]; ok && e.kind == KindString && !isPointer(e.text) {
				m["value"] = e.Sensitive()
			}
		}
		v.fields = m
	}
	return v
}

// isPointer reports whether a text names where a secret is kept rather than
// the secret itself.
func isPointer(s string) bool {
	parts := Parts(s)
	return strings.HasPrefix(s, "arn:") || len(parts) > 0 && parts[0].Ref != nil
}

// holdsSecret reports whether JSON text has a secret in it.
func holdsSecret(s string) bool {
	if t := strings.TrimSpace(s); !strings.HasPrefix(t, "{") && !strings.HasPrefix(t, "[") {
		return false
	}
	return anySensitive(String(s).JSON().Redacted(""))
}

func anySensitive(v Value) bool {
	if v.sensitive {
		return true
	}
	for _, e := range v.list {
		if anySensitive(e) {
			return true
		}
	}
	for _, e := range v.fields {
		if anySensitive(e) {
			return true
		}
	}
	return false
}
