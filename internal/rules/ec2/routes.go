package ec2

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// noRouteToGateway starts from aws_route too, for a table that is not declared,
// as the main table of a VPC: a fault in the route is one of its table's.
var noRouteToGateway = rule.Rule{
	ID:     "NO_UNRESTRICTED_ROUTE_TO_IGW",
	Types:  []string{"aws_route_table", "aws_default_route_table", "aws_route"},
	Assert: rule.Func(evalRoutes),
}

func evalRoutes(t *rule.Target) rule.Verdict {
	if t.Type == "aws_route" {
		return evalRoute(t)
	}
	if excepted := t.Param("routeTableIds").List(); slices.Contains(excepted, t.Address) || t.ID != "" && slices.Contains(excepted, t.ID) {
		return rule.Pass(logic.True, t.Here(), "the table is excepted by routeTableIds")
	}
	verdict := rule.Pass(logic.True, t.Here(), "")
	for i, b := range t.Blocks("route").Items {
		v := judgeRoute(t.Graph, fmt.Sprintf("route %d", i+1), b.Body, "cidr_block", "ipv6_cidr_block")
		if b.Maybe && v.Outcome() == rule.NonCompliant {
			v = rule.Because(graph.AbsentValue().From(graph.At(b.Location())), b.Cause)
		}
		verdict = rule.All(verdict, v)
	}
	verdict = rule.All(verdict, attachedRoutes(t, t.Resource))
	if t.Type != "aws_default_route_table" {
		return verdict
	}
	// Routes may name the main table of a VPC by the VPC's attribute.
	named, doubt := vpcsOf(t.Graph, maker(t.Graph, t.Attr("default_route_table_id"), vpcs))
	for _, vpc := range named {
		v := attachedRoutes(t, vpc)
		if doubt.Text != "" && v.Outcome() != rule.Compliant {
			v = rule.Because(t.Attr("default_route_table_id"), doubt)
		}
		verdict = rule.All(verdict, v)
	}
	return verdict
}

func attachedRoutes(t *rule.Target, table *graph.Resource) rule.Verdict {
	verdict := rule.Pass(logic.True, t.Here(), "")
	routes := t.Graph.AttachedBy(table, "aws_route", "route_table_id of a VPC", func(c *graph.Resource) graph.Value {
		return maker(t.Graph, c.Attr("route_table_id"), vpcs)
	})
	for _, r := range routes.Items {
		verdict = rule.All(verdict, judgeAwsRoute(t.Graph, r))
	}
	for _, r := range routes.Possible {
		if v := judgeAwsRoute(t.Graph, r); v.Outcome() != rule.Compliant {
			verdict = rule.All(verdict, rule.Because(t.Here(), routes.Cause))
		}
	}
	if routes.Elsewhere.Text != "" {
		verdict = rule.All(verdict, rule.Because(t.Here(), routes.Elsewhere))
	}
	return verdict
}

// evalRoute judges a route whose table is not declared here.
func evalRoute(t *rule.Target) rule.Verdict {
	ref := maker(t.Graph, t.Attr("route_table_id"), vpcs)
	if table, ok := t.Graph.Referent(ref, "aws_route_table", "aws_default_route_table"); ok == logic.True {
		return rule.Skip(t.Here(), "judged with %s", table.Address)
	}
	if vpc, ok := t.Graph.Referent(ref, vpcs...); ok == logic.True {
		c := t.Graph.AttachedBy(vpc, "aws_default_route_table", "default_route_table_id of a VPC", func(c *graph.Resource) graph.Value {
			return maker(t.Graph, c.Attr("default_route_table_id"), vpcs)
		})
		if len(c.Items) > 0 {
			return rule.Skip(t.Here(), "judged with %s", c.Items[0].Address)
		}
	}
	for _, id := range t.Param("routeTableIds").List() {
		if ref.Is(id) == logic.True {
			return rule.Skip(t.Here(), "the table is excepted by routeTableIds")
		}
	}
	if v := judgeAwsRoute(t.Graph, t.Resource); v.Outcome() != rule.Compliant {
		return v
	}
	return rule.Skip(t.Here(), "its route table, which AWS judges, is not declared here; this route does it no harm")
}

func judgeAwsRoute(g *graph.Graph, r *graph.Resource) rule.Verdict {
	return judgeRoute(g, r.Address, r.Body, "destination_cidr_block", "destination_ipv6_cidr_block")
}

// judgeRoute is the verdict on one route.
func judgeRoute(g *graph.Graph, label string, b graph.Body, ipv4, ipv6 string) rule.Verdict {
	v4, v6, gateway := b.Attr(ipv4), b.Attr(ipv6), b.Attr("gateway_id")
	everything, toInternet := isDefaultRoute(g, v4).Or(isDefaultRoute(g, v6)), isInternetGateway(gateway)
	at := graph.AbsentValue().From(graph.At(b.Location()))
	for _, v := range []graph.Value{v4, v6, gateway} {
		if v.Kind() == graph.KindUnknown || graph.HasHole(v.Text()) {
			at = v
		}
	}
	destination := v4
	if isDefaultRoute(g, v4) != logic.True {
		destination = v6
	}
	return rule.Require(everything.And(toInternet).Not(), at, "%s leads %s to the internet gateway %s",
		label, strings.Trim(destination.Display(), `"`), strings.Trim(gateway.Display(), `"`)).Named("gateway_id")
}

// isInternetGateway decides whether the target of a route is an internet
// gateway. The same attribute names virtual private gateways and "local".
func isInternetGateway(v graph.Value) logic.Truth {
	if v.NonEmpty() == logic.False {
		return logic.False
	}
	if s, ok := v.Literal(); ok {
		return logic.Of(strings.HasPrefix(s, "igw-"))
	}
	switch strings.TrimPrefix(v.SourceType(), "data.") {
	case "":
	case "aws_internet_gateway", "aws_internet_gateway_attachment":
		return logic.True
	default:
		return logic.False
	}
	if text := v.Text(); strings.HasPrefix(text, "igw-") {
		return logic.True
	}
	return logic.Unknown
}
