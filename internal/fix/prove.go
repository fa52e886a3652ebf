package fix

import (
	"cmp"
	"fmt"
	"slices"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
)

// round tries what is not compliant and reports whether anything was fixed.
func (e *engine) round(first bool) bool {
	var todo []*unit
	for _, u := range e.collect(first) {
		if e.ready(u) {
			todo = append(todo, u)
		}
	}
	before := e.fixed()
	e.prove(todo)
	more := e.fixed() > before
	for _, u := range todo {
		switch {
		case u.Outcome != Failed:
		case !u.again:
			u.again, more = true, true
		case e.split(u):
			more = true
		}
	}
	return more
}

// prove writes the units and keeps those that are proved. It tries them all at
// once, since most are; where that fails, those that are about what got worse
// stand apart, or else halves.
func (e *engine) prove(units []*unit) {
	start := e.world.now()
	var written []*unit
	for _, u := range units {
		before := e.world.now()
		if err := e.write(u); err != nil {
			e.world.restore(before)
			u.Outcome, u.Reason = Failed, err.Error()
			continue
		}
		u.Files = e.world.since(before)
		written = append(written, u)
	}
	if len(written) == 0 {
		return
	}
	next, err := e.judge()
	var unproved []*unit
	harm, harmed := "", map[string]bool{}
	if err != nil {
		harm = err.Error()
	} else {
		harm, harmed = e.harm(next)
		for _, u := range written {
			if why := u.open(next); why != "" {
				u.Outcome, u.Reason = Failed, why
				unproved = append(unproved, u)
			}
		}
	}
	switch {
	case harm == "" && len(unproved) == 0:
		e.accept(written, next, start)
	case len(written) == 1:
		u := written[0]
		e.world.restore(start)
		u.Outcome, u.Files = Failed, nil
		u.Reason = cmp.Or(harm, u.Reason)
	case harm == "":
		e.world.restore(start)
		e.prove(slices.DeleteFunc(written, func(u *unit) bool { return slices.Contains(unproved, u) }))
	default:
		if suspects, others := suspected(written, harmed); len(suspects) > 0 && len(others) > 0 {
			e.world.restore(start)
			e.prove(others)
			e.prove(suspects)
			return
		}
		e.world.restore(start)
		half := len(written) / 2
		e.prove(written[:half])
		e.prove(written[half:])
	}
}

// accept keeps what was written, or takes back what is not approved.
func (e *engine) accept(units []*unit, next *state, start moment) {
	var refused []*unit
	for _, u := range units {
		e.turn++
		u.Outcome, u.Reason, u.turn = Fixed, "", e.turn
		if e.opts.Approve == nil {
			continue
		}
		if yes, err := e.opts.Approve(&u.Item); err != nil || !yes {
			u.Outcome = Refused
			refused = append(refused, u)
		}
	}
	if len(refused) == 0 {
		e.state.results, e.state.errors, e.state.summary = next.results, next.errors, next.summary
		return
	}
	e.world.restore(start)
	approve := e.opts.Approve
	e.opts.Approve = nil
	e.prove(slices.DeleteFunc(units, func(u *unit) bool { return u.Outcome == Refused }))
	e.opts.Approve = approve
}

// open says why the findings of the unit are not gone, "" if they are.
func (u *unit) open(next *state) string {
	for _, r := range u.Results {
		now := next.results[r.Fingerprint]
		switch {
		case now == nil:
			return r.Resource.Address + " would no longer be declared"
		case now.Verdict == assessment.NonCompliant || now.Verdict == assessment.InsufficientData:
			return fmt.Sprintf("%s would still be %s: %s", r.Resource.Address, now.Verdict, now.Annotation)
		}
	}
	return ""
}

// blockOf names the block that declares a resource, "" for the account.
func blockOf(r *graph.Resource) string {
	if r == nil {
		return ""
	}
	return r.Location().String()
}

// suspected parts the units into those that are about a block of which a
// verdict got worse, and the others.
func suspected(units []*unit, harmed map[string]bool) (suspects, others []*unit) {
	for _, u := range units {
		if slices.ContainsFunc(u.targets, func(t target) bool { return harmed[blockOf(t.Resource)] }) {
			suspects = append(suspects, u)
		} else {
			others = append(others, u)
		}
	}
	return suspects, others
}

// harm says what got worse from the engine's state to the next one, "" if
// nothing did, and of which blocks.
func (e *engine) harm(next *state) (first string, harmed map[string]bool) {
	harmed = map[string]bool{}
	if next.errors > e.state.errors {
		for _, d := range next.input.Diagnostics {
			if d.Severity == "error" {
				return "the code would not be valid: " + d.String(), nil
			}
		}
	}
	for _, r := range e.state.order {
		was := e.state.results[r.Fingerprint]
		now := next.results[r.Fingerprint]
		switch {
		case now == nil && was.Resource.TerraformType != "":
			first = cmp.Or(first, r.Resource.Address+" would no longer be declared")
		case now != nil && gravity(now.Verdict) > gravity(was.Verdict):
			first = cmp.Or(first, fmt.Sprintf("%s of %s would turn %s: %s", r.Rule, r.Resource.Address, now.Verdict, now.Annotation))
		default:
			continue
		}
		for _, g := range e.state.input.Graphs {
			if g.Root == r.Resource.Root {
				harmed[blockOf(g.ByAddress(r.Resource.Address))] = true
			}
		}
	}
	return first, harmed
}

func gravity(v assessment.Verdict) int {
	switch v {
	case assessment.NonCompliant:
		return 2
	case assessment.InsufficientData:
		return 1
	}
	return 0
}
