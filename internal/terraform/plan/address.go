package plan

import (
	"fmt"
	"strings"
	"unicode"
)

// BlockAddress is the address of the block that an instance comes from: the
// address without the keys of modules and resource. Of
// module.a["x"].aws_s3_bucket.b[0] it is module.a.aws_s3_bucket.b.
func BlockAddress(address string) string {
	if !strings.Contains(address, "[") {
		return address
	}
	var b strings.Builder
	for address != "" {
		i := strings.IndexByte(address, '[')
		if i < 0 {
			i = len(address)
		}
		b.WriteString(address[:i])
		address = address[i+keyLen(address[i:]):]
	}
	return b.String()
}

// keyLen is the length of the key in brackets with which s begins: all of s if
// it does not end.
func keyLen(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && s[i] == ']':
			return i + 1
		}
	}
	return len(s)
}

// tokens takes an address or a reference apart, into names and keys; keys keep
// their brackets.
func tokens(s string) []string {
	var out []string
	for s != "" {
		i := 0
		if s[0] == '[' {
			i = keyLen(s)
		} else if i = strings.IndexAny(s, ".["); i < 0 {
			i = len(s)
		}
		if i > 0 {
			out = append(out, s[:i])
		}
		s = strings.TrimPrefix(s[i:], ".")
	}
	return out
}

func isKey(token string) bool { return strings.HasPrefix(token, "[") }

// cutKey takes the key off the tokens that begin with one.
func cutKey(tokens []string) (key string, rest []string) {
	if len(tokens) > 0 && isKey(tokens[0]) {
		return tokens[0], tokens[1:]
	}
	return "", tokens
}

// instanceKey is a key of a state file (a number or a string) as it stands in
// addresses.
func instanceKey(key raw) string {
	switch {
	case key.isNothing():
		return ""
	case key.isString():
		return "[" + quote(key.text()) + "]"
	}
	return "[" + string(key) + "]"
}

// quote quotes a key as Terraform does.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
