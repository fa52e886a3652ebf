// Package logic answers yes-or-no questions of which some cannot be answered.
//
// It is Kleene's three-valued logic: what is not known stays unknown until
// something that is known decides all the same.
package logic

// Truth is a three-valued truth. Its zero value is Unknown, so that a case
// forgotten is a case undecided.
type Truth uint8

// The truths.
const (
	Unknown Truth = iota
	False
	True
)

// Of turns a bool into a Truth.
func Of(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Not is Kleene's negation.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// And is Kleene's conjunction: False if either is False.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == False || u == False:
		return False
	case t == True && u == True:
		return True
	}
	return Unknown
}

// Or is Kleene's disjunction: True if either is True.
func (t Truth) Or(u Truth) Truth {
	switch {
	case t == True || u == True:
		return True
	case t == False && u == False:
		return False
	}
	return Unknown
}

// All is True if every one is True (so also for none), False if any is False.
func All(ts ...Truth) Truth {
	r := True
	for _, t := range ts {
		r = r.And(t)
	}
	return r
}

// Any is True if one is True, False if every one is False (so also for none).
func Any(ts ...Truth) Truth {
	r := False
	for _, t := range ts {
		r = r.Or(t)
	}
	return r
}

// String returns "true", "false" or "unknown".
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}
