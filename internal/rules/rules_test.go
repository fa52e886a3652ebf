package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/rules"
	"safeguard/internal/ruletest"
	"safeguard/internal/terraform/schema"
)

// TestCoverage checks that exactly the rules that a configuration can decide
// are implemented, each once.
func TestCoverage(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, r := range rules.All() {
		count[r.ID]++
	}
	for _, facts := range hipaa.Rules() {
		want := 1
		if facts.Decidable == hipaa.None {
			want = 0
		}
		if got := count[facts.Identifier]; got != want {
			t.Errorf("%s (decidable: %s): implemented %d times, want %d", facts.Identifier, facts.Decidable, got, want)
		}
		delete(count, facts.Identifier)
	}
	for id := range count {
		t.Errorf("%s is no rule of the pack", id)
	}
}

// TestWellFormed checks what can be checked of a rule without running it.
func TestWellFormed(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		facts, ok := hipaa.Lookup(r.ID)
		if !ok || facts.Identifier != r.ID {
			t.Errorf("%s is not spelt as in the pack", r.ID)
			continue
		}
		if r.Assert == nil {
			t.Errorf("%s asserts nothing", r.ID)
		}
		if r.IsAccount() != facts.IsAccount() {
			t.Errorf("%s: about the account: %v, want %v", r.ID, r.IsAccount(), facts.IsAccount())
		}
		for _, typ := range r.Types {
			if schema.Resource(typ) == nil {
				t.Errorf("%s: the provider has no resource %s", r.ID, typ)
			}
		}
	}
}

// opaque is a body of which nothing is known.
type opaque struct{}

var cause = graph.Cause{Text: "nothing is known"}

func (opaque) Attr(string) graph.Value { return graph.UnknownValue(cause) }
func (opaque) Blocks(string) graph.Blocks {
	return graph.Blocks{Items: []graph.Block{{Body: opaque{}, Maybe: true, Cause: cause}}}
}
func (opaque) Location() graph.Location        { return graph.Location{File: "main.tf", Line: 1} }
func (opaque) Names() (attrs, blocks []string) { return nil, nil }

// alwaysCompliant lists what is compliant whatever the configuration says.
var alwaysCompliant = map[string]string{
	"INSTANCES_IN_VPC aws_instance":                           "there is nothing but VPCs any more",
	"INSTANCES_IN_VPC aws_spot_instance_request":              "there is nothing but VPCs any more",
	"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED aws_s3_bucket":  "AWS encrypts every bucket",
	"DB_INSTANCE_BACKUP_ENABLED aws_rds_cluster_instance":     "backups of a cluster cannot be switched off",
	"DB_INSTANCE_BACKUP_ENABLED aws_docdb_cluster_instance":   "backups of a cluster cannot be switched off",
	"DB_INSTANCE_BACKUP_ENABLED aws_neptune_cluster_instance": "backups of a cluster cannot be switched off",
}

// TestUnknownIsNeverCompliant judges resources of which nothing is known, and
// one of every type beside them.
func TestUnknownIsNeverCompliant(t *testing.T) {
	t.Parallel()
	g := &graph.Graph{Root: "."}
	for _, typ := range slices.Sorted(schema.Types()) {
		g.Resources = append(g.Resources, &graph.Resource{Body: opaque{}, Type: typ, Address: typ + ".x", Name: "x"})
	}
	each(t, g, func(r rule.Rule, res *graph.Resource, v rule.Verdict) {
		typ := ""
		if res != nil {
			typ = res.Type
		}
		if v.Outcome() == rule.Compliant && alwaysCompliant[r.ID+" "+typ] == "" && !r.IsAccount() {
			t.Errorf("%s: %s is COMPLIANT (%q) though nothing is known", r.ID, typ, v.Annotation())
		}
		if v.Outcome() == rule.NonCompliant {
			t.Errorf("%s: %s is NON_COMPLIANT (%q) though nothing is known", r.ID, typ, v.Annotation())
		}
		if v.Outcome() == rule.InsufficientData && !ruletest.Actionable(v.Annotation()) {
			t.Errorf("%s: %s is undecided without a reason: %q", r.ID, typ, v.Annotation())
		}
	})
}

// TestNothingDeclared judges an empty graph.
func TestNothingDeclared(t *testing.T) {
	t.Parallel()
	each(t, &graph.Graph{Root: "."}, func(r rule.Rule, _ *graph.Resource, v rule.Verdict) {
		if v.Outcome() != rule.InsufficientData || v.Annotation() == "" {
			t.Errorf("%s: got %s %q for an account of which nothing is known, want INSUFFICIENT_DATA with a reason", r.ID, v.Outcome(), v.Annotation())
		}
	})
}

// TestForeignExamples runs every rule on the examples of all others.
func TestForeignExamples(t *testing.T) {
	t.Parallel()
	for _, owner := range rules.All() {
		data, ok := rules.Example(owner.ID)
		if !ok {
			t.Errorf("%s has no examples", owner.ID)
			continue
		}
		t.Run(owner.ID, func(t *testing.T) {
			t.Parallel()
			for _, g := range ruletest.Load(t, txtar.Parse(data)) {
				each(t, g, func(r rule.Rule, res *graph.Resource, v rule.Verdict) {
					if v.Outcome() != rule.Compliant && !v.IsNothing() && strings.TrimSpace(v.Annotation()) == "" {
						t.Errorf("%s: %s without an annotation", r.ID, v.Outcome())
					}
					if v.Outcome() == rule.InsufficientData && !ruletest.Actionable(v.Annotation()) {
						t.Errorf("%s: %s is undecided without a reason: %q", r.ID, name(res), v.Annotation())
					}
				})
			}
		})
	}
}

// TestExcerpts checks that each rule has a failing and a passing example to
// show, or says why there is none.
func TestExcerpts(t *testing.T) {
	t.Parallel()
	for _, r := range hipaa.Rules() {
		for _, verdict := range []string{"NON_COMPLIANT", "COMPLIANT"} {
			if r.OnlyAWS == "" && (rules.Excerpt(r.Identifier, verdict) == "") == (rules.NoExample(r.Identifier, verdict) == "") {
				t.Errorf("%s has neither an excerpt that is %s nor a reason, or both", r.Identifier, verdict)
			}
		}
	}
}

// each judges every resource of g by every rule about its type, and the
// account. A rule that panics fails the test.
func each(t *testing.T, g *graph.Graph, f func(rule.Rule, *graph.Resource, rule.Verdict)) {
	t.Helper()
	eval := func(r rule.Rule, res *graph.Resource) {
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("%s panics on %s: %v", r.ID, name(res), p)
			}
		}()
		facts, ok := hipaa.Lookup(r.ID)
		if !ok {
			t.Errorf("%s is no rule of the pack", r.ID)
			return
		}
		f(r, res, r.Assert.Eval(&rule.Target{Resource: res, Graph: g, Param: facts.Param}))
	}
	for _, r := range rules.All() {
		if r.IsAccount() {
			eval(r, nil)
		}
		for _, res := range g.OfType(r.Types...) {
			eval(r, res)
		}
	}
}

func name(res *graph.Resource) string {
	if res == nil {
		return "the account"
	}
	return res.Address
}
