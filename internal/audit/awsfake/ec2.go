package awsfake

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

func item[T any](items []T, element func(T) any) map[string]any { return list("item", items, element) }

var ec2Operations = map[string]handler{
	"DescribeRegions": func(w *World, c *call) (map[string]any, *fault) {
		optIn := w.at(c.place).Network.OptIn
		if optIn == "" {
			optIn = "opt-in-not-required"
		}
		return map[string]any{"regionInfo": item(c.texts("RegionName"), func(name string) any {
			return map[string]any{"regionName": name, "optInStatus": optIn}
		})}, nil
	},
	"DescribeInstances": func(w *World, c *call) (map[string]any, *fault) {
		found, next, f := page(w, slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Instances), func(in *Instance) bool {
			return !c.matches(func(name string) []string {
				switch key, isTag := strings.CutPrefix(name, "tag:"); {
				case isTag:
					return []string{in.Tags[key]}
				case name == "tag-key":
					return keys(in.Tags)
				}
				return []string{in.ID}
			})
		}), c.form.Get("NextToken"), c.formNumber("MaxResults"), 1000)
		return withPage(map[string]any{"reservationSet": item(found, func(in *Instance) any {
			return map[string]any{"instancesSet": item([]*Instance{in}, instanceElement)}
		})}, next), f
	},
	"DescribeSecurityGroups": func(w *World, c *call) (map[string]any, *fault) {
		var found []*Group
		for _, id := range c.texts("GroupId") {
			i := slices.IndexFunc(w.at(c.place).Network.Groups, func(g *Group) bool { return g.ID == id })
			if i < 0 {
				return nil, bad("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
			}
			found = append(found, w.at(c.place).Network.Groups[i])
		}
		return map[string]any{"securityGroupInfo": item(found, func(g *Group) any {
			return map[string]any{"groupId": g.ID, "vpcId": g.VPC, "ipPermissions": item(g.In, permissionElement), "ipPermissionsEgress": item(g.Out, permissionElement)}
		})}, nil
	},
	"DescribeVpcEndpoints": func(w *World, c *call) (map[string]any, *fault) {
		found, next, f := page(w, slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Endpoints), func(e *Endpoint) bool {
			return !c.matches(func(string) []string { return []string{e.VPC} })
		}), c.form.Get("NextToken"), c.formNumber("MaxResults"), 1000)
		return withPage(map[string]any{"vpcEndpointSet": item(found, func(e *Endpoint) any {
			return map[string]any{
				"vpcEndpointId": e.ID, "vpcId": e.VPC, "serviceName": "com.amazonaws." + c.place.Region + "." + e.Service, "state": e.State,
				"vpcEndpointType": "Interface", "privateDnsEnabled": !e.NoPrivateDNS, "groupSet": item(e.Groups, groupElement),
			}
		})}, next), f
	},
	"DescribeRouteTables": func(w *World, c *call) (map[string]any, *fault) {
		found, next, f := page(w, slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Routes), func(r *RouteTable) bool {
			return !c.matches(func(string) []string { return []string{r.VPC} })
		}), c.form.Get("NextToken"), c.formNumber("MaxResults"), 100)
		return withPage(map[string]any{"routeTableSet": item(found, routeElement)}, next), f
	},
	"DescribeNetworkInterfaces": func(w *World, c *call) (map[string]any, *fault) {
		ids := c.texts("NetworkInterfaceId")
		found := slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Interfaces), func(e *Interface) bool {
			return len(ids) > 0 && !slices.Contains(ids, e.ID) || !c.matches(func(string) []string { return []string{e.Private} })
		})
		return map[string]any{"networkInterfaceSet": item(found, func(e *Interface) any {
			out := map[string]any{"networkInterfaceId": e.ID, "vpcId": e.VPC, "subnetId": e.Subnet, "privateIpAddress": e.Private, "groupSet": item(e.Groups, groupElement)}
			if e.Public != "" {
				out["association"] = map[string]any{"publicIp": e.Public}
			}
			return out
		})}, nil
	},
	"DescribeVpcAttribute": func(w *World, c *call) (map[string]any, *fault) {
		for _, vpc := range w.at(c.place).Network.VPCs {
			if vpc.ID == c.form.Get("VpcId") {
				return map[string]any{"vpcId": vpc.ID, c.form.Get("Attribute"): map[string]any{"value": !vpc.NoDNS}}, nil
			}
		}
		return nil, bad("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", c.form.Get("VpcId"))
	},
	"DescribeVpcs": func(w *World, c *call) (map[string]any, *fault) {
		found := slices.DeleteFunc(slices.Clone(w.at(c.place).Network.VPCs), func(v VPC) bool { return !slices.Contains(c.texts("VpcId"), v.ID) })
		return map[string]any{"vpcSet": item(found, func(v VPC) any { return map[string]any{"vpcId": v.ID, "cidrBlock": v.CIDR} })}, nil
	},
}

// matches reports whether something passes the filters of the call: for each, one
// of the values that it has under the filter's name is among those wanted.
func (c *call) matches(has func(name string) []string) bool {
	for i := 1; c.form.Has(fmt.Sprintf("Filter.%d.Name", i)); i++ {
		wanted := c.texts(fmt.Sprintf("Filter.%d.Value", i))
		if !slices.ContainsFunc(has(c.form.Get(fmt.Sprintf("Filter.%d.Name", i))), func(v string) bool { return slices.Contains(wanted, v) }) {
			return false
		}
	}
	return true
}

func (c *call) formNumber(name string) int {
	n := 0
	_, _ = fmt.Sscan(c.form.Get(name), &n)
	return n
}

// withPage adds a token to an answer of EC2 if there is one.
func withPage(out map[string]any, next string) map[string]any {
	if next != "" {
		out["nextToken"] = next
	}
	return out
}

func keys(m map[string]string) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

func instanceElement(in *Instance) any {
	out := map[string]any{
		"instanceId": in.ID, "instanceState": map[string]any{"name": in.State}, "vpcId": in.VPC, "subnetId": in.Subnet, "privateIpAddress": in.Private,
		"launchTime": in.Launched.UTC().Format(time.RFC3339), "groupSet": item(in.Groups, groupElement),
		"tagSet": item(keys(in.Tags), func(k string) any { return map[string]any{"key": k, "value": in.Tags[k]} }),
	}
	if in.Public != "" {
		out["ipAddress"] = in.Public
	}
	if in.Profile != "" {
		out["iamInstanceProfile"] = map[string]any{"arn": in.Profile}
	}
	return out
}

func groupElement(id string) any { return map[string]any{"groupId": id} }

func permissionElement(p Permission) any {
	out := map[string]any{"ipProtocol": "tcp", "fromPort": p.From, "toPort": p.To}
	if p.Any {
		out = map[string]any{"ipProtocol": "-1"}
	}
	if p.Group != "" {
		out["groups"] = item([]string{p.Group}, groupElement)
	}
	if p.CIDR != "" {
		out["ipRanges"] = item([]string{p.CIDR}, func(cidr string) any { return map[string]any{"cidrIp": cidr} })
	}
	if p.List != "" {
		out["prefixListIds"] = item([]string{p.List}, func(id string) any { return map[string]any{"prefixListId": id} })
	}
	return out
}

func routeElement(r *RouteTable) any {
	routes := []any{map[string]any{"destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local", "state": "active"}}
	if !r.NoDefault {
		route := map[string]any{"destinationCidrBlock": "0.0.0.0/0", "state": "active"}
		for name, target := range map[string]string{"natGatewayId": r.NAT, "gatewayId": r.Gateway, "transitGatewayId": r.Transit} {
			if target != "" {
				route[name] = target
			}
		}
		if r.Blackhole {
			route["state"] = "blackhole"
		}
		routes = append(routes, route)
	}
	association := map[string]any{"main": r.Subnet == ""}
	if r.Subnet != "" {
		association["subnetId"] = r.Subnet
	}
	return map[string]any{"routeTableId": r.ID, "vpcId": r.VPC, "associationSet": map[string]any{"item": association}, "routeSet": map[string]any{"item": routes}}
}
