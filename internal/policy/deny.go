package policy

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/logic"
)

// A Question asks whether a document denies something to everyone.
type Question struct {
	// Actions are patterns; every action that they match has to be denied.
	Actions []string
	// Resources are patterns, each in one or several spellings that mean the
	// same (see Statement.CoversResource); every resource that they match has
	// to be denied.
	Resources [][]string
	// Context says for which requests. Conditions beyond it make a denial
	// partial.
	Context Context
	// Except are principals that may be left out: by NotPrincipal, or by a
	// condition that aws:PrincipalArn is none of them.
	Except []string
	// Under ends the reason: "over plain HTTP".
	Under string
}

// Denies decides whether the document denies, to everyone, every action of the
// question on every resource. Several statements may do it together, each for
// some of the actions or resources. What other statements allow does not
// matter: a denial always wins. A question about no action or no resource is
// Unknown.
func (d *Document) Denies(q Question) Answer {
	all := Answer{Reason: "what the policy should deny is not known"}
	for _, resource := range q.Resources {
		for _, action := range q.Actions {
			if len(resource) == 0 {
				return Answer{Reason: "the resource is not known"}
			}
			switch a := d.denies(q, action, resource); {
			case a.Truth == logic.False:
				return a
			case a.Truth == logic.Unknown && all.Statement != nil && all.Truth == logic.Unknown:
				all.Causes = merge(all.Causes, a.Causes)
			case a.Truth == logic.Unknown || all.Statement == nil:
				all = a
			}
		}
	}
	return all
}

// denies answers for one action pattern and one resource.
func (d *Document) denies(q Question, action string, resource []string) Answer {
	what := fmt.Sprintf("%s on %s", Display(action), Display(resource[0]))
	if q.Under != "" {
		what += " " + q.Under
	}
	result, held := Answer{Truth: logic.False, Reason: "no statement denies " + what}, -1
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Effect == Allow {
			continue
		}
		checks := s.denial(q, action, resource)
		switch logic.All(checks[:]...) {
		case logic.True:
			a := decided(logic.True, s, "denies %s to everyone", what)
			a.Action = action
			return a
		case logic.Unknown:
			a := openAnswer(s, "may deny %s: %s is not known", what, s.part(checks.first(logic.Unknown), q))
			if result.Truth == logic.Unknown {
				result.Causes = merge(result.Causes, a.Causes)
			} else {
				result = a
			}
		case logic.False:
			// What denies a part of it, or nearly, is worth telling.
			if n := checks.count(logic.True); result.Truth == logic.False && n > held &&
				s.Effect == Deny && s.TouchesAction(action) != logic.False {
				result, held = decided(logic.False, s, "does not deny %s: it is about %s alone", what, s.part(checks.first(logic.False), q)), n
			}
		}
	}
	return result
}

// A denial is what a statement needs to deny something: its effect, actions,
// principals, resources and conditions.
type denial [5]logic.Truth

func (d denial) first(t logic.Truth) int { return slices.Index(d[:], t) }

func (d denial) count(t logic.Truth) int {
	n := 0
	for _, u := range d {
		if u == t {
			n++
		}
	}
	return n
}

func (s *Statement) denial(q Question, action string, resource []string) denial {
	d := denial{
		s.Effect.is(Deny), s.CoversAction(action), s.CoversEveryone(q.Except...), s.CoversResource(resource...), logic.True,
	}
	for _, c := range s.Conditions {
		d[4] = logic.All(d[4], c.always(q, s))
	}
	return d
}

// always decides whether the condition holds for all requests of the question.
func (c Condition) always(q Question, s *Statement) logic.Truth {
	if c.excuses(q.Except) {
		return logic.True
	}
	always, _, _ := c.holds(q.Context, s.variables)
	return always
}

// part names what the statement says in the part of a denial.
func (s *Statement) part(n int, q Question) string {
	switch n {
	case 0:
		return "its effect"
	case 1:
		return s.Action.String()
	case 2:
		return s.Principal.String()
	case 3:
		return s.Resource.String()
	}
	var shown []string
	for _, c := range s.Conditions {
		if c.always(q, s) != logic.True {
			shown = append(shown, c.String())
		}
	}
	return "requests with " + strings.Join(shown, " and ")
}

// excuses reports whether the condition does no more than leave out principals
// of a list.
func (c Condition) excuses(except []string) bool {
	if len(except) == 0 || !c.op.negated || c.qualifier == forAnyValue || c.about("aws:PrincipalArn") != logic.True {
		return false
	}
	for _, v := range c.Values {
		if !slices.ContainsFunc(except, func(e string) bool { return Equal(v, e) == logic.True }) {
			return false
		}
	}
	return true
}

// String is the principals for a message.
func (p Principals) String() string {
	if !p.Present {
		return "no principal"
	}
	shown := make([]string, len(p.List))
	for i, x := range p.List {
		shown[i] = x.String()
	}
	list := strings.Join(shown, ", ")
	if p.Except {
		return "everyone but " + list
	}
	return list
}

// DeniesInsecureTransport decides whether the document, a bucket policy,
// denies everyone every action on the bucket and on its objects when the
// request does not use TLS. To allow only requests over TLS is not enough:
// other policies may allow the rest. The ARN of the bucket may be given in
// several spellings: by reference, by name.
func (d *Document) DeniesInsecureTransport(bucket ...string) Answer {
	objects := make([]string, len(bucket))
	for i, b := range bucket {
		objects[i] = b + "/*"
	}
	return d.Denies(Question{
		Actions:   []string{"s3:*"},
		Resources: [][]string{bucket, objects},
		Context:   Context{"aws:SecureTransport": {"false"}},
		Under:     "over plain HTTP",
	})
}
