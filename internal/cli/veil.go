package cli

import (
	"regexp"
	"strings"

	"safeguard/internal/graph"
)

// literal is a name and the quoted text that code gives it, in native syntax or
// JSON.
var literal = regexp.MustCompile(`("?([\w-]+)"?\s*[=:]\s*)"((?:[^"\\\n]|\\.)+)"`)

// veiled is a diff for people to read, without the literals that stand in it
// under the name of a secret: a diff that is to be applied has them.
func veiled(diff []byte) []byte {
	return literal.ReplaceAllFunc(diff, func(found []byte) []byte {
		m := literal.FindSubmatch(found)
		name, text := string(m[2]), string(m[3])
		if !graph.SecretName(name) || strings.HasPrefix(text, "arn:") || strings.Contains(text, "${") {
			return found
		}
		return append(m[1][:len(m[1]):len(m[1])], "(sensitive)"...)
	})
}
