package rule

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// Somewhere is the verdict on a rule about the account that one resource in it
// satisfies, such as a trail that logs.
//
// COMPLIANT if a resource of the types is proved to satisfy it. NON_COMPLIANT if
// the configuration declares such resources and all of them are proved not to,
// with bad as the message (it gets the address of the first). Where none is
// declared, absence proves nothing, since the configuration need not be all
// there is in the account: undecided with none as what is missing, unless the
// user said that it is.
func Somewhere(t *Target, what string, satisfies func(*graph.Resource) (logic.Truth, graph.Value), bad string, types ...string) Verdict {
	var first, open *graph.Resource
	var why, openWhy graph.Value
	for _, r := range t.Graph.OfType(types...) {
		truth, v := satisfies(r)
		switch {
		case truth == logic.True && !r.Maybe:
			return Verdict{outcome: Compliant, evidence: []Evidence{{Address: r.Address, Value: place(r, v)}}}
		case truth == logic.False:
			if first == nil {
				first, why = r, v
			}
		case open == nil:
			open, openWhy = r, v
			if truth == logic.True {
				openWhy = graph.UnknownValue(r.Cause)
			}
		}
	}
	const elsewhere = "run safeguard audit, or pass --whole-account if this is all there is in the account"
	switch {
	case open != nil:
		c := openWhy.Cause()
		if c.Text == "" {
			c.Text = "cannot be decided for " + open.Address
		}
		return Undecided(place(open, openWhy), "%s", c.Text)
	case first != nil:
		return Verdict{outcome: NonCompliant, annotation: first.Address + ": " + bad, evidence: []Evidence{{Address: first.Address, Value: place(first, why)}}}
	case t.Graph.Complete() != logic.True:
		return Undecided(t.Here(), "no %s is declared here, but %s", what, t.Graph.Gap().Text)
	case t.WholeAccount:
		return Fail(t.Here(), "no %s in the account", what)
	}
	return Undecided(t.Here(), "no %s is declared here, one elsewhere may be: %s", what, elsewhere)
}

// place is v, or the resource where v has no place of its own.
func place(r *graph.Resource, v graph.Value) graph.Value {
	if v.Location() == (graph.Location{}) {
		return v.From(graph.At(r.Location()))
	}
	return v
}
