package iam

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// A fault is something that must not be, if its truth is True.
type fault struct {
	truth logic.Truth
	at    graph.Value
	named string // the attribute, behind the address of another resource
	text  string // what is wrong, or why it is not known
}

// none is no fault.
var none = fault{truth: logic.False}

// decide makes a fault with the text where its truth is True, and with at's
// cause where it is Unknown.
func decide(truth logic.Truth, at graph.Value, named, format string, args ...any) fault {
	f := fault{truth: truth, at: at, named: named, text: fmt.Sprintf(format, args...)}
	if truth == logic.Unknown {
		return f.perhaps(at.Cause())
	}
	return f
}

// verdict is COMPLIANT if there is no fault.
func (f fault) verdict() rule.Verdict {
	if f.truth == logic.Unknown {
		return rule.Undecided(f.at, "%s", f.text).Named(f.named)
	}
	return rule.Require(f.truth.Not(), f.at, "%s", f.text).Named(f.named)
}

// perhaps is f where it is not known, because of c, whether f is there at all.
func (f fault) perhaps(c graph.Cause) fault {
	f.truth = f.truth.And(logic.Unknown)
	if f.truth == logic.Unknown && c.Text != "" {
		f.text = c.Text
	}
	return f
}

// worst is the first fault that is proved, else the first that may be.
func worst(fs ...fault) fault {
	result := none
	for _, f := range fs {
		if f.truth == logic.True {
			return f
		}
		if f.truth == logic.Unknown && result.truth == logic.False {
			result = f
		}
	}
	return result
}

// companionFaults asks f about each companion of the target, and adds what is
// not known about them.
func companionFaults(t *rule.Target, c graph.Companions, f func(*graph.Resource) fault) []fault {
	var fs []fault
	for _, r := range c.Items {
		fs = append(fs, f(r).of(r))
	}
	for _, r := range c.Possible {
		unknown := c.Cause
		if unknown.Text == "" {
			unknown.Text = "cannot be decided whether " + r.Address + " is about " + t.Address
		}
		fs = append(fs, f(r).of(r).perhaps(unknown))
	}
	return fs
}

// of is f as a fault of another resource than the target.
func (f fault) of(r *graph.Resource) fault {
	if f.named == "" {
		f.named = r.Address
	} else {
		f.named = r.Address + "." + f.named
	}
	if f.at.Location() == (graph.Location{}) {
		f.at = f.at.From(graph.At(r.Location()))
	}
	return f
}

// elsewhere is the fault that may be declared where nobody can see it.
func elsewhere(t *rule.Target) fault {
	c := t.Graph.Elsewhere(t.Resource)
	if c == (graph.Cause{}) {
		return none
	}
	return fault{at: t.Here(), text: c.Text}
}
