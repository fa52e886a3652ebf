package policy

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

// All is True if every one is True (so also for none), False if any is False.
func All(ts ...Truth) Truth {
	all := True
	for _, t := range ts {
		if t == False {
			return False
		}
		if t == Unknown {
			all = Unknown
		}
	}
	return all
}

// Any is True if one is True, False if every one is False (so also for none).
func Any(ts ...Truth) Truth {
	anyOf := False
	for _, t := range ts {
		if t == True {
			return True
		}
		if t == Unknown {
			anyOf = Unknown
		}
	}
	return anyOf
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
