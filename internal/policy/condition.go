package policy

import (
	"slices"
	"strings"

	"safeguard/internal/logic"
)

// A Condition is one key under one operator in a statement. All conditions of
// a statement have to hold.
type Condition struct {
	Operator string // as written: ForAnyValue:StringLike
	Key      string // as written: AWS:SourceIp; case does not matter
	Values   []string

	op        operator
	qualifier qualifier
	ifExists  bool
}

// NewCondition is the condition of one operator, ForAnyValue:StringLike, on one
// key. A Condition made otherwise is of no operator, and Unknown.
func NewCondition(operator, key string, values ...string) Condition {
	c := Condition{Operator: operator, Key: key, Values: values}
	c.op, c.qualifier, c.ifExists = parseOperator(operator)
	return c
}

// String is the condition for a message.
func (c Condition) String() string {
	shown := make([]string, len(c.Values))
	for i, v := range c.Values {
		shown[i] = Display(v)
	}
	return Display(c.Operator) + " " + Display(c.Key) + " " + strings.Join(shown, ", ")
}

// A Context fixes what is known of a request: the values of condition keys. A
// key with no values is absent from the request. Keys that are not listed may
// be absent or have any value.
type Context map[string][]string

// about decides whether the condition is about key.
func (c Condition) about(key string) logic.Truth { return equal(c.Key, key, syntax{fold: true}) }

// alwaysPresent are keys that AWS puts into every request.
var alwaysPresent = []string{"aws:securetransport", "aws:currenttime", "aws:epochtime"}

// AlwaysHolds decides whether the conditions of the statement hold for every
// request that ctx allows.
func (s *Statement) AlwaysHolds(ctx Context) logic.Truth {
	all := logic.True
	for _, c := range s.Conditions {
		always, _, _ := c.holds(ctx, s.variables)
		all = logic.All(all, always)
	}
	return all
}

// SometimesHolds decides whether the conditions of the statement hold for any
// request that ctx allows.
func (s *Statement) SometimesHolds(ctx Context) logic.Truth {
	all := logic.True
	var free []string
	for _, c := range s.Conditions {
		always, sometimes, fixed := c.holds(ctx, s.variables)
		if !fixed && always != logic.True {
			// Each of two conditions on one key may be met alone and both
			// together never.
			key := strings.ToLower(c.Key)
			if slices.Contains(free, key) {
				sometimes = logic.All(sometimes, logic.Unknown)
			}
			free = append(free, key)
		}
		all = logic.All(all, sometimes)
	}
	return all
}

// holds decides whether c holds for all and for any of the requests that ctx
// allows, and whether ctx fixes its key.
func (c Condition) holds(ctx Context, variables bool) (always, sometimes logic.Truth, fixed bool) {
	for key, values := range ctx {
		switch c.about(key) {
		case logic.True:
			t := c.test(values, variables)
			return t, t, true
		case logic.Unknown:
			return logic.Unknown, logic.Unknown, false
		}
	}
	if c.op.family == noFamily {
		return logic.Unknown, logic.Unknown, false
	}
	absent := c.test(nil, variables)
	every, some := c.overAllValues(variables)
	if slices.Contains(alwaysPresent, strings.ToLower(c.Key)) {
		return every, some, false
	}
	return logic.All(every, absent), logic.Any(some, absent), false
}

// test decides whether c holds for a request in which its key has these
// values, none of them if it is absent.
func (c Condition) test(values []string, variables bool) logic.Truth {
	switch {
	case c.op.family == noFamily:
		return logic.Unknown
	case c.op.family == nullFamily:
		return c.matched(logic.Of(len(values) == 0).String(), variables)
	case len(values) == 0 && c.ifExists:
		return logic.True
	case len(values) == 0 && c.qualifier == noQualifier:
		// A condition that a key does not have a value is met by its absence.
		return logic.Of(c.op.negated)
	}
	// No value satisfies ForAllValues and fails ForAnyValue, negated or not.
	all, some := logic.True, logic.False
	for _, v := range values {
		t := c.matched(v, variables)
		if c.op.negated {
			t = t.Not()
		}
		all, some = logic.All(all, t), logic.Any(some, t)
	}
	if c.qualifier == forAllValues {
		return all
	}
	return some
}

// matched decides whether one of the policy's values matches.
func (c Condition) matched(request string, variables bool) logic.Truth {
	found := logic.False
	for _, v := range c.Values {
		found = logic.Any(found, c.op.matches(v, request, variables))
	}
	return found
}

// overAllValues decides whether c holds for every and for any value that its
// key may have.
func (c Condition) overAllValues(variables bool) (every, some logic.Truth) {
	every, some = c.matchesEvery(variables), c.matchesSome()
	if c.op.negated {
		return some.Not(), every.Not()
	}
	return every, some
}

// matchesEvery decides whether the policy's values leave out no value at all.
func (c Condition) matchesEvery(variables bool) logic.Truth {
	switch c.op.family {
	case stringFamily:
		return covers(c.Values, "*", syntax{wild: c.op.wild, variables: variables})
	case arnFamily:
		return covers(c.Values, "arn:*:*:*:*:*", syntax{wild: true, variables: variables})
	case boolFamily:
		return logic.All(c.matched("true", variables), c.matched("false", variables))
	case nullFamily:
		return c.matched("false", variables)
	case addressFamily:
		every := logic.All(c.matched("0.0.0.0/0", variables), c.matched("::/0", variables))
		if every == logic.False && slices.ContainsFunc(c.Values, isBroad) {
			// Several broad ranges may make up everything together.
			return logic.Unknown
		}
		return every
	}
	// No number, date or binary leaves out no other.
	return logic.False
}

// isBroad reports whether a range takes in a good part of the Internet.
func isBroad(cidr string) bool {
	p, ok := parseRange(cidr)
	return ok && p.Bits() < 8
}

// matchesSome decides whether the policy's values let any value match.
func (c Condition) matchesSome() logic.Truth {
	found := logic.False
	for _, v := range c.Values {
		t := logic.True
		switch c.op.family {
		case boolFamily:
			t = logic.Any(c.op.matches(v, "true", false), c.op.matches(v, "false", false))
		case nullFamily:
			t = c.op.matches(v, "false", false)
		case stringFamily, arnFamily:
			if isOpen(v) {
				t = logic.Unknown
			}
		default:
			// A value that cannot be compared with itself is malformed.
			if c.op.matches(v, v, false) == logic.Unknown {
				t = logic.Unknown
			}
		}
		found = logic.Any(found, t)
	}
	return found
}
