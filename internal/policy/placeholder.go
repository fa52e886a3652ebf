package policy

import (
	"slices"
	"strings"
)

// The runes around and within a placeholder, and their bytes in UTF-8.
const (
	startRune = '\uE000'
	midRune   = '\uE001'
	endRune   = '\uE002'

	start = string(startRune)
	mid   = string(midRune)
	end   = string(endRune)
)

// A placeholder stands for text that is not literal: a reference to an
// attribute of a resource, or a hole.
type placeholder struct {
	// address and attribute name what a reference stands for.
	address, attribute string
	// hole is set for text that nobody knows; cause says why, base is the
	// address of the one thing that it comes from, if there is one.
	hole        bool
	cause, base string
	// exact says that the text is base's own: two exact holes with the same
	// cause and base are equal texts.
	exact bool
}

// cutPlaceholder splits s, which begins with the start rune, behind its first
// placeholder. It reports false if no placeholder begins there.
func cutPlaceholder(s string) (p placeholder, rest string, ok bool) {
	body, rest, found := cutBody(s[len(start):])
	if !found {
		return placeholder{}, s, false
	}
	subject, detail, _ := strings.Cut(body, mid)
	if cause, hole := strings.CutPrefix(subject, "?"); hole {
		cause, exact := strings.CutPrefix(cause, "=")
		return placeholder{hole: true, cause: cause, base: detail, exact: exact}, rest, true
	}
	return placeholder{address: subject, attribute: detail}, rest, true
}

// cutBody splits s behind the first end rune, if no start rune comes before it.
func cutBody(s string) (body, rest string, ok bool) {
	for i := 0; ; i += len(start[:2]) {
		n := strings.Index(s[i:], start[:2])
		if n < 0 {
			return "", s, false
		}
		i += n
		switch {
		case strings.HasPrefix(s[i:], end):
			return s[:i], s[i+len(end):], true
		case strings.HasPrefix(s[i:], start):
			return "", s, false
		}
	}
}

// placeholders returns every placeholder in s.
func placeholders(s string) []placeholder {
	var ps []placeholder
	for {
		i := strings.Index(s, start)
		if i < 0 {
			return ps
		}
		p, rest, ok := cutPlaceholder(s[i:])
		if !ok {
			s = s[i+len(start):]
			continue
		}
		ps = append(ps, p)
		s = rest
	}
}

// sole returns the placeholder that s consists of.
func sole(s string) (placeholder, bool) {
	if !strings.HasPrefix(s, start) {
		return placeholder{}, false
	}
	p, rest, ok := cutPlaceholder(s)
	return p, ok && rest == ""
}

// isOpen reports whether s as a whole is a hole that may stand for any JSON
// value: a list, an object, null.
func isOpen(s string) bool {
	p, ok := sole(s)
	return ok && p.hole && !p.plain()
}

// openHole is a text that may be anything, because of cause.
func openHole(cause string) string { return start + "?" + cause + mid + end }

// plain reports whether p is certainly one definite text without wildcards or
// policy variables: references, and holes for identifiers that AWS itself
// assigns and nobody can write in a variable.
func (p placeholder) plain() bool {
	if !p.hole {
		return true
	}
	kind, data, ok := resourceType(p.base)
	if !ok {
		return false
	}
	if data {
		return slices.Contains(identitySources, kind)
	}
	return p.exact && strings.HasPrefix(kind, "aws_")
}

// identitySources are the data sources that tell the name of something that
// exists in AWS: an account, a region, one resource.
var identitySources = []string{
	"aws_billing_service_account", "aws_caller_identity", "aws_canonical_user_id",
	"aws_cloudfront_distribution", "aws_cloudfront_origin_access_identity",
	"aws_cloudtrail_service_account", "aws_dynamodb_table", "aws_ecr_repository",
	"aws_elb_service_account", "aws_iam_group", "aws_iam_openid_connect_provider",
	"aws_iam_role", "aws_iam_roles", "aws_iam_session_context", "aws_iam_user",
	"aws_kms_alias", "aws_kms_key", "aws_lambda_function",
	"aws_organizations_organization", "aws_partition", "aws_redshift_service_account",
	"aws_region", "aws_s3_bucket", "aws_sns_topic", "aws_sqs_queue", "aws_vpc",
	"aws_vpc_endpoint", "aws_vpcs",
}

// Causes returns why text is not known, each reason once.
func Causes(text string) []string {
	var causes []string
	for _, p := range placeholders(text) {
		if p.hole && p.cause != "" && !slices.Contains(causes, p.cause) {
			causes = append(causes, p.cause)
		}
	}
	return causes
}

// Display shows text to a person: a reference as ${address.attribute}, a hole
// as ${?}, or as ${base} if it is exactly what base stands for.
func Display(text string) string {
	if !strings.Contains(text, start) {
		return text
	}
	var b strings.Builder
	for text != "" {
		i := strings.Index(text, start)
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		p, rest, ok := cutPlaceholder(text[i:])
		switch {
		case !ok:
			b.WriteString(start)
			rest = text[i+len(start):]
		case !p.hole:
			b.WriteString("${" + p.address + "." + p.attribute + "}")
		case p.exact && p.base != "":
			b.WriteString("${" + p.base + "}")
		default:
			b.WriteString("${?}")
		}
		text = rest
	}
	b.WriteString(text)
	return b.String()
}

// resourceType returns the resource type in an address such as
// module.x["a.b"].data.aws_kms_key.k[0], and whether it is a data source.
// Addresses of variables, locals and modules have none.
func resourceType(address string) (kind string, data, ok bool) {
	var name string
	for {
		name, address = cutSegment(address)
		switch name {
		case "module":
			_, address = cutSegment(address)
			continue
		case "data":
			data = true
			continue
		}
		break
	}
	if name == "" || address == "" || !strings.Contains(name, "_") {
		return "", false, false
	}
	return name, data, true
}

// cutSegment splits an address behind its first dot outside brackets and
// quotes.
func cutSegment(address string) (segment, rest string) {
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth <= 0:
			return address[:i], address[i+1:]
		}
	}
	return address, ""
}
