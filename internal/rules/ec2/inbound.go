package ec2

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// groups are the types that the rules about inbound traffic start from. AWS
// judges security groups; a rule that stands alone is judged for a group that
// this configuration does not declare.
var groups = []string{"aws_security_group", "aws_default_security_group", oldRule, ingressRule}

const (
	oldRule     = "aws_security_group_rule"
	ingressRule = "aws_vpc_security_group_ingress_rule"
)

// An inbound is one inbound rule of a security group, however it is written.
type inbound struct {
	label    string // "ingress 2", or the address of the rule's resource
	at       graph.Location
	exists   logic.Truth // never False
	cause    graph.Cause // why exists is Unknown
	protocol graph.Value
	from, to graph.Value
	cidrs    []graph.Value // IPv4 and IPv6, single ones or lists
	prefixes graph.Value   // prefix lists, one or a list of them
	others   []graph.Value // who else is let in: groups, the group itself, prefix lists
	graph    *graph.Graph

	on    *graph.Resource // that declares it
	names []string        // of the arguments that cidrs are
}

// rangeLists are the arguments of a rule that name ranges, but for those of the types
// that take one range.
var rangeLists = []string{"cidr_blocks", "ipv6_cidr_blocks"}

// inboundOf lists the inbound rules of a group. The cause, if there is one, says
// why there may be others.
func inboundOf(g *graph.Graph, group *graph.Resource) ([]inbound, graph.Cause) {
	rules := inline(g, group)
	separate, more := attachedToGroup(g, group, oldRule, ingressRule)
	for _, s := range separate {
		if r, ok := inboundIn(g, s.Resource); ok {
			if s.cause.Text != "" {
				r.exists, r.cause = logic.Unknown, s.cause
			}
			rules = append(rules, r)
		}
	}
	return rules, more
}

// inline lists the inbound rules that the blocks of a group are.
func inline(g *graph.Graph, group *graph.Resource) []inbound {
	var rules []inbound
	for i, b := range group.Blocks("ingress").Items {
		r := inbound{
			label: fmt.Sprintf("ingress %d", i+1), at: b.Location(), exists: logic.True, graph: g,
			protocol: b.Attr("protocol"), from: b.Attr("from_port"), to: b.Attr("to_port"),
			cidrs:    []graph.Value{b.Attr("cidr_blocks"), b.Attr("ipv6_cidr_blocks")},
			prefixes: b.Attr("prefix_list_ids"),
			others:   []graph.Value{b.Attr("security_groups"), b.Attr("self"), b.Attr("prefix_list_ids")},
			on:       group, names: rangeLists,
		}
		if b.Maybe {
			r.exists, r.cause = logic.Unknown, b.Cause
		}
		rules = append(rules, r)
	}
	return rules
}

// inboundIn is the inbound rule that a resource declares; ok is false for an
// outbound one.
func inboundIn(g *graph.Graph, res *graph.Resource) (r inbound, ok bool) {
	r = inbound{label: res.Address, at: res.Location(), exists: logic.True, from: res.Attr("from_port"), to: res.Attr("to_port"), graph: g, on: res, names: rangeLists}
	if res.Type == ingressRule {
		r.protocol = res.Attr("ip_protocol")
		r.cidrs = []graph.Value{res.Attr("cidr_ipv4"), res.Attr("cidr_ipv6")}
		r.names = []string{"cidr_ipv4", "cidr_ipv6"}
		r.prefixes = res.Attr("prefix_list_id")
		return r, true
	}
	r.protocol = res.Attr("protocol")
	r.cidrs = []graph.Value{res.Attr("cidr_blocks"), res.Attr("ipv6_cidr_blocks")}
	r.prefixes = res.Attr("prefix_list_ids")
	r.others = []graph.Value{res.Attr("self"), r.prefixes}
	direction := res.Attr("type")
	if r.exists = direction.Is("ingress"); r.exists == logic.Unknown {
		r.cause = direction.Cause()
	}
	return r, r.exists != logic.False
}

// A separate is a resource that adds to a security group; cause says why it may
// not, if that is not known.
type separate struct {
	*graph.Resource
	cause graph.Cause
}

// attachedToGroup lists the resources of the types that add rules to a group,
// by its own id or, for the default group of a VPC, by the VPC's attribute.
func attachedToGroup(g *graph.Graph, group *graph.Resource, types ...string) (found []separate, more graph.Cause) {
	named := []*graph.Resource{group}
	var doubt graph.Cause
	if group.Type == "aws_default_security_group" {
		var of []*graph.Resource
		of, doubt = vpcsOf(g, group.Attr("vpc_id"))
		named = append(named, of...)
	}
	for i, r := range named {
		var cause graph.Cause // why it is not known whether r is, or has, the group
		if i > 0 {
			cause = doubt
		}
		for _, typ := range types {
			c := g.AttachedBy(r, typ, "security_group_id of a VPC", func(c *graph.Resource) graph.Value {
				return maker(g, c.Attr("security_group_id"), vpcs)
			})
			for _, item := range c.Items {
				found = append(found, separate{item, cause})
			}
			for _, item := range c.Possible {
				cause := item.Attr("security_group_id").Cause()
				if item.Maybe {
					cause = item.Cause
				}
				if cause.Text == "" {
					cause.Text = "it is not known whether " + item.Address + " belongs to this group"
				}
				found = append(found, separate{item, cause})
			}
			if c.Elsewhere.Text != "" {
				more = c.Elsewhere
			}
		}
	}
	return found, more
}

// open decides whether the rule lets in the whole internet.
func (r inbound) open() logic.Truth {
	t := logic.False
	for _, v := range r.cidrs {
		t = t.Or(isDefaultRoute(r.graph, v))
	}
	if r.openPrefixes() != nil {
		t = t.Or(logic.Unknown)
	}
	return t
}

// openPrefixes is a prefix list of the rule that holds the whole internet. AWS
// documents a comparison of CIDR blocks alone and does not say what it makes of
// such a list; of any other the rule says nothing.
func (r inbound) openPrefixes() *graph.Resource {
	for _, list := range r.graph.OfType("aws_ec2_managed_prefix_list") {
		everyone := list.Blocks("entry").Any(func(b graph.Block) logic.Truth { return isDefaultRoute(r.graph, b.Attr("cidr")) })
		if everyone == logic.True && r.graph.Identifies(r.prefixes, list) == logic.True {
			return list
		}
	}
	return nil
}

// all decides whether the rule is about every protocol, and thus every port.
func (r inbound) all() logic.Truth {
	return r.protocol.Is("-1").Or(r.protocol.IsFold("all"))
}

// tcp and udp decide whether the rule is about the protocol alone.
func (r inbound) tcp() logic.Truth { return r.protocol.IsFold("tcp").Or(r.protocol.Is("6")) }
func (r inbound) udp() logic.Truth { return r.protocol.IsFold("udp").Or(r.protocol.Is("17")) }

// covers decides whether the port lies in the rule's range. No range is every port.
func (r inbound) covers(port int) logic.Truth {
	return compare(r.from, func(from int) bool { return from <= port }).And(
		compare(r.to, func(to int) bool { return to == -1 || port <= to }))
}

// reaches decides whether TCP traffic to the port passes.
func (r inbound) reaches(port int) logic.Truth {
	return r.all().Or(r.tcp().And(r.covers(port)))
}

func compare(v graph.Value, holds func(int) bool) logic.Truth {
	if n, ok := v.Int(); ok {
		return logic.Of(holds(n))
	}
	return v.IsSet().Not()
}

// source is the block that lets in everyone, for a message.
func (r inbound) source() string {
	for _, v := range r.cidrs {
		es, ok := v.Elements()
		if !ok {
			es = []graph.Value{v}
		}
		for _, e := range es {
			if isDefaultRoute(r.graph, e) == logic.True {
				return strings.Trim(e.Display(), `"`)
			}
		}
	}
	return "everyone"
}

// traffic names protocol and ports, for a message.
func (r inbound) traffic() string {
	if r.all() == logic.True {
		return "all traffic"
	}
	protocol := strings.Trim(r.protocol.Display(), `"`)
	switch logic.True {
	case r.tcp():
		protocol = "tcp"
	case r.udp():
		protocol = "udp"
	}
	from, to := r.from.Display(), r.to.Display()
	switch {
	case r.from.IsSet() == logic.False:
		return "all " + protocol + " ports"
	case from == to:
		return protocol + " port " + from
	}
	return protocol + " ports " + from + " to " + to
}

// unknown is what is not known of the rule, as a place and reason for a verdict.
func (r inbound) unknown() graph.Value {
	if r.exists == logic.Unknown {
		return graph.UnknownValue(r.cause).From(graph.At(r.at))
	}
	for _, v := range append([]graph.Value{r.protocol, r.from, r.to}, r.cidrs...) {
		if v.Cause().Text != "" {
			return graph.UnknownValue(v.Cause()).From(graph.At(r.at))
		}
	}
	if list := r.openPrefixes(); list != nil {
		return graph.UnknownValue(graph.Cause{Text: list.Address + " holds all addresses, and AWS does not say whether it looks into prefix lists"}).From(graph.At(r.at))
	}
	return graph.AbsentValue().From(graph.At(r.at))
}

// A fault decides whether an inbound rule is one that must not be, and says what
// it does.
type fault func(inbound) (logic.Truth, string)

// judgeInbound is the verdict on a group none of whose inbound rules may be at
// fault.
func judgeInbound(t *rule.Target, wrong fault) rule.Verdict {
	if t.Type == oldRule || t.Type == ingressRule {
		return judgeAlone(t, wrong)
	}
	rules, more := inboundOf(t.Graph, t.Resource)
	verdict := worst(rules, wrong)
	if verdict.Outcome() == rule.Compliant && more.Text != "" {
		return rule.Because(t.Here(), more)
	}
	return verdict
}

// worst is the verdict on the rules together.
func worst(rules []inbound, wrong fault) rule.Verdict {
	verdict := rule.Pass(logic.True, graph.AbsentValue(), "")
	for _, r := range rules {
		truth, message := wrong(r)
		at := graph.AbsentValue().From(graph.At(r.at))
		if truth = truth.And(r.exists); truth == logic.Unknown {
			at = r.unknown()
		}
		verdict = rule.All(verdict, rule.Require(truth.Not(), at, "%s %s", r.label, message).Named(r.label))
	}
	return verdict
}

// judgeAlone is the verdict on a rule whose group is not declared here: a fault
// in it is one of the group's, whichever that is.
func judgeAlone(t *rule.Target, wrong fault) rule.Verdict {
	if group := groupOf(t); group != nil {
		return rule.Skip(t.Here(), "judged with %s", group.Address)
	}
	r, ok := inboundIn(t.Graph, t.Resource)
	if !ok {
		return rule.Skip(t.Here(), "an outbound rule")
	}
	if verdict := worst([]inbound{r}, wrong); verdict.Outcome() != rule.Compliant {
		return verdict
	}
	return rule.Skip(t.Here(), "its security group, which AWS judges, is not declared here; this rule does it no harm")
}

// groupOf is the declared group that the target adds a rule to, nil if there is none.
func groupOf(t *rule.Target) *graph.Resource {
	ref := maker(t.Graph, t.Attr("security_group_id"), vpcs)
	if group, ok := t.Graph.Referent(ref, "aws_security_group", "aws_default_security_group"); ok == logic.True {
		return group
	}
	if vpc, ok := t.Graph.Referent(ref, vpcs...); ok == logic.True {
		if c := t.Graph.Attached(vpc, "aws_default_security_group", "vpc_id"); len(c.Items) > 0 {
			return c.Items[0]
		}
	}
	return nil
}
