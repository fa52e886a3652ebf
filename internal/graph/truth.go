// Package graph answers the question: what is declared?
//
// It holds resources, their three-valued attribute values and the relations
// between them, whatever front end (configuration, plan or state) filled it.
// It knows no Terraform syntax and no rule. Reading a value never fails: what
// is not known is a Value of kind Unknown that says why.
//
// Everything in a Graph is safe for concurrent reading once the front end has
// handed it over.
package graph

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
