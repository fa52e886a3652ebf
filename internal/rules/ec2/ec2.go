// Package ec2 holds the rules about Amazon EC2, EBS and VPC.
//
// What a configuration says of a thing is often spread over several resources:
// the inbound rules of a security group, the settings of an instance and of its
// launch template, the routes of a table. One file here gathers each of them.
package ec2

import (
	"embed"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	snapshotPublic,
	encryptionByDefault,
	imdsv2,
	noPublicIP,
	profileAttached,
	encryptedVolumes,
	incomingSSH,
	inVPC,
	gatewayAuthorized,
	noRouteToGateway,
	restrictedTraffic,
	subnetNoPublicIP,
	defaultGroupClosed,
	flowLogs,
	authorizedPorts,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS

// base is the resource or data source that a value comes from, nil if it comes
// from none or from several.
func base(g *graph.Graph, v graph.Value) *graph.Resource {
	address := v.Cause().Base
	if refs := v.Refs(); len(refs) == 1 {
		address = refs[0].Address
	}
	if address == "" {
		return nil
	}
	return g.ByAddress(address)
}

// maker is v, or a reference to the declared resource of one of the types that
// v is an attribute of: AWS makes a default security group and a main route
// table with a VPC, and a network interface with an instance.
func maker(g *graph.Graph, v graph.Value, types []string) graph.Value {
	if v.Kind() != graph.KindUnknown {
		return v
	}
	if r := base(g, v); r != nil && !r.Data && slices.Contains(types, r.Type) {
		return graph.String(graph.Ref{Address: r.Address, Attribute: "id"}.Placeholder())
	}
	return v
}

// vpcsOf lists the VPC that v names or, with a doubt, all that it may name.
func vpcsOf(g *graph.Graph, v graph.Value) (found []*graph.Resource, doubt graph.Cause) {
	switch vpc, ok := g.Referent(v, vpcs...); ok {
	case logic.True:
		return []*graph.Resource{vpc}, graph.Cause{}
	case logic.Unknown:
		doubt = v.Cause()
		if doubt.Text == "" {
			doubt.Text = "it is not known which VPC is meant"
		}
		return g.OfType(vpcs...), doubt
	}
	return nil, graph.Cause{}
}

// vpcs are the types that become a VPC.
var vpcs = []string{"aws_vpc", "aws_default_vpc"}

// isDefaultRoute decides whether a CIDR block, or one in a list of them, is all
// addresses of IPv4 or IPv6. AWS compares with 0.0.0.0/0 and ::/0, to which it
// brings every other spelling of them.
func isDefaultRoute(g *graph.Graph, v graph.Value) logic.Truth {
	if es, ok := v.Elements(); ok {
		t := logic.False
		for _, e := range es {
			t = t.Or(isDefaultRoute(g, e))
		}
		return t
	}
	if s, ok := v.Literal(); ok {
		return logic.Of(strings.HasSuffix(strings.TrimSpace(s), "/0"))
	}
	if v.Cause().Exact && bounded[strings.TrimPrefix(v.SourceType(), "data.")] {
		return logic.False
	}
	if t := v.Is("0.0.0.0/0").Or(v.Is("::/0")); t != logic.Unknown || v.Kind() == graph.KindUnknown {
		return t
	}
	if text := v.Text(); !graph.HasPlaceholder(text[strings.LastIndexByte(text, '/')+1:]) {
		return logic.Of(strings.HasSuffix(text, "/0"))
	}
	return logic.Unknown
}

// bounded are the types all of whose CIDR blocks AWS keeps smaller than /15.
var bounded = map[string]bool{
	"aws_vpc":                             true,
	"aws_default_vpc":                     true,
	"aws_subnet":                          true,
	"aws_default_subnet":                  true,
	"aws_vpc_ipv4_cidr_block_association": true,
	"aws_vpc_ipv6_cidr_block_association": true,
}
