package policy

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/logic"
)

// AllowsPublic decides whether the document, a policy of a resource, lets the
// public do any action that one of patterns matches, in the sense in which S3
// calls a bucket policy public and other services follow it: every grant is
// public unless it is limited to fixed values, without wildcard or policy
// variable, of the principal or of one of some condition keys.
//
// See "The meaning of public" in the S3 User Guide.
// Without patterns, the question is about any action.
func (d *Document) AllowsPublic(patterns ...string) Answer {
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	return d.anyStatement(func(s *Statement) Answer {
		touches, action := s.touching(patterns)
		who, public := s.publicPrincipal()
		fixed, by := s.limited()
		switch logic.All(s.Effect.is(Allow), touches, public, fixed.Not()) {
		case logic.True:
			a := decided(logic.True, s, "allows %s to %s%s", Display(action), who, s.notLimited())
			a.Action = action
			return d.afterDenials(s, a)
		case logic.Unknown:
			if public == logic.True && fixed == logic.Unknown {
				return openAnswer(s, "allows %s to %s, limited by %s", Display(action), who, by)
			}
			return openAnswer(s, "may allow %s to %s", Display(action), who)
		}
		return Answer{Truth: logic.False}
	}, "no statement allows "+show(patterns)+" to the public")
}

// notLimited says why the conditions of a public statement do not help.
func (s *Statement) notLimited() string {
	if len(s.Conditions) == 0 {
		return ""
	}
	shown := make([]string, len(s.Conditions))
	for i, c := range s.Conditions {
		shown[i] = c.String()
	}
	return ", which the condition " + strings.Join(shown, " and ") + " does not limit to fixed values"
}

// publicPrincipal decides whether a statement is about principals that are not
// fixed, and names them.
func (s *Statement) publicPrincipal() (who string, public logic.Truth) {
	switch p := s.Principal; {
	case !p.Present:
		return "no principal", logic.False
	case p.Except:
		nobody := logic.False
		for _, x := range p.List {
			nobody = logic.Any(nobody, x.everyone())
		}
		return p.String(), nobody.Not()
	default:
		who, public = p.String(), logic.False
		for _, x := range p.List {
			t := x.public()
			if t == logic.True {
				if x.everyone() == logic.True {
					return "everyone", logic.True
				}
				return x.String(), logic.True
			}
			public = logic.Any(public, t)
		}
		return who, public
	}
}

// public decides whether a principal is other than one fixed principal.
func (p Principal) public() logic.Truth {
	switch {
	case p.Kind == "":
		return logic.Unknown
	case p.Value == "":
		// An empty principal is nobody in particular.
		return logic.True
	case fixedText(p.Value, false) == logic.False, p.Kind == "Federated" && webIdentity(p.Value):
		return logic.True
	case fixedText(p.Value, false) != logic.True && literalOf(p.Value) == "":
		return logic.Unknown
	}
	// AWS takes no wildcard within a principal, so that whatever a hole in it
	// stands for, it is one principal.
	return logic.False
}

// webIdentity reports whether a federated principal is an identity provider
// with which anybody can sign in. SAML and OpenID providers of an account are
// ARNs.
func webIdentity(value string) bool {
	return !strings.HasPrefix(value, "arn:") && !strings.Contains(value, start)
}

// literalOf is what is literal in a text.
func literalOf(text string) string {
	var b strings.Builder
	for _, a := range (syntax{}).compile(text) {
		if a.kind == charAtom {
			b.WriteRune(a.char)
		}
	}
	return b.String()
}

// fixedText decides whether a text has neither wildcard nor policy variable.
func fixedText(text string, variables bool) logic.Truth {
	if isOpen(text) {
		return logic.Unknown
	}
	fixed := logic.True
	for _, a := range (syntax{wild: true, variables: variables}).compile(text) {
		switch {
		case a.kind == anyAtom, a.kind == oneAtom, a.kind == variableAtom:
			return logic.False
		case a.kind == holeAtom && !a.plain:
			fixed = logic.Unknown
		}
	}
	return fixed
}

// A limit says how a condition key limits a grant to fixed values.
type limit uint8

const (
	limitFixed        limit = iota + 1 // any fixed value
	limitARN                           // an ARN
	limitOrgPath                       // a path within an organisation
	limitAddress                       // a range of addresses that is not too broad
	limitUserID                        // a unique ID, with the role's part apart
	limitAccessPoint                   // an access point of a fixed account
	limitUndocumented                  // limits, but S3's documentation does not list it
)

// limits are the condition keys, in lower case, that can make a grant
// non-public. The documentation lists them, and "an AWS principal, user, role,
// or service principal (e.g. aws:PrincipalOrgID)", which is what the keys of
// the principal's identity are.
var limits = map[string]limit{
	"aws:sourceip":                limitAddress,
	"aws:sourcearn":               limitARN,
	"aws:sourcevpc":               limitFixed,
	"aws:sourcevpce":              limitFixed,
	"aws:sourceowner":             limitFixed,
	"aws:sourceaccount":           limitFixed,
	"aws:userid":                  limitUserID,
	"aws:principalarn":            limitARN,
	"aws:principalaccount":        limitFixed,
	"aws:principalorgid":          limitFixed,
	"aws:principalorgpaths":       limitOrgPath,
	"aws:principalservicename":    limitFixed,
	"s3:dataaccesspointarn":       limitAccessPoint,
	"s3:dataaccesspointaccount":   limitFixed,
	"kms:calleraccount":           limitFixed,
	"aws:sourceorgid":             limitUndocumented,
	"aws:sourceorgpaths":          limitUndocumented,
	"aws:sourcevpcarn":            limitUndocumented,
	"aws:vpceaccount":             limitUndocumented,
	"aws:vpceorgid":               limitUndocumented,
	"aws:vpceorgpaths":            limitUndocumented,
	"aws:principalisawsservice":   limitUndocumented,
	"aws:ec2instancesourcevpc":    limitUndocumented,
	"s3:accesspointnetworkorigin": limitUndocumented,
	"s3:x-amz-server-side-encryption-aws-kms-key-id": limitFixed,
}

// limited decides whether one of the conditions limits the statement to fixed
// values, and which does or may.
func (s *Statement) limited() (fixed logic.Truth, by string) {
	fixed = logic.False
	for _, c := range s.Conditions {
		t := c.limits(s)
		if t != logic.False && by == "" || t == logic.True {
			by = c.String()
		}
		fixed = logic.Any(fixed, t)
	}
	return fixed, by
}

// limits decides whether c alone limits its statement to fixed values.
func (c Condition) limits(s *Statement) logic.Truth {
	if c.op.family == noFamily || c.mayLimit() {
		return logic.Unknown
	}
	kind, ok := limits[strings.ToLower(c.Key)]
	if !ok || c.op.negated || c.op.family == nullFamily {
		return logic.False
	}
	// A condition that holds for requests without the key limits nothing,
	// unless another demands the key.
	if (c.ifExists || c.qualifier == forAllValues) && !s.demands(c.Key) {
		return logic.False
	}
	if len(c.Values) == 0 {
		return logic.True
	}
	all := logic.True
	for _, v := range c.Values {
		all = logic.All(all, c.fixed(kind, v, s.variables))
	}
	return all
}

// mayLimit reports whether the key of c is not known in whole and may be one
// that limits.
func (c Condition) mayLimit() bool {
	if !strings.Contains(c.Key, start) {
		return false
	}
	for key := range limits {
		if c.about(key) != logic.False {
			return true
		}
	}
	return false
}

// demands reports whether a condition Null: false makes the statement hold
// only where key is present.
func (s *Statement) demands(key string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.op.family == nullFamily && c.about(key) == logic.True && c.test(nil, false) == logic.False
	})
}

// fixed decides whether one value is fixed as its key demands.
func (c Condition) fixed(kind limit, value string, variables bool) logic.Truth {
	fixed := fixedText(value, variables)
	switch kind {
	case limitUndocumented:
		return logic.All(fixed, logic.Of(!strings.EqualFold(value, "false")), logic.Unknown)
	case limitAddress:
		return fixedAddress(value)
	case limitUserID:
		// Documented as "outside the pattern AROLEID:*", which may mean either.
		if strings.HasPrefix(value, "ARO") && strings.Contains(value, ":") {
			return logic.Unknown
		}
	case limitARN:
		// The page calls any wildcard public. Yet an account owns all ARNs with
		// its number, and "trust everybody in account 111122223333" is what
		// AWS's engineers give as an example of a value that is fixed.
		if fixed == logic.False && c.op.family == arnFamily && hasFixedAccount(value, variables) {
			return logic.Unknown
		}
	case limitOrgPath:
		// o-a1b2c3d4e5/* is one organisation, and what AWS's examples use.
		if root, _, found := strings.Cut(value, "/"); fixed == logic.False && found && fixedText(root, variables) == logic.True {
			return logic.Unknown
		}
	case limitAccessPoint:
		// The name may be a wildcard as long as the account is fixed.
		if fixed == logic.False && hasFixedAccount(value, variables) {
			return logic.True
		}
	}
	return fixed
}

func hasFixedAccount(value string, variables bool) bool {
	a, ok := ParseARN(value)
	return ok && a.Account != "" && fixedText(a.Account, variables) == logic.True
}

// fixedAddress decides whether a range is narrow enough: not broader than /8
// for IPv4 and /32 for IPv6.
func fixedAddress(value string) logic.Truth {
	if p, ok := parseRange(value); ok {
		if p.Addr().Is4() {
			return logic.Of(p.Bits() >= 8)
		}
		return logic.Of(p.Bits() >= 32)
	}
	if fixed := fixedText(value, false); fixed != logic.True {
		return fixed
	}
	if !strings.Contains(value, start) {
		return logic.Unknown // AWS takes no such value
	}
	switch width := literalOf(value); {
	case width == "":
		// An address that AWS assigns, or the range of a network, /16 at most.
		return logic.True
	case strings.HasSuffix(value, width):
		if p, ok := parseRange("192.0.2.0" + width); ok {
			return logic.Of(p.Bits() >= 8)
		}
	}
	return logic.Unknown
}

// afterDenials takes back a public grant that other statements deny.
func (d *Document) afterDenials(grant *Statement, a Answer) Answer {
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Effect != Deny || s.CoversEveryone() != logic.True || !s.coversGrant(grant) {
			continue
		}
		limited, whole := logic.True, true
		for _, c := range s.Conditions {
			whole = false
			opposite := c
			opposite.op.negated = !c.op.negated
			// Where the key is absent the denial holds, so that IfExists and
			// sets make no difference here.
			opposite.ifExists, opposite.qualifier = false, noQualifier
			limited = logic.All(limited, opposite.limits(s))
		}
		switch {
		case whole:
			return Answer{Truth: logic.False, Reason: fmt.Sprintf("%v denies what %v allows", s, grant)}
		case limited != logic.False:
			return openAnswer(s, "denies everyone but some what %s allows to everyone; AWS does not say whether that is public", grant)
		}
	}
	return a
}

// maxPairs bounds how many patterns of two statements are compared: no policy
// that AWS takes has so many.
const maxPairs = 1 << 16

// coversGrant reports whether s is about all that grant is about.
func (s *Statement) coversGrant(grant *Statement) bool {
	if grant.Action.Except || grant.Resource.Except {
		return s.CoversAction("*:*") == logic.True && s.CoversResource("*") == logic.True
	}
	if len(s.Action.Values)*len(grant.Action.Values)+len(s.Resource.Values)*len(grant.Resource.Values) > maxPairs {
		return false
	}
	for _, v := range grant.Action.Values {
		if s.CoversAction(v) != logic.True {
			return false
		}
	}
	for _, v := range grant.Resource.Values {
		if s.CoversResource(v) != logic.True {
			return false
		}
	}
	return true
}

// AllowsServiceWithout decides whether a statement lets a service do any action
// that one of patterns matches without limiting it, by one of the condition
// keys, to fixed values: a service such as s3.amazonaws.com acts for every
// account of AWS.
func (d *Document) AllowsServiceWithout(service string, keys []string, patterns ...string) Answer {
	return d.anyStatement(func(s *Statement) Answer {
		touches, action := s.touching(patterns)
		isService := logic.False
		if !s.Principal.Except {
			for _, p := range s.Principal.List {
				switch p.Kind {
				case "Service":
					isService = logic.Any(isService, covers([]string{p.Value}, service, syntax{wild: true, fold: true}))
				case "":
					isService = logic.Any(isService, logic.Unknown)
				}
			}
		}
		limited := logic.False
		for _, c := range s.Conditions {
			about := logic.False
			for _, k := range keys {
				about = logic.Any(about, c.about(k))
			}
			limited = logic.Any(limited, logic.All(about, c.limits(s)))
		}
		switch logic.All(s.Effect.is(Allow), touches, isService, limited.Not()) {
		case logic.True:
			a := decided(logic.True, s, "allows %s to %s without a fixed %s", Display(action), service, strings.Join(keys, " or "))
			a.Action = action
			return a
		case logic.Unknown:
			return openAnswer(s, "may allow %s to %s without a fixed %s", Display(action), service, strings.Join(keys, " or "))
		}
		return Answer{Truth: logic.False}
	}, "no statement allows "+show(patterns)+" to "+service+" without a fixed "+strings.Join(keys, " or "))
}
