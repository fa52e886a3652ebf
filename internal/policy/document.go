package policy

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/logic"
)

// A Document is a policy document.
type Document struct {
	Version    string // as written, "" if absent
	ID         string
	Statements []Statement
}

// An Effect is what a statement does. Its zero value says that nobody knows.
type Effect uint8

// The effects.
const (
	EffectUnknown Effect = iota
	Allow
	Deny
)

// String is the effect as documents spell it.
func (e Effect) String() string {
	switch e {
	case Allow:
		return "Allow"
	case Deny:
		return "Deny"
	}
	return "unknown"
}

// is decides whether the effect is f.
func (e Effect) is(f Effect) logic.Truth {
	if e == EffectUnknown {
		return logic.Unknown
	}
	return logic.Of(e == f)
}

// A Statement is one statement of a document. Elements that a hole may stand
// for hold that hole, so that a question about them is Unknown where it
// matters; a statement that is a hole as a whole has nothing but holes.
type Statement struct {
	Index      int    // from 0
	Sid        string // "" if absent
	Effect     Effect
	Principal  Principals
	Action     Set
	Resource   Set
	Conditions []Condition

	// cause says why the effect is not known.
	cause string
	// variables says that ${…} is a policy variable, which it is not in
	// documents of before 2012.
	variables bool
}

// String names the statement for a message: Statement[2] (DenyHTTP).
func (s *Statement) String() string {
	if s.Sid == "" {
		return fmt.Sprintf("Statement[%d]", s.Index)
	}
	return fmt.Sprintf("Statement[%d] (%s)", s.Index, Display(s.Sid))
}

// A Set is what Action or Resource say: patterns, or everything but some
// patterns.
type Set struct {
	// Present is false if the statement has neither the element nor its Not
	// form; AWS then refuses most documents, and questions are Unknown.
	Present bool
	// Except says that this is NotAction or NotResource.
	Except bool
	Values []string
}

// covers decides whether s holds everything that pattern matches.
func (s Set) covers(pattern string, y syntax) logic.Truth {
	switch {
	case !s.Present:
		return logic.Unknown
	case s.Except:
		return s.listed(pattern, y).Not()
	}
	return covers(s.Values, pattern, y)
}

// touches decides whether s holds something that pattern matches.
func (s Set) touches(pattern string, y syntax) logic.Truth {
	switch {
	case !s.Present:
		return logic.Unknown
	case s.Except:
		return covers(s.Values, pattern, y).Not()
	}
	return s.listed(pattern, y)
}

// listed decides whether one of the values meets pattern.
func (s Set) listed(pattern string, y syntax) logic.Truth {
	met := logic.False
	for _, v := range s.Values {
		if met = logic.Any(met, intersects(v, pattern, y)); met == logic.True {
			break
		}
	}
	return met
}

// String is the set for a message.
func (s Set) String() string {
	shown := make([]string, len(s.Values))
	for i, v := range s.Values {
		shown[i] = Display(v)
	}
	list := strings.Join(shown, ", ")
	if s.Except {
		return "everything but " + list
	}
	return list
}

// CoversAction decides whether the statement is about every action that
// pattern matches, whatever its effect.
func (s *Statement) CoversAction(pattern string) logic.Truth {
	return s.Action.covers(pattern, actionSyntax)
}

// TouchesAction decides whether the statement is about any action that pattern
// matches, whatever its effect.
func (s *Statement) TouchesAction(pattern string) logic.Truth {
	return s.Action.touches(pattern, actionSyntax)
}

// CoversResource decides whether the statement is about every resource that a
// pattern matches. Several spellings of one and the same pattern may be given
// (the bucket by reference and by name): what one of them proves is proved.
func (s *Statement) CoversResource(spellings ...string) logic.Truth {
	return proof(spellings, func(pattern string) logic.Truth { return s.Resource.covers(pattern, s.resourceSyntax()) })
}

// TouchesResource decides whether the statement is about any resource that a
// pattern, in one of its spellings, matches.
func (s *Statement) TouchesResource(spellings ...string) logic.Truth {
	return proof(spellings, func(pattern string) logic.Truth { return s.Resource.touches(pattern, s.resourceSyntax()) })
}

func (s *Statement) resourceSyntax() syntax {
	y := resourceSyntax
	y.variables = s.variables
	return y
}

// proof is what one of the spellings proves, True before False.
func proof(spellings []string, ask func(string) logic.Truth) logic.Truth {
	found := logic.Unknown
	for _, sp := range spellings {
		switch ask(sp) {
		case logic.True:
			return logic.True
		case logic.False:
			found = logic.False
		}
	}
	return found
}

// Principals is what Principal or NotPrincipal say.
type Principals struct {
	// Present is false in a policy of an identity, which has no principals.
	Present bool
	// Except says that this is NotPrincipal.
	Except bool
	List   []Principal
}

// A Principal is one principal. Kind is AWS, Service, Federated or
// CanonicalUser; "*" for everyone in the form "Principal": "*"; "" if it is
// not known.
type Principal struct {
	Kind, Value string
}

// String is the principal for a message.
func (p Principal) String() string {
	if p.Kind == "*" || p.Kind == "" {
		return Display(p.Value)
	}
	return p.Kind + " " + Display(p.Value)
}

// everyone decides whether p is all principals, anonymous ones included.
func (p Principal) everyone() logic.Truth {
	switch {
	case p.Kind == "" || isOpen(p.Value) && (p.Kind == "AWS" || p.Kind == "*"):
		return logic.Unknown
	case p.Kind != "AWS" && p.Kind != "*":
		return logic.False
	}
	// AWS accepts a wildcard only on its own, so that a text with anything
	// else in it names someone; an unknown text on its own may be the wildcard.
	return covers([]string{p.Value}, "*", syntax{wild: true})
}

// CoversEveryone decides whether the statement is about all principals,
// anonymous ones included. "everyone but" is not everyone, unless only
// principals in except are left out.
func (s *Statement) CoversEveryone(except ...string) logic.Truth {
	all := logic.False
	switch p := s.Principal; {
	case !p.Present:
		return logic.False
	case p.Except:
		all = logic.True
		for _, x := range p.List {
			excused := logic.False
			for _, e := range except {
				excused = logic.Any(excused, Equal(x.Value, e))
			}
			if isOpen(x.Value) {
				excused = logic.Unknown
			}
			all = logic.All(all, excused)
		}
	default:
		for _, x := range p.List {
			all = logic.Any(all, x.everyone())
		}
	}
	return all
}

// causes returns why something in the statement is not known.
func (s *Statement) causes() []string {
	var b strings.Builder
	if s.cause != "" {
		b.WriteString(openHole(s.cause))
	}
	for _, p := range s.Principal.List {
		b.WriteString(p.Value)
	}
	for _, v := range slices.Concat(s.Action.Values, s.Resource.Values) {
		b.WriteString(v)
	}
	for _, c := range s.Conditions {
		b.WriteString(c.Operator + c.Key + strings.Join(c.Values, ""))
	}
	return Causes(b.String())
}
