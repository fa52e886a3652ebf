package graph_test

import (
	"testing"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// attrs is a body of attributes alone.
type attrs map[string]graph.Value

func (a attrs) Attr(name string) graph.Value {
	if v, ok := a[name]; ok {
		return v
	}
	return graph.AbsentValue()
}
func (attrs) Blocks(string) graph.Blocks      { return graph.Blocks{} }
func (attrs) Location() graph.Location        { return graph.Location{} }
func (attrs) Names() (attributes, _ []string) { return nil, nil }
func variable(name string, exact bool) graph.Cause {
	return graph.Cause{Text: name + " has no value", Base: name, Exact: exact}
}

// A companion that names its bucket by a variable without a value is that
// bucket's and no other's.
func TestIdentifiesByTheSameUnknownName(t *testing.T) {
	t.Parallel()
	name, suffix := variable("var.name", true), variable("var.suffix", true)
	bucket := func(address string, v graph.Value) *graph.Resource {
		return &graph.Resource{Body: attrs{"bucket": v}, Type: "aws_s3_bucket", Address: address}
	}
	unknown := bucket("aws_s3_bucket.unknown", graph.UnknownValue(name))
	composed := bucket("aws_s3_bucket.composed", graph.String("logs-"+suffix.Placeholder()))
	literal := bucket("aws_s3_bucket.literal", graph.String("logs-prod"))
	g := &graph.Graph{Resources: []*graph.Resource{unknown, composed, literal}}
	const U, F, T = logic.Unknown, logic.False, logic.True
	for _, c := range []struct {
		what                       string
		v                          graph.Value
		unknown, composed, literal logic.Truth
	}{
		{"the same variable", graph.UnknownValue(name), T, F, F},
		{"something made of the variable", graph.UnknownValue(variable("var.name", false)), U, U, U},
		{"another variable", graph.UnknownValue(variable("var.other", true)), U, U, U},
		{"the same composition", graph.String("logs-" + suffix.Placeholder()), F, T, F},
		{"the same composition in an ARN", graph.String("arn:aws:s3:::logs-" + suffix.Placeholder()), F, T, F},
		{"a literal name", graph.String("logs-prod"), F, F, T},
		{"a literal name of none", graph.String("logs-dev"), U, U, F},
	} {
		for r, want := range map[*graph.Resource]logic.Truth{unknown: c.unknown, composed: c.composed, literal: c.literal} {
			if got := g.Identifies(c.v, r); got != want {
				t.Errorf("%s identifies %s: got %v, want %v", c.what, r.Address, got, want)
			}
		}
	}
}

// Of two resources of one name a literal names neither for certain.
func TestIdentifiesNamesakes(t *testing.T) {
	t.Parallel()
	bucket := func(address, name string) *graph.Resource {
		return &graph.Resource{Body: attrs{"bucket": graph.String(name)}, Type: "aws_s3_bucket", Address: address}
	}
	pass, fail, alone := bucket("aws_s3_bucket.pass", "example"), bucket("aws_s3_bucket.fail", "example"), bucket("aws_s3_bucket.alone", "other")
	g := &graph.Graph{Resources: []*graph.Resource{pass, fail, alone}}
	for r, want := range map[*graph.Resource]logic.Truth{pass: logic.Unknown, fail: logic.Unknown, alone: logic.False} {
		if got := g.Identifies(graph.String("arn:aws:s3:::example"), r); got != want {
			t.Errorf("the name of two identifies %s: got %v, want %v", r.Address, got, want)
		}
	}
	if got := g.Identifies(graph.String("other"), alone); got != logic.True {
		t.Errorf("the name of one: got %v, want %v", got, logic.True)
	}
}
