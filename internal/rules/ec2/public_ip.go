package ec2

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var noPublicIP = rule.Rule{
	ID:     "EC2_INSTANCE_NO_PUBLIC_IP",
	Types:  instances,
	Assert: rule.Func(evalNoPublicIP),
}

func evalNoPublicIP(t *rule.Target) rule.Verdict {
	if v, none := launchesNone(t); none {
		return v
	}
	if t.Type == autoScalingGroup {
		return addressAtLaunch(t)
	}
	return rule.All(addressAtLaunch(t), elasticAddress(t))
}

// addressAtLaunch judges whether AWS gives the instance a public address when
// it starts: what the launch says, else what the subnet says.
func addressAtLaunch(t *rule.Target) rule.Verdict {
	const path = "associate_public_ip_address"
	l := launchOf(t)
	v := l.setting(path, "network_interfaces."+path, path)
	if v.NonEmpty() != logic.False {
		return rule.Require(v.IsTrue().Not(), v, "%s is true", path).Named(path)
	}
	switch given := existingInterface(t, l); given.NonEmpty() {
	case logic.True:
		// AWS assigns public addresses to interfaces that it makes itself.
		return rule.Pass(logic.True, given, "an existing network interface gets no public address at launch")
	case logic.Unknown:
		return rule.Because(given, given.Cause())
	}
	subnets, ok := subnetsOf(t, l)
	switch {
	case !ok:
		return rule.Because(subnets[0], subnets[0].Cause())
	case len(subnets) == 0 && t.WholeAccount:
		return rule.Fail(t.Here(), "%s is not set, and a default subnet, in which the instance starts for want of another, assigns public addresses", path)
	case len(subnets) == 0:
		return rule.Undecided(t.Here(), "no subnet is set, and whether a default subnet assigns public addresses (it does unless changed) is not declared here: set subnet_id or %s", path)
	}
	verdict := inSubnet(t, subnets[0])
	for _, s := range subnets[1:] {
		verdict = rule.All(verdict, inSubnet(t, s))
	}
	return verdict
}

// existingInterface names a network interface that the instance starts with.
func existingInterface(t *rule.Target, l launch) graph.Value {
	if t.Type != autoScalingGroup {
		for _, typ := range []string{"network_interface", "primary_network_interface"} {
			if bs := t.Blocks(typ); bs.Exist() != logic.False {
				return t.Get(typ + ".network_interface_id")
			}
		}
	}
	if l.template != nil && l.template.Type == launchTemplate {
		return l.template.Get("network_interfaces.network_interface_id")
	}
	return graph.AbsentValue()
}

// subnetsOf lists what names the subnets that the instance may start in. Where
// they are not known, ok is false and the one value says why.
func subnetsOf(t *rule.Target, l launch) (subnets []graph.Value, ok bool) {
	if t.Type != autoScalingGroup {
		v := l.setting("subnet_id", "network_interfaces.subnet_id", "")
		if v.NonEmpty() == logic.False {
			return nil, true
		}
		return []graph.Value{v}, true
	}
	list := t.Attr("vpc_zone_identifier")
	es, known := list.Elements()
	if !known {
		return []graph.Value{list}, false
	}
	return es, true
}

func inSubnet(t *rule.Target, ref graph.Value) rule.Verdict {
	subnet, found := t.Graph.Referent(ref, subnets...)
	if found != logic.True {
		if ref.Kind() == graph.KindUnknown {
			return rule.Because(ref, ref.Cause())
		}
		return rule.Undecided(ref, "the subnet %s is not declared here: only AWS knows whether it assigns public addresses", ref.Display())
	}
	v := mapsPublicIP(subnet)
	return rule.Require(v.IsTrue().Not(), v, "%s assigns public addresses, and associate_public_ip_address is not set", subnet.Address)
}

// elasticAddress judges whether an Elastic IP is given to the instance, or to
// one of its network interfaces.
func elasticAddress(t *rule.Target) rule.Verdict {
	// An instance is named by its primary_network_interface_id, too.
	primary := func(attr string) func(*graph.Resource) graph.Value {
		return func(c *graph.Resource) graph.Value { return maker(t.Graph, c.Attr(attr), instances) }
	}
	found := []graph.Companions{
		t.Attached("aws_eip", "instance"),
		t.Attached("aws_eip_association", "instance_id"),
		t.Graph.AttachedBy(t.Resource, "aws_eip", "network_interface of an instance", primary("network_interface")),
		t.Graph.AttachedBy(t.Resource, "aws_eip_association", "network_interface_id of an instance", primary("network_interface_id")),
	}
	for _, eni := range interfacesOf(t) {
		found = append(found,
			t.Graph.Attached(eni, "aws_eip", "network_interface"),
			t.Graph.Attached(eni, "aws_eip_association", "network_interface_id"))
	}
	verdict := rule.Pass(logic.True, t.Here(), "")
	for _, c := range found {
		switch c.Lacks {
		case logic.False:
			return rule.Fail(graph.AbsentValue().From(graph.At(c.Items[0].Location())), "%s gives the instance a public address", c.Items[0].Address)
		case logic.Unknown:
			verdict = rule.Because(t.Here(), c.Cause)
		}
	}
	return verdict
}

// interfacesOf lists the declared network interfaces of the instance.
func interfacesOf(t *rule.Target) []*graph.Resource {
	var enis []*graph.Resource
	add := func(ref graph.Value) {
		if eni, ok := t.Graph.Referent(ref, "aws_network_interface"); ok == logic.True {
			enis = append(enis, eni)
		}
	}
	for _, typ := range []string{"network_interface", "primary_network_interface"} {
		for _, b := range t.Blocks(typ).Items {
			add(b.Attr("network_interface_id"))
		}
	}
	enis = append(enis, t.Attached("aws_network_interface", "attachment.instance").Items...)
	for _, a := range t.Attached("aws_network_interface_attachment", "instance_id").Items {
		add(a.Attr("network_interface_id"))
	}
	return enis
}

var subnetNoPublicIP = rule.Rule{
	ID:     "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED",
	Types:  subnets,
	Assert: rule.With(evalSubnet, repairSubnet),
}

var subnets = []string{"aws_subnet", "aws_default_subnet"}

var noIPv6AtLaunch = attr.False("assign_ipv6_address_on_creation", attr.Default(graph.Bool(false)))

func evalSubnet(t *rule.Target) rule.Verdict {
	v := mapsPublicIP(t.Resource)
	return rule.All(
		rule.Require(v.IsTrue().Not(), v, "map_public_ip_on_launch is %s, must be false", v.Display()).Named("map_public_ip_on_launch"),
		noIPv6AtLaunch.Eval(t),
	)
}

// mapsPublicIP is whether a subnet assigns public IPv4 addresses: a default
// subnet does unless told otherwise.
func mapsPublicIP(subnet *graph.Resource) graph.Value {
	return subnet.Attr("map_public_ip_on_launch").Or(graph.Bool(subnet.Type == "aws_default_subnet"))
}
