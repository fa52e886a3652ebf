package policy

import (
	"strings"

	"safeguard/internal/logic"
)

// An ARN is an Amazon Resource Name taken apart. Each field is a text that may
// hold placeholders and, in a pattern, wildcards; Resource is all that follows
// the fifth colon.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN takes an ARN, or a pattern of ARNs, apart. Colons within
// placeholders do not count. It reports false if text does not spell six
// fields: a text that is a reference as a whole is an ARN, but its fields are
// not texts.
func ParseARN(text string) (ARN, bool) {
	var f [6]string
	for i := range f {
		if i == len(f)-1 {
			f[i] = text
			break
		}
		n := colon(text)
		if n < 0 {
			return ARN{}, false
		}
		f[i], text = text[:n], text[n+1:]
	}
	if f[0] != "arn" {
		return ARN{}, false
	}
	return ARN{Partition: f[1], Service: f[2], Region: f[3], Account: f[4], Resource: f[5]}, true
}

// colon is the index of the first colon outside placeholders and policy
// variables, or -1.
func colon(text string) int {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == ':':
			return i
		case strings.HasPrefix(text[i:], "${"):
			if n := strings.IndexByte(text[i:], '}'); n > 0 {
				i += n
			}
		default:
			if n := placeholderLen(text[i:]); n > 0 {
				i += n - 1
			}
		}
	}
	return -1
}

// String is the ARN in one text.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Same decides whether a and b are one and the same ARN, field by field.
func (a ARN) Same(b ARN) logic.Truth { return Equal(a.String(), b.String()) }

// Covers decides whether a as a pattern matches every ARN that b matches, as
// the Arn condition operators do: field by field, so that no wildcard reaches
// over a colon before the resource.
func (a ARN) Covers(b ARN) logic.Truth { return arnCovers(a.String(), b.String()) }

// arnCovers compares ARNs field by field, as far as their fields are certain.
func arnCovers(pattern, other string) logic.Truth {
	ps, q := agree([][]atom{resourceSyntax.compile(pattern)}, resourceSyntax.compile(other))
	p := ps[0]
	fp, okP := fields(p)
	fq, okQ := fields(q)
	if !okP || !okQ {
		if !okP && literalOf(pattern) == pattern {
			// Nothing but * is a pattern of ARNs without having six fields.
			return logic.Of(pattern == "*")
		}
		return coversAtoms([][]atom{p}, q)
	}
	all := logic.True
	for i := range fp {
		all = logic.All(all, coversAtoms([][]atom{fp[i]}, fq[i]))
	}
	return all
}

// fields splits an ARN at its first five colons. It reports false if there are
// not so many, or one of the first fields may hold a colon itself.
func fields(atoms []atom) (f [6][]atom, ok bool) {
	n, from := 0, 0
	for i, a := range atoms {
		switch {
		case n == len(f)-1:
		case a.kind == holeAtom && !a.plain, a.identity():
			return f, false
		case a.kind == charAtom && a.char == ':':
			f[n] = atoms[from:i]
			n, from = n+1, i+1
		}
	}
	f[n] = atoms[from:]
	return f, n == len(f)-1 && hasText(atoms, "arn:")
}

// OfService decides whether text, an ARN, belongs to a service: s3, kms. The
// references of resource types that policies commonly name are certain, others
// are not.
func OfService(text, service string) logic.Truth {
	return arnCovers("arn:*:"+service+":*:*:*", text)
}

// AccountOf returns the account in an ARN or the account ID that text is, with
// placeholders as they stand; "" if the text does not spell one.
func AccountOf(text string) string {
	if a, ok := ParseARN(text); ok {
		return a.Account
	}
	if isAccount(text) {
		return text
	}
	return ""
}

func isAccount(text string) bool {
	if len(text) != 12 {
		return false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
