package doctor

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"safeguard/internal/tunnel"
)

// endpoints says whether the agent reaches Systems Manager: through VPC
// endpoints, or out of the VPC.
func endpoints(ctx context.Context, v *visit) Finding {
	switch {
	case !v.in:
		return undecided(noCredentials)
	case v.node == nil:
		return undecided(noNode)
	case v.node.vpc == "":
		return undecided("the network of %s is not known", v.node.name)
	}
	_, out, err := rulesOf(ctx, v, v.node.groups)
	if err != nil {
		return denied("read the security groups of "+v.node.name, err)
	}
	found, err := v.interfaceEndpoints(ctx)
	if err != nil {
		return denied("list the endpoints of "+v.node.vpc, err)
	}
	way, err := v.wayOut(ctx)
	if err != nil {
		return denied("read the routes of "+v.node.subnet, err)
	}
	if way.verdict == OK && permit(out, 443, peer{}) == Change {
		way = exit{Change, strings.Join(v.node.groups, ", ") + " lets no TCP out to port 443"}
	}
	var through, unclear, without []string
	for _, service := range v.services() {
		e, ok := found[service]
		if !ok {
			switch way.verdict {
			case OK:
				through = append(through, service+" "+way.text)
			case Undecided:
				unclear = append(unclear, service+": "+way.text)
			default:
				without = append(without, service)
			}
			continue
		}
		// With private DNS the name leads to the endpoint, whatever routes there are.
		switch verdict, why := v.reaches(ctx, e, out); verdict {
		case OK:
			through = append(through, service+" by "+aws.ToString(e.VpcEndpointId))
		case Undecided:
			unclear = append(unclear, why)
		default:
			return change(why, "let the instance reach the endpoint", endpointRules(v.node, e))
		}
	}
	switch {
	case len(without) > 0:
		return change(fmt.Sprintf("%s has no way to %s: no endpoint in %s, and %s", v.node.name, strings.Join(without, ", "), v.node.vpc, way.text),
			"make the endpoints, or a route to a NAT gateway", vpcEndpoints(v.node, v.cfg.Region, without))
	case len(unclear) > 0:
		return undecided("%s", strings.Join(unclear, "; "))
	}
	return ok("%s", strings.Join(through, ", "))
}

// services are those that the agent has to reach.
func (v *visit) services() []string {
	if v.node.task {
		return []string{"ssmmessages"}
	}
	if v.agent != nil {
		version := aws.ToString(v.agent.AgentVersion)
		if newer, err := after(version, messagesAlone); err == nil && newer {
			return []string{"ssm", "ssmmessages"}
		}
	}
	return []string{"ssm", "ssmmessages", "ec2messages"}
}

// interfaceEndpoints are the endpoints of the VPC with private DNS, by the last
// part of their service. Those without are not used by the agent.
func (v *visit) interfaceEndpoints(ctx context.Context) (map[string]ec2types.VpcEndpoint, error) {
	found := map[string]ec2types.VpcEndpoint{}
	client := ec2.NewFromConfig(v.cfg)
	all, err := tunnel.Pages(func(token *string) ([]ec2types.VpcEndpoint, *string, error) {
		page, err := client.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{Filters: v.withinVPC(), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return page.VpcEndpoints, page.NextToken, nil
	})
	for _, e := range all {
		name := aws.ToString(e.ServiceName)
		if e.VpcEndpointType == ec2types.VpcEndpointTypeInterface && aws.ToBool(e.PrivateDnsEnabled) {
			found[name[strings.LastIndex(name, ".")+1:]] = e
		}
	}
	return found, err
}

// reaches says whether the node gets through to an endpoint at port 443.
func (v *visit) reaches(ctx context.Context, e ec2types.VpcEndpoint, out []ec2types.IpPermission) (Verdict, string) {
	id := aws.ToString(e.VpcEndpointId)
	if state := string(e.State); !strings.EqualFold(state, "available") {
		return Undecided, fmt.Sprintf("%s is %s", id, state)
	}
	to := peer{groups: groupsOf(e)}
	in, _, err := rulesOf(ctx, v, to.groups)
	if err != nil {
		return Undecided, "the security groups of " + id + " cannot be read: " + oneLine(err)
	}
	enters, leaves := permit(in, 443, v.node.peer()), permit(out, 443, to)
	switch {
	case enters == Change:
		return Change, fmt.Sprintf("%s of %s lets nothing in at port 443 from %s", strings.Join(to.groups, ", "), id, v.node.name)
	case leaves == Change:
		return Change, fmt.Sprintf("%s of %s lets no TCP out to %s at port 443", strings.Join(v.node.groups, ", "), v.node.name, id)
	case enters == Undecided || leaves == Undecided:
		return Undecided, "the rules between " + v.node.name + " and " + id + " have prefix lists or ranges that its address may not be in"
	}
	return OK, ""
}

func groupsOf(e ec2types.VpcEndpoint) []string {
	var ids []string
	for _, g := range e.Groups {
		ids = append(ids, aws.ToString(g.GroupId))
	}
	return ids
}

// An exit is a way out of the VPC.
type exit struct {
	verdict Verdict
	text    string // "by nat-…", or why there is none
}

// wayOut looks at the default route of the node's subnet.
func (v *visit) wayOut(ctx context.Context) (exit, error) {
	tables, err := v.routeTables(ctx)
	if err != nil {
		return exit{}, err
	}
	var own, main *ec2types.RouteTable
	for i, t := range tables {
		for _, a := range t.Associations {
			if aws.ToString(a.SubnetId) == v.node.subnet && v.node.subnet != "" {
				own = &tables[i]
			}
			if aws.ToBool(a.Main) {
				main = &tables[i]
			}
		}
	}
	table := cmp.Or(own, main)
	if table == nil {
		return exit{Undecided, "the route table of " + v.node.subnet + " was not found"}, nil
	}
	for _, r := range table.Routes {
		if aws.ToString(r.DestinationCidrBlock) != "0.0.0.0/0" {
			continue
		}
		nat, gateway := aws.ToString(r.NatGatewayId), aws.ToString(r.GatewayId)
		switch {
		case r.State == ec2types.RouteStateBlackhole:
			return exit{Change, "the default route in " + aws.ToString(table.RouteTableId) + " leads nowhere: its target is gone"}, nil
		case nat != "":
			return exit{OK, "by " + nat}, nil
		case strings.HasPrefix(gateway, "igw-") && v.node.public:
			return exit{OK, "by " + gateway}, nil
		case strings.HasPrefix(gateway, "igw-"):
			return exit{Change, "the default route leads to " + gateway + ", which takes public addresses alone"}, nil
		}
		target := cmp.Or(aws.ToString(r.TransitGatewayId), gateway, aws.ToString(r.InstanceId), aws.ToString(r.NetworkInterfaceId), aws.ToString(r.VpcPeeringConnectionId), "something else")
		return exit{Undecided, "the default route leads to " + target + ", and what comes after it is not known"}, nil
	}
	return exit{Change, "no default route in " + aws.ToString(table.RouteTableId)}, nil
}

func (v *visit) routeTables(ctx context.Context) ([]ec2types.RouteTable, error) {
	client := ec2.NewFromConfig(v.cfg)
	return tunnel.Pages(func(token *string) ([]ec2types.RouteTable, *string, error) {
		page, err := client.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: v.withinVPC(), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return page.RouteTables, page.NextToken, nil
	})
}

// withinVPC selects what is in the node's VPC.
func (v *visit) withinVPC() []ec2types.Filter {
	return []ec2types.Filter{{Name: aws.String("vpc-id"), Values: []string{v.node.vpc}}}
}
