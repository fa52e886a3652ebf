// Package fix changes Terraform code so that findings go away, and proves it.
//
// Every repair is written into a copy in memory, which is evaluated and judged
// again: a repair stays only if its findings are gone, no other verdict got
// worse and the code still parses. What is left to people comes with a reason.
package fix

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"safeguard/internal/assessment"
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
	e := &engine{rejected: rejected, ctx: ctx, path: path, opts: opts, world: newWorld(), given: givenVariables(opts.Terraform), units: map[string]*unit{}, byFinding: map[string]*unit{}, made: map[string]string{}}
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
		if e.latest != nil {
			e.state, e.latest = e.latest, nil
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
	// memory spares parsing what did not change since the last state.
	memory config.Memory
	state  *state
	// latest is the state of what was proved since then, nil for nothing.
	latest *state
	turn   int // items proved so far
	// made are the addresses of the shared pieces that were made, see pieces.
	made map[string]string
	// rejected are the items that terraform finds wrong, and why.
	rejected map[string]string

	units     map[string]*unit // by rule and place in the first state
	byFinding map[string]*unit // by fingerprint
	known     map[string]bool  // fingerprints of the first state
}
