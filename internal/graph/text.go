package graph

import (
	"strings"

	"safeguard/internal/logic"
)

// A string value may hold placeholders: opaque atoms for text that is not
// literal. A placeholder is the rune U+E000, a subject, the rune U+E001, a
// detail and the rune U+E002. They survive interpolation and JSON encoding,
// so that a policy document that names a bucket stays readable.
const (
	placeholderStart = '\uE000'
	placeholderMid   = '\uE001'
	placeholderEnd   = '\uE002'
)

// A Part is a piece of a string value: literal text, a reference to an
// attribute of a resource that gets its value when it is created, or a hole:
// text that nobody can know from here.
type Part struct {
	Literal string // text, if neither Ref nor Hole
	Ref     *Ref
	Hole    *Cause
}

// A Ref stands for one attribute of one resource, a definite, never empty
// string that AWS chooses: aws_kms_key.phi.arn.
type Ref struct {
	Address   string // module.x.aws_kms_key.phi
	Attribute string // arn
}

// String is the reference as Terraform would write it.
func (r Ref) String() string { return r.Address + "." + r.Attribute }

// Placeholder is r in the encoding of string values.
func (r Ref) Placeholder() string {
	return string(placeholderStart) + r.Address + string(placeholderMid) + r.Attribute + string(placeholderEnd)
}

// A Cause says why a value is not known.
type Cause struct {
	// Text is the reason, for the user to act on: `var.kms_key_arn has no
	// value: pass --var-file`.
	Text string
	// Base is the absolute address of what the value comes from, if it comes
	// from one thing alone: "aws_s3_bucket.b", "module.phi.var.name",
	// "module.vpc". It is "" if that is not known.
	Base string
	// Exact says that the value is Base's own (or the attribute of Base that
	// Text names), not something computed from it: two holes with the same
	// Base and Text that are both exact stand for equal text.
	Exact bool
}

// Placeholder is a hole with this cause in the encoding of string values.
func (c Cause) Placeholder() string {
	mark := "?"
	if c.Exact {
		mark = "?="
	}
	return string(placeholderStart) + mark + clean(c.Text) + string(placeholderMid) + clean(c.Base) + string(placeholderEnd)
}

func clean(s string) string {
	if !HasPlaceholder(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= placeholderStart && r <= placeholderEnd {
			return -1
		}
		return r
	}, s)
}

// HasPlaceholder reports whether s holds a reference or a hole.
func HasPlaceholder(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		// U+E000 to U+E002 are EE 80 80 to EE 80 82.
		if s[i] == 0xEE && s[i+1] == 0x80 && s[i+2] <= 0x82 {
			return true
		}
	}
	return false
}

// HasHole reports whether s holds text that is not known.
func HasHole(s string) bool { return strings.Contains(s, string(placeholderStart)+"?") }

// Parts splits s at its placeholders.
func Parts(s string) []Part {
	var parts []Part
	for s != "" {
		lit, rest, found := strings.Cut(s, string(placeholderStart))
		if lit != "" {
			parts = append(parts, Part{Literal: lit})
		}
		if !found {
			break
		}
		body, after, closed := strings.Cut(rest, string(placeholderEnd))
		if !closed {
			parts = append(parts, Part{Hole: &Cause{Text: "the text is cut off"}})
			break
		}
		subject, detail, _ := strings.Cut(body, string(placeholderMid))
		if text, hole := strings.CutPrefix(subject, "?"); hole {
			text, exact := strings.CutPrefix(text, "=")
			parts = append(parts, Part{Hole: &Cause{Text: text, Base: detail, Exact: exact}})
		} else {
			parts = append(parts, Part{Ref: &Ref{Address: subject, Attribute: detail}})
		}
		s = after
	}
	return parts
}

// Display shows s to a person: references as ${address.attribute}, holes as
// ${?} so that neither is taken for literal text.
func Display(s string) string {
	if !HasPlaceholder(s) {
		return s
	}
	parts := Parts(s)
	if len(parts) == 1 && parts[0].Ref != nil {
		return parts[0].Ref.String()
	}
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.Ref != nil:
			b.WriteString("${" + p.Ref.String() + "}")
		case p.Hole != nil:
			b.WriteString("${?}")
		default:
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// SameText decides whether two texts with placeholders are equal.
func SameText(a, b string) logic.Truth {
	if a == b {
		for _, p := range Parts(a) {
			if p.Hole != nil && !p.Hole.Exact {
				return logic.Unknown
			}
		}
		return logic.True
	}
	if !HasPlaceholder(a) && !HasPlaceholder(b) {
		return logic.False
	}
	pa, pb := Parts(a), Parts(b)
	if len(pa) == 1 && len(pb) == 1 && pa[0].Ref != nil && pb[0].Ref != nil {
		// Two different identities; the same attribute of two resources differs.
		return logic.Of(pa[0].Ref.Address == pb[0].Ref.Address).And(logic.Unknown)
	}
	// A different literal beginning or end settles it.
	la, lb := leading(pa), leading(pb)
	if !strings.HasPrefix(la, lb) && !strings.HasPrefix(lb, la) {
		return logic.False
	}
	ta, tb := trailing(pa), trailing(pb)
	if !strings.HasSuffix(ta, tb) && !strings.HasSuffix(tb, ta) {
		return logic.False
	}
	if !HasPlaceholder(a) && len(a) < shortest(pb) || !HasPlaceholder(b) && len(b) < shortest(pa) {
		return logic.False
	}
	return logic.Unknown
}

// shortest is the length in bytes that a text has at least: a hole may be
// empty, an identity is not.
func shortest(parts []Part) int {
	n := 0
	for _, p := range parts {
		n += len(p.Literal)
		if p.Ref != nil {
			n++
		}
	}
	return n
}

func leading(p []Part) string {
	if len(p) == 0 {
		return ""
	}
	return p[0].Literal
}

func trailing(p []Part) string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1].Literal
}
