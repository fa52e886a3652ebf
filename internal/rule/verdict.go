package rule

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// Outcome is a verdict in AWS Config's words.
type Outcome uint8

// The outcomes. The zero value is the undecided one.
const (
	InsufficientData Outcome = iota // undecided, with a reason
	Compliant
	NonCompliant
	NotApplicable // AWS would not evaluate this resource under this rule
)

// String is AWS's spelling: "NON_COMPLIANT".
func (o Outcome) String() string {
	switch o {
	case Compliant:
		return "COMPLIANT"
	case NonCompliant:
		return "NON_COMPLIANT"
	case NotApplicable:
		return "NOT_APPLICABLE"
	}
	return "INSUFFICIENT_DATA"
}

// A Verdict is what a rule decided about a target. The zero Verdict is undecided.
type Verdict struct {
	outcome    Outcome
	annotation string
	evidence   []Evidence
	nothing    bool
}

// Evidence is a value that a verdict rests on.
type Evidence struct {
	Address   string // of the resource it belongs to; "" for the target's own
	Attribute string // dotted path; "" if it is about the whole resource
	Value     graph.Value
}

// Outcome is the verdict's outcome.
func (v Verdict) Outcome() Outcome { return v.outcome }

// Annotation says what is wrong there, what is proved, or why it is undecided.
func (v Verdict) Annotation() string { return v.annotation }

// Evidence lists the values that the verdict rests on; the first one is the
// place to look at.
func (v Verdict) Evidence() []Evidence { return v.evidence }

// Require is COMPLIANT if the truth is True, NON_COMPLIANT with the message if
// it is False, and undecided because of at's cause if it is Unknown. The message
// says what is wrong: "storage_encrypted is false".
func Require(truth logic.Truth, at graph.Value, format string, args ...any) Verdict {
	switch truth {
	case logic.True:
		return Verdict{outcome: Compliant, evidence: evidence(at)}
	case logic.False:
		return Verdict{outcome: NonCompliant, annotation: fmt.Sprintf(format, args...), evidence: evidence(at)}
	}
	if c := at.Cause(); c.Text != "" && at.Kind() != graph.KindAbsent {
		return Because(at, c)
	}
	return Undecided(at, "it is not known whether "+format, args...)
}

// Pass is COMPLIANT with a note on why, where the truth is True; it is
// undecided for every other truth. Use it where a reason helps the reader.
func Pass(truth logic.Truth, at graph.Value, format string, args ...any) Verdict {
	if truth != logic.True {
		return Undecided(at, format, args...)
	}
	return Verdict{outcome: Compliant, annotation: fmt.Sprintf(format, args...), evidence: evidence(at)}
}

// Fail is NON_COMPLIANT: the same as Require with False.
func Fail(at graph.Value, format string, args ...any) Verdict {
	return Require(logic.False, at, format, args...)
}

// Skip is NOT_APPLICABLE where AWS would not evaluate the target, for the reason.
func Skip(at graph.Value, format string, args ...any) Verdict {
	return Verdict{outcome: NotApplicable, annotation: fmt.Sprintf(format, args...), evidence: evidence(at)}
}

// Nothing is no result: the target is a part of another resource, such as a
// policy of a bucket, and what is to be said of it is said there.
func Nothing() Verdict { return Verdict{outcome: NotApplicable, nothing: true} }

// IsNothing reports whether v is Nothing.
func (v Verdict) IsNothing() bool { return v.nothing }

// Fault is v where it proves a fault, and Nothing where it does not: what a rule
// that forbids something says of a part whose whole is not declared here.
func (v Verdict) Fault() Verdict {
	if v.outcome == NonCompliant {
		return v
	}
	return Nothing()
}

// Undecided says that the verdict cannot be known and what a user can do:
// "var.kms_key_arn has no value: pass --var-file".
func Undecided(at graph.Value, format string, args ...any) Verdict {
	return Verdict{annotation: fmt.Sprintf(format, args...), evidence: evidence(at)}
}

// Because is Undecided for the cause.
func Because(at graph.Value, c graph.Cause) Verdict {
	if c.Text == "" {
		c.Text = "the value is not known"
	}
	return Undecided(at, "%s", c.Text)
}

// Missing is the verdict about a companion that must exist: COMPLIANT if there
// is one, NON_COMPLIANT with the message if there is none, undecided with the
// companions' cause if there may be one.
func Missing(t *Target, c graph.Companions, format string, args ...any) Verdict {
	switch c.Lacks {
	case logic.True:
		return Fail(t.Here(), format, args...)
	case logic.False:
		return Verdict{outcome: Compliant}.With(c.Items[0].Address, "", graph.AbsentValue().From(graph.At(c.Items[0].Location())))
	}
	return Because(t.Here(), c.Cause)
}

// With returns v with one more piece of evidence.
func (v Verdict) With(address, attribute string, value graph.Value) Verdict {
	v.evidence = append(v.evidence[:len(v.evidence):len(v.evidence)], Evidence{address, attribute, value})
	return v
}

// Named returns v with the attribute's name put to its first piece of evidence.
func (v Verdict) Named(attribute string) Verdict {
	if len(v.evidence) > 0 {
		v.evidence = append([]Evidence{}, v.evidence...)
		v.evidence[0].Attribute = attribute
	}
	return v
}

// All combines verdicts that must all hold: NON_COMPLIANT if one is (the first
// of them speaks), else undecided if one is, else COMPLIANT. NOT_APPLICABLE ones
// count only if there is nothing else.
func All(vs ...Verdict) Verdict {
	if len(vs) == 0 {
		return Verdict{}
	}
	best := vs[0]
	for _, v := range vs[1:] {
		if rank(v.outcome) > rank(best.outcome) {
			best = v
		}
	}
	return best
}

func rank(o Outcome) int {
	switch o {
	case NonCompliant:
		return 3
	case InsufficientData:
		return 2
	case Compliant:
		return 1
	}
	return 0
}

func evidence(at graph.Value) []Evidence {
	return []Evidence{{Value: at}}
}
