// Package fix changes Terraform code so that findings go away, and proves it.
//
// Every repair is written into a copy in memory, which is evaluated and judged
// again: a repair stays only if its findings are gone, no other verdict got
// worse and the code still parses. What is left to people comes with a reason.
package fix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/trial"
)

// Options say what to fix.
type Options struct {
	Terraform terraform.Options
	Scan      scan.Options // Rules and Param; what to judge is all
	// Select limits the findings to fix; nil: all.
	Select func(*assessment.Result) bool
	// Risks are what a fix may bring with it: a fix whose risk is not among
	// them is left out and said so.
	Risks map[hipaa.Risk]bool
	// Approve is asked for each item that is proved, with its files; nil: yes.
	Approve func(*Item) (bool, error)
}

// An Outcome says what became of an item.
type Outcome string

// The outcomes.
const (
	Fixed   Outcome = "fixed"   // proved
	Risky   Outcome = "risky"   // left out for its risk
	Refused Outcome = "refused" // not approved
	Failed  Outcome = "failed"  // tried, and not proved: Reason says what was in the way
	Manual  Outcome = "manual"  // there is no automatic repair: Reason says why or what to do
)

// An Item is one change to the code: what one rule wants of one block, for all
// instances of it.
type Item struct {
	Rule     string
	Title    string
	Severity hipaa.Severity
	Location assessment.Location // of the block; zero for the account
	Part     string              // the module call, where calls of one module need different changes
	Results  []*assessment.Result
	Risk     hipaa.Risk
	Outcome  Outcome
	Reason   string
	Notes    []string
	Files    []File         // what the item changes, after the items before it: see Plan.Order
	Effects  []trial.Change // what terraform would do for it, where it was asked for a plan: see Validated

	turn int // the how-manieth that was proved
}

// A File is a file before and after a change. Before is nil for a new one.
type File struct {
	Path          string
	Before, After []byte
}

// A Plan is what Run found and would change.
type Plan struct {
	Items         []*Item // by place and rule
	Files         []File  // all changes together, by path
	Before, After *assessment.Summary
	Validation    Validation

	roots []*config.Root // as they would be
}

// Order lists the fixed items in the order in which they were proved: the
// files of each are what the ones before it made.
func (p *Plan) Order() []*Item {
	var items []*Item
	for _, item := range p.Items {
		if item.Outcome == Fixed && item.turn > 0 {
			items = append(items, item)
		}
	}
	slices.SortFunc(items, func(a, b *Item) int { return a.turn - b.turn })
	return items
}

// maxRounds bounds how often what is left is tried again with what was fixed:
// some repairs need another one first.
const maxRounds = 8

// Run reads the configuration at path, fixes what it can and writes nothing.
// The error is for a path that cannot be read as configuration.
func Run(ctx context.Context, path string, opts Options) (*Plan, error) {
	return run(ctx, path, opts, nil)
}

// run is Run without the items that were rejected, by their ids.
func run(ctx context.Context, path string, opts Options, rejected map[string]string) (*Plan, error) {
	e := &engine{rejected: rejected, ctx: ctx, path: path, opts: opts, world: newWorld(), given: givenVariables(opts.Terraform), units: map[string]*unit{}, byFinding: map[string]*unit{}}
	e.rules = map[string]*rule.Rule{}
	for i := range opts.Scan.Rules {
		e.rules[opts.Scan.Rules[i].ID] = &opts.Scan.Rules[i]
	}
	first, err := e.judge()
	if err != nil {
		return nil, err
	}
	e.state = first
	e.known = map[string]bool{}
	for fingerprint := range first.results {
		e.known[fingerprint] = true
	}
	before := first.summary
	for round := range maxRounds {
		if !e.round(round == 0) {
			break
		}
		e.world.settle()
		if e.state, err = e.judge(); err != nil {
			return nil, err
		}
	}
	e.conclude()
	plan := &Plan{Before: before, After: e.state.summary, roots: e.state.input.Config.Roots}
	for _, u := range e.units {
		plan.Items = append(plan.Items, &u.Item)
	}
	slices.SortFunc(plan.Items, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Line, b.Location.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Part, b.Part))
	})
	for _, f := range e.world.changed() {
		plan.Files = append(plan.Files, File{f.path, f.before, f.src})
	}
	return plan, nil
}

// conclude counts the items as fixed that another one fixed along with its own.
func (e *engine) conclude() {
	for _, u := range e.units {
		if u.Outcome != Fixed && u.Outcome != Refused && u.open(e.state) == "" {
			u.Outcome, u.Reason = Fixed, ""
		}
	}
}

// givenVariables are the names of variables that are set from outside.
func givenVariables(opts terraform.Options) map[string]bool {
	given := map[string]bool{}
	for _, v := range opts.Vars {
		name, _, _ := strings.Cut(v.Value, "=")
		given[strings.TrimSpace(name)] = true
	}
	for _, kv := range opts.Environ {
		if name, ok := strings.CutPrefix(kv, "TF_VAR_"); ok {
			name, _, _ = strings.Cut(name, "=")
			given[name] = true
		}
	}
	return given
}

// An engine fixes one directory.
type engine struct {
	ctx   context.Context
	path  string
	opts  Options
	rules map[string]*rule.Rule
	given map[string]bool
	world *world
	state *state
	turn  int // items proved so far
	// rejected are the items that terraform finds wrong, and why.
	rejected map[string]string

	units     map[string]*unit // by rule and place in the first state
	byFinding map[string]*unit // by fingerprint
	known     map[string]bool  // fingerprints of the first state
}

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
	again bool
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
	opts.Overlay = e.world.overlay()
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
	case u.Outcome == Fixed || u.Outcome == Refused:
		return false
	case e.rejected[u.id()] != "":
		u.Outcome, u.Reason = Failed, e.rejected[u.id()]
		return false
	}
	proposed := false
	for _, t := range u.targets {
		r := e.rules[u.Rule].Assert.Repair(t.Target)
		proposed = proposed || len(r.Changes) > 0 || e.viaInputs(u.Rule, t)
		u.Reason = cmp.Or(r.Why, u.Reason)
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

// prove writes the units and keeps those that are proved. It tries them all at
// once, since most are; where that fails, those that are about what got worse
// stand apart, or else halves.
func (e *engine) prove(units []*unit) {
	start := e.world.snapshot()
	var written []*unit
	for _, u := range units {
		before := e.world.snapshot()
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
func (e *engine) accept(units []*unit, next *state, start snapshot) {
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

// write writes the repairs of all targets of a unit. One that panics is a fault
// of ours and changes nothing.
func (e *engine) write(u *unit) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal fault of the repair for %s: %v: please report it", u.Rule, r)
		}
	}()
	u.Notes = nil
	done := map[string]bool{}
	for _, t := range u.targets {
		r := e.rules[u.Rule].Assert.Repair(t.Target)
		if len(r.Changes) == 0 && !e.viaInputs(u.Rule, t) {
			return errors.New(cmp.Or(r.Why, "there is no repair for "+address(t.Resource)))
		}
		about := t.Resource
		if about == nil {
			about = subject(r.Changes[0])
		}
		if about == nil {
			return errors.New("the repair names no resource")
		}
		s, err := siteOf(e.state.input.Config.Roots[t.root], about.Module)
		if err != nil {
			return err
		}
		w := &writer{
			world: e.world, site: s, target: about, done: done, given: e.given, gentle: !u.again, part: u.Part != "",
			pieces: &pieces{roots: e.state.input.Config.Roots, graphs: e.state.input.Graphs, index: t.root},
		}
		if outer := s.installed(); outer != nil {
			err = w.inputs(u.Rule, r, outer)
		} else {
			err = w.write(r)
		}
		if err != nil {
			return err
		}
		for _, n := range w.notes {
			if !slices.Contains(u.Notes, n) {
				u.Notes = append(u.Notes, n)
			}
		}
	}
	return nil
}

// viaInputs reports whether a target is in an installed module for which the
// table has inputs.
func (e *engine) viaInputs(rule string, t target) bool {
	if t.Resource == nil {
		return false
	}
	s, err := siteOf(e.state.input.Config.Roots[t.root], t.Resource.Module)
	if err != nil || s.installed() == nil {
		return false
	}
	name, _ := registryModule(s.installed().call())
	known, err := entries(name, rule)
	return err == nil && len(known) > 0
}

func address(r *graph.Resource) string {
	if r == nil {
		return "the account"
	}
	return r.Address
}

// subject is the resource that a change names; nil if that is the target.
func subject(c rule.Change) *graph.Resource {
	switch c := c.(type) {
	case rule.Set:
		return c.On
	case rule.Append:
		return c.On
	case rule.Unset:
		return c.On
	case rule.Statement:
		return c.On
	case rule.Retype:
		return c.On
	case rule.Add:
		return c.Beside
	}
	return nil
}

// since lists the files that differ from a snapshot.
func (w *world) since(s snapshot) []File {
	var files []File
	for _, f := range w.changed() {
		old, known := s[f.path]
		switch {
		case !known:
			files = append(files, File{f.path, f.before, f.src})
		case string(old.src) != string(f.src):
			files = append(files, File{f.path, old.src, f.src})
		}
	}
	return files
}

// Relative is a shown path as it is from dir, for diffs and patches.
func Relative(dir, shown string) string {
	if rel, err := filepath.Rel(dir, filepath.FromSlash(shown)); err == nil {
		return filepath.ToSlash(rel)
	}
	return shown
}
