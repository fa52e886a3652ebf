package dynamodb

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var autoscaling = rule.Rule{
	ID:     "DYNAMODB_AUTOSCALING_ENABLED",
	Types:  []string{table},
	Assert: rule.With(evalAutoscaling, repairAutoscaling),
}

const (
	scalingTarget = "aws_appautoscaling_target"
	scalingPolicy = "aws_appautoscaling_policy"
)

// evalAutoscaling wants a table that is billed by request, or whose capacity,
// and that of its global secondary indexes, scales for reads and for writes.
func evalAutoscaling(t *rule.Target) rule.Verdict {
	mode := t.Attr("billing_mode").Or(graph.String("PROVISIONED"))
	onDemand := mode.Is("PAY_PER_REQUEST")
	if onDemand == logic.True {
		return rule.Require(logic.True, mode, "").Named("billing_mode")
	}
	verdict := scaled(t, graph.AbsentValue())
	for _, b := range t.Blocks("global_secondary_index").Items {
		v := scaled(t, b.Attr("name"))
		if b.Maybe && v.Outcome() == rule.NonCompliant {
			v = rule.Because(graph.AbsentValue().From(graph.At(b.Location())), b.Cause)
		}
		verdict = rule.All(verdict, v)
	}
	if verdict.Outcome() == rule.NonCompliant && onDemand == logic.Unknown {
		return rule.Because(mode, mode.Cause())
	}
	return verdict
}

// scaled judges a table, or the index of that name.
func scaled(t *rule.Target, index graph.Value) rule.Verdict {
	kind, what := "table", "the table"
	if index.Kind() != graph.KindAbsent {
		kind, what = "index", "the index "+index.Display()
	}
	targets, policies := attached(t, scalingTarget), attached(t, scalingPolicy)
	verdict := rule.Require(logic.True, t.Here(), "")
	for _, d := range dimensions {
		dimension := fmt.Sprintf("dynamodb:%s:%sCapacityUnits", kind, d.name)
		for _, c := range []struct {
			graph.Companions
			typ   string
			meets func(*graph.Resource) logic.Truth
		}{
			{targets, scalingTarget, capacity(t, d.name)},
			{policies, scalingPolicy, utilization(t, d.name)},
		} {
			var open graph.Value
			truth := c.Any(func(r *graph.Resource) logic.Truth {
				about := r.Attr("scalable_dimension").Is(dimension).And(ofIndex(r, index))
				truth := about.And(c.meets(r))
				if truth == logic.Unknown {
					open = unclear(r)
				}
				return truth
			})
			if truth == logic.Unknown && open.Cause().Text == "the value is not known" {
				open = graph.UnknownValue(c.Cause).From(graph.At(t.Location()))
			}
			if truth != logic.Unknown {
				open = t.Here()
			}
			verdict = rule.All(verdict, rule.Require(truth, open, "no %s scales the %s capacity of %s", c.typ, d.noun, what))
		}
	}
	return verdict
}

var dimensions = []struct{ noun, name string }{{"read", "Read"}, {"write", "Write"}}

// attached are the targets or policies of the table and its indexes.
func attached(t *rule.Target, typ string) graph.Companions {
	return t.Graph.AttachedBy(t.Resource, typ, "table", func(r *graph.Resource) graph.Value { return tableOf(t.Graph, r) })
}

// unclear is the first of a resource's values that is not known.
func unclear(r *graph.Resource) graph.Value {
	for _, a := range []string{"scalable_dimension", "resource_id", "min_capacity", "max_capacity"} {
		if v := r.Attr(a); v.Cause().Text != "" {
			return v
		}
	}
	return graph.UnknownValue(r.Cause).From(graph.At(r.Location()))
}

// tableOf is the table that a resource_id such as table/<name>/index/<name> is
// about. A policy mostly takes it from its target, which says where it is from.
func tableOf(g *graph.Graph, r *graph.Resource) graph.Value {
	v := r.Attr("resource_id")
	if target := g.ByAddress(v.Source()); target != nil && target.Type == scalingTarget {
		v = target.Attr("resource_id")
	}
	rest, ok := strings.CutPrefix(v.Text(), "table/")
	if !ok {
		return v
	}
	name, _, _ := strings.Cut(rest, "/index/")
	return v.Piece(name)
}

// ofIndex decides whether the resource_id is about the index of that name; an
// absent name stands for the table itself.
func ofIndex(r *graph.Resource, index graph.Value) logic.Truth {
	v := r.Attr("resource_id")
	if v.Kind() != graph.KindString {
		return logic.Unknown
	}
	_, name, found := strings.Cut(v.Text(), "/index/")
	switch {
	case index.Kind() == graph.KindAbsent:
		return logic.Of(!found)
	case !found:
		return logic.False
	}
	own := index.Text()
	if index.Kind() == graph.KindUnknown {
		own = index.Cause().Placeholder()
	}
	return graph.SameText(name, own)
}

// capacity is whether a target keeps within the capacity that the parameters
// allow, if they are set.
func capacity(t *rule.Target, dimension string) func(*graph.Resource) logic.Truth {
	return func(r *graph.Resource) logic.Truth {
		truth := logic.True
		if least, ok := t.Param("minProvisioned" + dimension + "Capacity").Int(); ok {
			truth = truth.And(r.Attr("min_capacity").AtLeast(float64(least)))
		}
		if most, ok := t.Param("maxProvisioned" + dimension + "Capacity").Int(); ok {
			truth = truth.And(r.Attr("max_capacity").AtLeast(float64(most) + 1).Not())
		}
		return truth
	}
}

// utilization is whether a policy aims at the utilization that the parameter
// names, if it is set.
func utilization(t *rule.Target, dimension string) func(*graph.Resource) logic.Truth {
	return func(r *graph.Resource) logic.Truth {
		want := t.Param("target" + dimension + "Utilization")
		if !want.IsSet() {
			return logic.True
		}
		v := r.Get("target_tracking_scaling_policy_configuration.target_value")
		wanted, _ := graph.String(want.String()).Float()
		return v.AtLeast(wanted).And(v.AtLeast(wanted + 0.001).Not())
	}
}
