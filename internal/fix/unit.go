package fix

import (
	"cmp"
	"fmt"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
)

// A state is the configuration as it would be, judged.
type state struct {
	input   *terraform.Input
	results map[string]*assessment.Result // by fingerprint
	order   []*assessment.Result
	summary *assessment.Summary
	errors  int // in the configuration itself
}

// A unit is an item with what it takes to write it.
type unit struct {
	Item
	key     string
	targets []target
	// again says that a gentle way to change a value was not enough, and the
	// expression as a whole has to be replaced.
	again  bool
	before string // the reason for which it failed the last time
	stuck  bool   // it fails for the same reason again
}

// A target is one instance that a unit is about, in the current state.
type target struct {
	*rule.Target
	root int // index of its root
}

// judge evaluates and judges the world as it would be.
func (e *engine) judge() (*state, error) {
	if err := e.ctx.Err(); err != nil {
		return nil, err
	}
	opts := e.opts.Terraform
	opts.Overlay, opts.Memory = e.world.overlay(), &e.memory
	in, err := terraform.Load(e.ctx, e.path, nil, opts)
	if err != nil {
		return nil, err
	}
	if in.Config == nil {
		return nil, fmt.Errorf("fix %s: it is no Terraform configuration: fix changes code, so give its directory", e.path)
	}
	s := &state{input: in, results: map[string]*assessment.Result{}}
	for _, d := range in.Diagnostics {
		if d.Severity == "error" {
			s.errors++
		}
	}
	s.summary, err = scan.Judge(in.Graphs, scan.Options{
		Rules: e.opts.Scan.Rules, Param: e.opts.Scan.Param, WholeAccount: e.opts.Scan.WholeAccount,
	}, func(r *assessment.Result) error {
		s.results[r.Fingerprint] = r
		s.order = append(s.order, r)
		return nil
	})
	return s, err
}

// split makes a unit of each call through which the instances of a block that
// could not be repaired together come about, and reports whether there are
// several.
func (e *engine) split(u *unit) bool {
	parts := map[string]*unit{}
	var order []string
	for _, r := range u.Results {
		key := r.Resource.Root + " " + strings.Join(moduleNames(r.Resource.Address), ".")
		part := parts[key]
		if part == nil {
			part = &unit{key: u.key + " " + key, Item: u.Item}
			part.Results, part.Outcome = nil, ""
			part.Part = "module." + strings.Join(moduleNames(r.Resource.Address), ".module.")
			parts[key] = part
			order = append(order, key)
		}
		part.Results = append(part.Results, r)
	}
	if len(order) < 2 {
		return false
	}
	delete(e.units, u.key)
	for _, part := range parts {
		e.units[part.key] = part
		for _, r := range part.Results {
			e.byFinding[r.Fingerprint] = part
		}
	}
	return true
}

func (e *engine) fixed() int {
	n := 0
	for _, u := range e.units {
		if u.Outcome == Fixed {
			n++
		}
	}
	return n
}

// collect groups the findings of the state into units, in their order.
func (e *engine) collect(first bool) []*unit {
	roots := map[string]int{}
	for i, g := range e.state.input.Graphs {
		roots[g.Root] = i
	}
	var units []*unit
	seen := map[*unit]bool{}
	for _, r := range e.state.order {
		if r.Verdict != assessment.NonCompliant || e.opts.Select != nil && !e.opts.Select(r) {
			continue
		}
		ru, known := e.rules[r.Rule]
		i, found := roots[r.Resource.Root]
		if !known || !found {
			continue
		}
		g := e.state.input.Graphs[i]
		res := g.ByAddress(r.Resource.Address)
		if res == nil && !ru.IsAccount() {
			continue
		}
		u := e.unit(r, first)
		if u == nil {
			continue
		}
		if !seen[u] {
			seen[u] = true
			u.targets = nil
			units = append(units, u)
		}
		u.targets = append(u.targets, target{scan.Target(g, res, r.Rule, e.opts.Scan), i})
		if e.byFinding[r.Fingerprint] == nil {
			u.Results = append(u.Results, r)
			e.byFinding[r.Fingerprint] = u
		}
	}
	return units
}

// unit is the unit of a finding: after the first round it is found again by its
// finding, since lines have moved. What a repair has made gets units too.
func (e *engine) unit(r *assessment.Result, first bool) *unit {
	if u := e.byFinding[r.Fingerprint]; u != nil || !first && e.known[r.Fingerprint] {
		return u
	}
	key := fmt.Sprintf("%s %s:%d", r.Rule, r.Location.File, r.Location.Line)
	u := e.units[key]
	if u == nil {
		facts, _ := hipaa.Lookup(r.Rule)
		u = &unit{key: key, Item: Item{Rule: r.Rule, Title: facts.Title, Severity: r.Severity, Location: r.Location, Risk: facts.Guide().Fix.Risk}}
		e.units[key] = u
	}
	return u
}

// ready decides whether to try a unit, and says why where not.
func (e *engine) ready(u *unit) bool {
	switch {
	case u.Outcome == Fixed || u.Outcome == Refused || u.stuck:
		return false
	case e.rejected[u.id()] != "":
		u.Outcome, u.Reason = Failed, e.rejected[u.id()]
		return false
	}
	proposed := false
	for _, t := range u.targets {
		r := e.rules[u.Rule].Assert.Repair(t.Target)
		has, byHand := e.viaInputs(u.Rule, t)
		proposed = proposed || has || len(r.Changes) > 0 && byHand == ""
		u.Reason = cmp.Or(byHand, r.Why, u.Reason)
	}
	if !proposed {
		u.Outcome = Manual
		if u.Reason == "" {
			facts, _ := hipaa.Lookup(u.Rule)
			u.Reason = facts.Guide().Fix.Summary
		}
		return false
	}
	if u.Risk != hipaa.RiskNone && u.Risk != "" && !e.opts.Risks[u.Risk] {
		u.Outcome = Risky
		return false
	}
	return true
}
