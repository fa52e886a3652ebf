package rules_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/rules"
	"safeguard/internal/ruletest"
)

// TestLessKnown takes from each rule's examples one fact after another: what is
// NON_COMPLIANT with it is never COMPLIANT without it. So no rule takes what is
// not known for a pass.
func TestLessKnown(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			data, _ := rules.Example(r.ID)
			for _, g := range ruletest.Load(t, txtar.Parse(data)) {
				before := outcomes(r, g)
				for what, poorer := range poorerGraphs(g) {
					for address, got := range outcomes(r, poorer) {
						if want := before[address]; want.Outcome() == rule.NonCompliant && got.Outcome() == rule.Compliant {
							t.Errorf("%s: %s is NON_COMPLIANT %q; without knowing %s it is COMPLIANT %q", g.Root, address, want.Annotation(), what, got.Annotation())
						}
					}
				}
			}
		})
	}
}

// outcomes judges all that the rule is about, by address.
func outcomes(r rule.Rule, g *graph.Graph) map[string]rule.Verdict {
	facts, _ := hipaa.Lookup(r.ID)
	vs := map[string]rule.Verdict{}
	if r.IsAccount() {
		vs["account"] = r.Assert.Eval(&rule.Target{Graph: g, Param: facts.Param})
	}
	for _, res := range g.OfType(r.Types...) {
		vs[res.Address] = r.Assert.Eval(&rule.Target{Resource: res, Graph: g, Param: facts.Param})
	}
	return vs
}

// poorerGraphs yields graphs in which one thing more is not known, and says
// which. Names stay: what refers to a resource may hold its name as text.
func poorerGraphs(g *graph.Graph) iter.Seq2[string, *graph.Graph] {
	return func(yield func(string, *graph.Graph) bool) {
		for i, r := range g.Resources {
			maybe := copyOf(r, r.Body)
			maybe.Maybe, maybe.Cause = true, veil
			if !r.Maybe && !yield("whether there is a "+r.Address, replaced(g, i, maybe)) {
				return
			}
			for what, body := range poorerBodies(r.Body) {
				if isName(r, what) {
					continue
				}
				if !yield(r.Address+"."+what, replaced(g, i, copyOf(r, body))) {
					return
				}
			}
		}
	}
}

// isName reports whether an attribute is one by which others name r.
func isName(r *graph.Resource, attribute string) bool {
	text := r.Attr(attribute).Text()
	return text != "" && slices.ContainsFunc(r.Names(), func(v graph.Value) bool { return v.Text() == text })
}

func replaced(g *graph.Graph, i int, r *graph.Resource) *graph.Graph {
	c := &graph.Graph{Root: g.Root, Unresolved: g.Unresolved, Incomplete: g.Incomplete, ProviderMajor: g.ProviderMajor}
	for j, old := range g.Resources {
		if j == i {
			c.Resources = append(c.Resources, r)
		} else {
			c.Resources = append(c.Resources, copyOf(old, old.Body))
		}
	}
	return c
}

// copyOf is r with another body: what r remembers of its own is not in it.
func copyOf(r *graph.Resource, body graph.Body) *graph.Resource {
	return &graph.Resource{
		Body: body, Type: r.Type, Address: r.Address, Module: r.Module, Name: r.Name, Data: r.Data,
		Region: r.Region, ID: r.ID, ARN: r.ARN, Maybe: r.Maybe, Cause: r.Cause, Number: r.Number, DefaultTags: r.DefaultTags,
	}
}

var veil = graph.Cause{Text: "a veil is over it"}

// poorerBodies yields b without one attribute, without a type of blocks, and
// with poorer blocks.
func poorerBodies(b graph.Body) iter.Seq2[string, graph.Body] {
	return func(yield func(string, graph.Body) bool) {
		attrs, blocks := b.Names()
		for _, name := range append(attrs, blocks...) {
			if !yield(name, veiled{Body: b, name: name}) {
				return
			}
		}
		for _, typ := range blocks {
			bs := b.Blocks(typ)
			for i, item := range bs.Items {
				for what, body := range poorerBodies(item.Body) {
					poorer := graph.Blocks{At: bs.At, Items: append([]graph.Block{}, bs.Items...)}
					poorer.Items[i].Body = body
					if !yield(fmt.Sprintf("%s[%d].%s", typ, i, what), veiled{Body: b, name: typ, blocks: &poorer}) {
						return
					}
				}
			}
		}
	}
}

// veiled is a body of which one attribute, or blocks of one type, are not known.
type veiled struct {
	graph.Body
	name   string
	blocks *graph.Blocks // in the place of those of the type name, if not nil
}

func (v veiled) Attr(name string) graph.Value {
	if name == v.name && v.blocks == nil {
		return graph.UnknownValue(veil)
	}
	return v.Body.Attr(name)
}

func (v veiled) Blocks(typ string) graph.Blocks {
	switch {
	case typ != v.name:
		return v.Body.Blocks(typ)
	case v.blocks != nil:
		return *v.blocks
	}
	return graph.BlocksOf(graph.UnknownValue(veil))
}
