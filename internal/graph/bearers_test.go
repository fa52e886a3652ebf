package graph_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// TestReferentAsIdentifies compares the search by name with asking each
// resource in turn.
func TestReferentAsIdentifies(t *testing.T) {
	t.Parallel()
	hole := graph.Cause{Text: "var.x has no value"}
	names := []graph.Value{
		graph.String("a"), graph.String("b"), graph.String(""), graph.String("arn:aws:iam::1:role/a"),
		graph.String("arn:aws:wafv2:us-east-1:1:regional/webacl/a/b"), graph.String("arn:aws:secretsmanager:us-east-1:1:secret:a-AbCdEf"),
		graph.String("a-" + hole.Placeholder()), graph.String(hole.Placeholder()), graph.UnknownValue(hole),
		graph.AbsentValue(), graph.NullValue(), graph.String(graph.Ref{Address: "aws_iam_role.r1", Attribute: "name"}.Placeholder()),
	}
	types := []string{"aws_iam_role", "aws_iam_user"}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		g := &graph.Graph{}
		for i := range rng.IntN(8) {
			typ := types[rng.IntN(len(types))]
			r := &graph.Resource{Type: typ, Address: fmt.Sprintf("%s.r%d", typ, i), Body: oneAttr{"name", names[rng.IntN(len(names))]}}
			if rng.IntN(4) == 0 {
				r.ID = "a"
			}
			if rng.IntN(4) == 0 {
				r.ARN = "arn:aws:wafv2:us-east-1:1:regional/webacl/b/a"
			}
			g.Resources = append(g.Resources, r)
		}
		v := names[rng.IntN(len(names))]
		wantRes, want := (*graph.Resource)(nil), logic.False
		for _, r := range g.OfType(types...) {
			if truth := g.Identifies(v, r); truth == logic.True {
				wantRes, want = r, truth
				break
			} else if truth == logic.Unknown {
				want = truth
			}
		}
		if v.Kind() == graph.KindUnknown && want == logic.False {
			want = logic.Unknown
		}
		if len(v.Refs()) > 0 || v.Kind() == graph.KindAbsent || v.Kind() == graph.KindNull {
			continue // not sought by name
		}
		if got, truth := g.Referent(v, types...); got != wantRes || truth != want {
			t.Errorf("Referent(%s) = %v, %v, want %v, %v", v.Display(), got, truth, wantRes, want)
		}
	}
}

// TestIdentifiesByARN names resources by ARNs that hold more than a name.
func TestIdentifiesByARN(t *testing.T) {
	t.Parallel()
	const acl, secret = "arn:aws:wafv2:us-east-1:1:regional/webacl/", "arn:aws:secretsmanager:us-east-1:1:secret:"
	tests := []struct {
		name, arn, text string
		want            logic.Truth
	}{
		{"acl", "", acl + "acl/1f2e", logic.True},
		{"acl", "", acl + "other/1f2e", logic.False},
		{"acl", acl + "acl/1f2e", acl + "acl/1f2e", logic.True},
		{"acl", acl + "acl/1f2e", acl + "acl/ffff", logic.False}, // the one in another Region
		{"lb", "", "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/lb/50dc6c49", logic.True},
		{"lb", "", "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/lb", logic.True},
		{"lb", "", "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/lb/50dc6c49/9a1b", logic.False},
		{"tg", "", "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/tg/50dc6c49", logic.True},
		{"prod/db", "", secret + "prod/db-AbCdEf", logic.True},
		{"db", "", secret + "prod/db-AbCdEf", logic.False},
		{"my-secret", "", secret + "my-secret", logic.True},
		{"my-secret", "", secret + "my-secret-AbCdEf", logic.True},
		{"role", "", "arn:aws:iam::1:role/path/role", logic.True},
	}
	for _, tt := range tests {
		r := &graph.Resource{Type: "aws_any", Address: "aws_any.r", ARN: tt.arn, Body: oneAttr{"name", graph.String(tt.name)}}
		g := &graph.Graph{Resources: []*graph.Resource{r}}
		if got := g.Identifies(graph.String(tt.text), r); got != tt.want {
			t.Errorf("%s (%s) named by %s: %v, want %v", tt.name, tt.arn, tt.text, got, tt.want)
		}
	}
}

// oneAttr is a body with one attribute.
type oneAttr struct {
	name  string
	value graph.Value
}

func (b oneAttr) Attr(name string) graph.Value {
	if name == b.name {
		return b.value
	}
	return graph.AbsentValue()
}
func (b oneAttr) Blocks(string) graph.Blocks      { return graph.Blocks{} }
func (b oneAttr) Location() graph.Location        { return graph.Location{} }
func (b oneAttr) Names() (attrs, blocks []string) { return []string{b.name}, nil }
