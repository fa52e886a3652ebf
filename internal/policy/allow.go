package policy

import (
	"slices"
	"strings"

	"safeguard/internal/logic"
)

// A ResourceTest decides whether the resources of a statement are what a
// question is about.
type ResourceTest func(*Statement) logic.Truth

// Covering tests whether the statement is about every resource that pattern
// matches: about all keys, not about one.
func Covering(spellings ...string) ResourceTest {
	return func(s *Statement) logic.Truth { return s.CoversResource(spellings...) }
}

// Touching tests whether the statement is about any resource that pattern
// matches.
func Touching(spellings ...string) ResourceTest {
	return func(s *Statement) logic.Truth { return s.TouchesResource(spellings...) }
}

// AllKMSKeys tests whether the statement is about the keys of all accounts and
// Regions: * or arn:aws:kms:*:*:key/*.
func AllKMSKeys() ResourceTest { return Covering("arn:aws:kms:*:*:key/*") }

// AllowsAction decides whether a statement allows any action that one of
// patterns matches, on resources that pass the test (on any if it is nil). An
// action meets a pattern if either matches the other: kms:De* is blocked by
// kms:Decrypt. Conditions and denials are left aside: they say when, not what.
func (d *Document) AllowsAction(patterns []string, on ResourceTest) Answer {
	return d.anyStatement(func(s *Statement) Answer {
		touches, action := s.touching(patterns)
		about := logic.True
		if on != nil {
			about = on(s)
		}
		switch logic.All(s.Effect.is(Allow), touches, about) {
		case logic.True:
			a := decided(logic.True, s, "allows %s on %s", Display(action), s.Resource)
			a.Action = action
			return a
		case logic.Unknown:
			return openAnswer(s, "may allow %s on %s", Display(action), s.Resource)
		}
		return Answer{Truth: logic.False}
	}, "no statement allows "+show(patterns)+" on such resources")
}

// touching decides whether the statement is about an action that one of
// patterns matches, and which of its own actions is.
func (s *Statement) touching(patterns []string) (touches logic.Truth, action string) {
	touches = logic.False
	for _, p := range patterns {
		t := s.TouchesAction(p)
		if t == logic.True {
			if s.Action.Except {
				return logic.True, s.Action.String()
			}
			i := slices.IndexFunc(s.Action.Values, func(v string) bool { return ActionIntersects(v, p) == logic.True })
			return logic.True, s.Action.Values[i]
		}
		touches = logic.Any(touches, t)
	}
	return touches, s.Action.String()
}

// HasAdminStatement decides whether a statement allows every action on every
// resource: Action * and Resource *. A NotAction with exceptions is not every
// action.
func (d *Document) HasAdminStatement() Answer {
	return d.anyStatement(func(s *Statement) Answer {
		// Every action has a service and a name, so that *:* is every action.
		switch logic.All(s.Effect.is(Allow), s.CoversAction("*:*"), s.CoversResource("*")) {
		case logic.True:
			a := decided(logic.True, s, "allows all actions on all resources")
			a.Action = s.Action.String()
			return a
		case logic.Unknown:
			return openAnswer(s, "may allow all actions on all resources")
		}
		return Answer{Truth: logic.False}
	}, "no statement allows all actions on all resources")
}

// FullAccess decides whether a statement allows all actions of some service:
// service:* or *, or everything but some actions, which is all of every other
// service. Resources and conditions do not matter.
func (d *Document) FullAccess() Answer {
	return d.anyStatement((*Statement).fullAccess, "no statement allows all actions of a service")
}

// FullAccessStatements returns the answers of FullAccess that are not False,
// one for each statement.
func (d *Document) FullAccessStatements() []Answer {
	var found []Answer
	for i := range d.Statements {
		if a := d.Statements[i].fullAccess(); a.Truth != logic.False {
			found = append(found, a)
		}
	}
	return found
}

func (s *Statement) fullAccess() Answer {
	full, action := s.fullService()
	switch logic.All(s.Effect.is(Allow), full) {
	case logic.True:
		a := decided(logic.True, s, "allows %s", Display(action))
		a.Action = action
		return a
	case logic.Unknown:
		return openAnswer(s, "may allow all actions of a service: %s", s.Action)
	}
	return Answer{Truth: logic.False}
}

// fullService decides whether the statement is about all actions of a service,
// and which of its own actions is.
func (s *Statement) fullService() (full logic.Truth, action string) {
	if !s.Action.Present {
		return logic.Unknown, ""
	}
	if s.Action.Except {
		// The services that no exception names are left in full.
		full = logic.True
		for _, v := range s.Action.Values {
			service, _ := cutAction(v)
			full = logic.All(full, fixedText(service, false))
		}
		return full, s.Action.String()
	}
	full = logic.False
	for _, v := range s.Action.Values {
		_, name := cutAction(v)
		if full = logic.Any(full, ActionCovers(name, "?*")); full == logic.True {
			return logic.True, v
		}
	}
	return full, s.Action.String()
}

// cutAction splits an action into service and name. A lone * is both. If a hole
// may hold the colon, nothing is known of the name.
func cutAction(v string) (service, name string) {
	switch i := colon(v); {
	case i >= 0:
		return v[:i], v[i+1:]
	case strings.Trim(v, "*") == "":
		return v, v
	case strings.Contains(v, start):
		return v, openHole("")
	}
	return v, ""
}
