package eval

import (
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/terraform/datasource"
	"safeguard/internal/terraform/funcs"
)

// data is an attribute of a data source that is a pure function of its
// arguments; ok is false for any other.
func (inst *instance) data(name string, b *busy, r *run) (v cty.Value, ok bool) {
	if inst.key.typ == "template_file" && name == "rendered" {
		return inst.rendered(b, r)
	}
	s := &scope{m: inst.m, busy: b, run: r}
	all, err := force(s, &inst.pure, inst.address, func(b *busy, r *run) (map[string]graph.Value, error) {
		attrs, _ := datasource.Compute(inst.key.typ, inst.body.within(b, r), inst.env())
		return attrs, nil
	})
	if err != nil {
		return failed(err), true
	}
	g, ok := all[name] // nil for a type that is not pure
	if !ok {
		return cty.NilVal, false
	}
	if g.Kind() == graph.KindUnknown {
		c := g.Cause()
		c.Base, c.Exact = inst.address, true
		g = graph.UnknownValue(c)
	}
	return fromGraph(g), true
}

// env is what a data source may know of its provider.
func (inst *instance) env() datasource.Env {
	e := datasource.Env{Region: inst.region(), DefaultTags: inst.shownTags()}
	e.RegionCause = graph.Cause{Text: "the region of the AWS provider is not known: set it in the provider block or AWS_REGION"}
	return e
}

// fromGraph turns a value of the graph back into one of the language.
func fromGraph(g graph.Value) cty.Value {
	if g.IsSensitive() {
		return bareFromGraph(g).Mark(funcs.Sensitive)
	}
	return bareFromGraph(g)
}

func bareFromGraph(g graph.Value) cty.Value {
	switch g.Kind() {
	case graph.KindAbsent, graph.KindNull:
		return cty.NullVal(cty.DynamicPseudoType)
	case graph.KindBool:
		return cty.BoolVal(g.IsTrue() == logic.True)
	case graph.KindNumber:
		text, _ := g.Literal()
		if n, err := cty.ParseNumberVal(text); err == nil {
			return n
		}
		return because(graph.Cause{Text: "not a number: " + text})
	case graph.KindString:
		return cty.StringVal(g.Text())
	case graph.KindList:
		es, _ := g.Elements()
		vs := make([]cty.Value, len(es))
		for i, e := range es {
			vs[i] = fromGraph(e)
		}
		return cty.TupleVal(vs)
	case graph.KindMap:
		m := map[string]cty.Value{}
		for _, k := range g.Keys() {
			m[k] = fromGraph(g.Key(k))
		}
		return cty.ObjectVal(m)
	}
	return because(g.Cause())
}
