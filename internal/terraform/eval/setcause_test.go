package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
)

// Terraform's sets keep no marks on their elements.
func TestUnknownElementsOfSetsHaveACause(t *testing.T) {
	t.Parallel()
	a := graph.Cause{Text: "a is not known", Base: "data.aws_elb_service_account.a", Exact: true}
	b := graph.Cause{Text: "b is not known", Base: "var.b", Exact: true}
	known := cty.StringVal("x")
	for _, c := range []struct {
		what string
		in   []cty.Value
		want []graph.Cause
	}{
		{"one", []cty.Value{known, unknown(cty.String, a)}, []graph.Cause{{}, a}},
		{"two of different causes", []cty.Value{unknown(cty.String, b), unknown(cty.String, a)}, []graph.Cause{{Text: a.Text}, {Text: a.Text}}},
	} {
		set, err := convertTo(cty.TupleVal(c.in), cty.Set(cty.String))
		if err != nil {
			t.Fatal(err)
		}
		es, ok := toGraph(set).Elements()
		if !ok {
			t.Errorf("%s: got %v, want a list", c.what, toGraph(set).Kind())
			continue
		}
		var got []graph.Cause
		for _, e := range es {
			got = append(got, e.Cause())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: causes (-want +got)\n%s", c.what, diff)
		}
	}
}
