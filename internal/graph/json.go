package graph

import (
	"encoding/json"
	"strings"
)

// plainJSON returns JSON text in which placeholders stand as JSON has it:
// quoted where they stand for a whole value, as a template leaves them, and
// with their own quotes escaped, as a heredoc does not do.
func plainJSON(s string) string {
	if !HasPlaceholder(s) {
		return s
	}
	var b strings.Builder
	inString := false
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], string(placeholderStart)) {
			body, _, closed := strings.Cut(s[i:], string(placeholderEnd))
			if !closed {
				b.WriteString(s[i:])
				break
			}
			body += string(placeholderEnd)
			i += len(body)
			if quoted := inQuotes(body); inString {
				b.WriteString(quoted[1 : len(quoted)-1])
			} else {
				b.WriteString(quoted)
			}
			continue
		}
		switch c := s[i]; {
		case c == '"':
			inString = !inString
		case c == '\\' && inString && i+1 < len(s):
			b.WriteByte(c)
			i++
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// inQuotes is a placeholder as a JSON string. One that an encoder has been
// over is left as it is.
func inQuotes(placeholder string) string {
	if quoted := `"` + placeholder + `"`; json.Valid([]byte(quoted)) {
		return quoted
	}
	quoted, err := json.Marshal(placeholder)
	if err != nil {
		return `""`
	}
	return string(quoted)
}
