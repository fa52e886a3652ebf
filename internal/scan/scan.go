// Package scan judges a graph: rules times resources into a stream of results.
// Concurrency lives here; rules never see it. Results come in order of root,
// file, line, address and rule, whatever the number of workers.
package scan

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
)

// Options say how to judge.
type Options struct {
	// Rules to judge by; each must have an identifier that hipaa knows.
	Rules []rule.Rule
	// Select limits the results to rules for which it is true; nil: all.
	Select func(*hipaa.Rule) bool
	// WholeAccount says that the graphs together are all there is in the
	// account, so that what is not declared does not exist.
	WholeAccount bool
	// Param gives rule parameters that the user set; ok is false for others.
	Param func(rule, name string) (value hipaa.Value, ok bool)
	// Progress is called from time to time with the number of resources done.
	Progress func(done, total int)
}

// Judge judges the graphs and hands every result to emit, in order. It stops
// at emit's first error and returns it. The summary counts all 130 rules.
func Judge(graphs []*graph.Graph, opts Options, emit func(*assessment.Result) error) (*assessment.Summary, error) {
	j := newJudge(opts)
	for _, g := range graphs {
		j.total += len(g.Resources)
	}
	for _, g := range graphs {
		if err := j.graph(g, emit); err != nil {
			return nil, err
		}
	}
	return j.summary(graphs), nil
}

// A bound rule is a rule with all that is said about it elsewhere.
type bound struct {
	rule.Rule
	facts *hipaa.Rule
	param func(name string) hipaa.Value
}

type judge struct {
	opts    Options
	byType  map[string][]*bound
	account []*bound
	onlyAWS []*hipaa.Rule // rules that no configuration decides
	all     []*hipaa.Rule
	scorer  assessment.Scorer
	seen    map[string]bool
	done    atomic.Int64
	total   int
}

func newJudge(opts Options) *judge {
	j := &judge{opts: opts, byType: map[string][]*bound{}, seen: map[string]bool{}}
	implemented := map[string]bool{}
	for _, r := range opts.Rules {
		facts, ok := hipaa.Lookup(r.ID)
		if !ok || opts.Select != nil && !opts.Select(facts) {
			continue
		}
		implemented[facts.Identifier] = true
		b := &bound{Rule: r, facts: facts, param: j.opts.params(facts)}
		if r.IsAccount() {
			j.account = append(j.account, b)
		}
		for _, t := range r.Types {
			j.byType[t] = append(j.byType[t], b)
		}
	}
	for _, facts := range hipaa.Rules() {
		if opts.Select != nil && !opts.Select(facts) {
			continue
		}
		j.all = append(j.all, facts)
		if !implemented[facts.Identifier] {
			j.onlyAWS = append(j.onlyAWS, facts)
		}
	}
	byID := func(a, b *bound) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(j.account, byID)
	for _, bs := range j.byType {
		slices.SortFunc(bs, byID)
	}
	return j
}

// params gives the parameters of a rule: the user's, or else the pack's.
func (o *Options) params(facts *hipaa.Rule) func(string) hipaa.Value {
	return func(name string) hipaa.Value {
		if o.Param != nil {
			if v, ok := o.Param(facts.Identifier, name); ok {
				return v
			}
		}
		return facts.Param(name)
	}
}

// Target is what the rule with the identifier judges: the resource, or the
// account if that is nil. The rule must be one that hipaa knows.
func Target(g *graph.Graph, res *graph.Resource, id string, opts Options) *rule.Target {
	facts, _ := hipaa.Lookup(id)
	return &rule.Target{Resource: res, Graph: g, WholeAccount: opts.WholeAccount, Param: opts.params(facts)}
}

// A subject is what one or more rules judge: a resource, a module whose
// content is not known, or (with neither) the account.
type subject struct {
	res    *graph.Resource
	module *graph.Unresolved
	at     graph.Location
}

func (s subject) address() string {
	switch {
	case s.res != nil:
		return s.res.Address
	case s.module != nil:
		return s.module.Address
	}
	return accountAddress
}

// window is the number of subjects judged before their results are handed on,
// so that memory stays flat.
const window = 2048

func (j *judge) graph(g *graph.Graph, emit func(*assessment.Result) error) error {
	subjects := j.subjects(g)
	results := make([][]*assessment.Result, min(window, len(subjects)))
	for start := 0; start < len(subjects); start += window {
		part := subjects[start:min(start+window, len(subjects))]
		j.parallel(len(part), func(i int) { results[i] = j.subject(g, part[i]) })
		for i := range part {
			for _, r := range results[i] {
				j.scorer.Add(r)
				j.seen[r.Rule] = true
				if err := emit(r); err != nil {
					return err
				}
			}
			results[i] = nil
		}
	}
	return nil
}

// subjects lists what there is to judge, in the order of the results.
func (j *judge) subjects(g *graph.Graph) []subject {
	subjects := []subject{{}}
	for _, r := range g.Resources {
		if !r.Data && len(j.byType[r.Type]) > 0 {
			subjects = append(subjects, subject{res: r, at: r.Location()})
		}
	}
	for i := range g.Unresolved {
		u := &g.Unresolved[i]
		subjects = append(subjects, subject{module: u, at: u.Location})
	}
	slices.SortStableFunc(subjects, func(a, b subject) int {
		return cmp.Or(
			cmp.Compare(a.at.File, b.at.File),
			cmp.Compare(a.at.Line, b.at.Line),
			compareAddresses(a.address(), b.address()),
		)
	})
	return subjects
}

// parallel calls f for 0 to n-1 on all cores.
func (j *judge) parallel(n int, f func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(i)
				if done := j.done.Add(1); j.opts.Progress != nil && done%256 == 0 {
					j.opts.Progress(int(done), j.total)
				}
			}
		})
	}
	wg.Wait()
}

func (j *judge) subject(g *graph.Graph, s subject) []*assessment.Result {
	switch {
	case s.res != nil:
		return j.resource(g, s.res)
	case s.module != nil:
		return j.unresolved(g, s)
	}
	return j.accountWide(g)
}

func (j *judge) resource(g *graph.Graph, res *graph.Resource) []*assessment.Result {
	bs := j.byType[res.Type]
	rs := make([]*assessment.Result, 0, len(bs))
	for _, b := range bs {
		v := j.eval(b, &rule.Target{Resource: res, Graph: g, WholeAccount: j.opts.WholeAccount, Param: b.param})
		if !v.IsNothing() {
			rs = append(rs, resourceResult(b, g, res, v))
		}
	}
	return rs
}

// accountWide judges the rules about the account and lists those that no
// configuration decides.
func (j *judge) accountWide(g *graph.Graph) []*assessment.Result {
	var rs []*assessment.Result
	for _, b := range j.account {
		v := j.eval(b, &rule.Target{Graph: g, WholeAccount: j.opts.WholeAccount, Param: b.param})
		rs = append(rs, accountResult(b.facts, g, v))
	}
	for _, facts := range j.onlyAWS {
		rs = append(rs, accountResult(facts, g, rule.Undecided(graph.AbsentValue(), "%s", facts.OnlyAWS)))
	}
	slices.SortFunc(rs, func(a, b *assessment.Result) int { return cmp.Compare(a.Rule, b.Rule) })
	return rs
}

// unresolved says of each rule about resources that a module whose content is
// not known may hold some.
func (j *judge) unresolved(g *graph.Graph, s subject) []*assessment.Result {
	var rs []*assessment.Result
	listed := map[*hipaa.Rule]bool{}
	for _, bs := range j.byType {
		for _, b := range bs {
			if listed[b.facts] {
				continue
			}
			listed[b.facts] = true
			v := rule.Because(graph.AbsentValue().From(graph.At(s.at)), s.module.Cause)
			rs = append(rs, moduleResult(b.facts, g, s.module, v))
		}
	}
	slices.SortFunc(rs, func(a, b *assessment.Result) int { return cmp.Compare(a.Rule, b.Rule) })
	return rs
}

// eval calls the rule; one that panics is a fault of ours and decides nothing.
func (j *judge) eval(b *bound, t *rule.Target) (v rule.Verdict) {
	defer func() {
		if r := recover(); r != nil {
			v = rule.Undecided(t.Here(), "internal fault of rule %s: %v: please report it", b.ID, r)
		}
	}()
	return b.Assert.Eval(t)
}

// summary counts all rules; one without any result is not applicable, unless
// something that is not known could hold a resource for it.
func (j *judge) summary(graphs []*graph.Graph) *assessment.Summary {
	sum := j.scorer.Summary()
	without := assessment.NotApplicable
	for _, g := range graphs {
		if g.Incomplete != "" {
			without = assessment.InsufficientData
		}
	}
	for _, facts := range j.all {
		if !j.seen[facts.Identifier] {
			sum.Rules.Add(without)
		}
	}
	return sum
}
