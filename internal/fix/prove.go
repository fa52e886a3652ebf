package fix

import (
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
	e.prove(todo, false)
	more := e.fixed() > before
	for _, u := range todo {
		switch {
		case u.Outcome != Failed:
		case !u.again:
			u.again, more = true, true
		case e.split(u):
			more = true
		case u.Reason == u.before:
			u.stuck = true
		}
		u.before = u.Reason
	}
	return more
}

// maxWaves bounds how many of the units that are suspected of one harm are tried
// by themselves in a round.
const maxWaves = 4

// prove writes the units and keeps those that are proved. It tries them all at
// once, since most are, and then again without those that failed or are about
// what got worse. Of those, the ones about different blocks are tried together:
// in such a trial, apart, a unit about what gets worse is to blame for it.
func (e *engine) prove(units []*unit, apart bool) {
	start := e.world.now()
	written := e.writeAll(units)
	if len(written) == 0 {
		return
	}
	next, harms := e.judged()
	failed := map[*unit]string{}
	for _, u := range written {
		if why := u.open(next); why != "" {
			failed[u] = why
		}
	}
	if len(harms) == 0 && len(failed) == 0 {
		e.accept(written, next, start)
		return
	}
	e.world.restore(start)
	if len(written) == 1 && len(harms) > 0 {
		failed[written[0]] = harms[0].what
	}
	var waves [][]*unit
	suspected := map[*unit]bool{}
	for _, h := range harms {
		suspects := h.suspects(written)
		if apart && len(suspects) == 1 {
			failed[suspects[0]] = h.what
		}
		wave := 0
		for _, u := range suspects {
			if _, fails := failed[u]; fails || suspected[u] {
				continue
			}
			if wave == maxWaves {
				failed[u] = h.what
				continue
			}
			if suspected[u] = true; wave == len(waves) {
				waves = append(waves, nil)
			}
			waves[wave] = append(waves[wave], u)
			wave++
		}
	}
	var rest []*unit
	for _, u := range written {
		if why, fails := failed[u]; fails {
			u.Outcome, u.Reason, u.Files = Failed, why, nil
		} else if !suspected[u] {
			rest = append(rest, u)
		}
	}
	if len(rest) == len(written) { // and nothing tells which of them did harm
		half := len(rest) / 2
		e.prove(rest[:half], apart)
		e.prove(rest[half:], apart)
		return
	}
	e.prove(rest, apart)
	for _, wave := range waves {
		e.prove(wave, true)
	}
}

// writeAll writes the units, and returns those of which that is done.
func (e *engine) writeAll(units []*unit) (written []*unit) {
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
	return written
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
		e.state.results, e.state.errors = next.results, next.errors
		e.latest = next
		return
	}
	e.world.restore(start)
	approve := e.opts.Approve
	e.opts.Approve = nil
	e.prove(slices.DeleteFunc(units, func(u *unit) bool { return u.Outcome == Refused }), false)
	e.opts.Approve = approve
}

// open says why the findings of the unit are not gone, "" if they are.
func (u *unit) open(next *state) string {
	if next == nil {
		return ""
	}
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

// A harm is something that got worse.
type harm struct {
	what  string
	rule  string // whose verdict it is
	block string // that it is about; "" if that is not known
}

// suspects are the units about the block: those of the rule, if there are any.
func (h harm) suspects(units []*unit) []*unit {
	var found, same []*unit
	for _, u := range units {
		if h.block == "" || !slices.ContainsFunc(u.targets, func(t target) bool { return blockOf(t.Resource) == h.block }) {
			continue
		}
		found = append(found, u)
		if u.Rule == h.rule {
			same = append(same, u)
		}
	}
	if len(same) > 0 {
		return same
	}
	return found
}

// judged is the state of the world as it would be, nil if it cannot be judged,
// and what is worse in it than in the engine's state: one harm for each block.
func (e *engine) judged() (*state, []harm) {
	next, err := e.judge()
	if err != nil {
		return nil, []harm{{what: err.Error()}}
	}
	if next.errors > e.state.errors {
		for _, d := range next.input.Diagnostics {
			if d.Severity == "error" {
				return next, []harm{{what: "the code would not be valid: " + d.String()}}
			}
		}
	}
	var harms []harm
	for _, r := range e.state.order {
		h := harm{rule: r.Rule}
		was, now := e.state.results[r.Fingerprint], next.results[r.Fingerprint]
		switch {
		case was == nil:
			continue
		case now == nil && was.Resource.TerraformType != "":
			h.what = r.Resource.Address + " would no longer be declared"
		case now != nil && gravity(now.Verdict) > gravity(was.Verdict):
			h.what = fmt.Sprintf("%s of %s would turn %s: %s", r.Rule, r.Resource.Address, now.Verdict, now.Annotation)
		default:
			continue
		}
		for _, g := range e.state.input.Graphs {
			if g.Root == r.Resource.Root {
				h.block = blockOf(g.ByAddress(r.Resource.Address))
			}
		}
		if !slices.ContainsFunc(harms, func(have harm) bool { return have.block == h.block }) {
			harms = append(harms, h)
		}
	}
	return next, harms
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
