package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"safeguard/internal/tunnel"
)

// securityGroup follows the way from the instance to the port through the
// security groups of both.
func securityGroup(ctx context.Context, v *visit) Finding {
	switch {
	case !v.in:
		return undecided(noCredentials)
	case v.node == nil:
		return undecided(noNode)
	}
	end, err := v.endpoint(ctx)
	if err != nil {
		return change(oneLine(err), "correct the name, the region or the account", "")
	}
	if (tunnel.Route{Endpoint: end}).Document() == tunnel.LocalDocument {
		return ok("port %d is of the target itself", end.Port)
	}
	to, err := v.far(ctx, end)
	if err != nil {
		return denied("look for the network interface of "+end.Host, err)
	}
	_, out, err := rulesOf(ctx, v, v.node.groups)
	if err != nil {
		return denied("read the security groups of "+v.node.name, err)
	}
	near, far := strings.Join(v.node.groups, ", "), strings.Join(to.groups, ", ")
	leaves := permit(out, end.Port, to)
	if leaves == Change {
		return change(fmt.Sprintf("%s of %s lets no TCP out to %s", near, v.node.name, end.Address()), "let it out", egressRule(v.node.groups, to, end.Port))
	}
	if len(to.groups) == 0 {
		return undecided("%s of %s lets TCP out; the security group of %s is not known", near, v.node.name, end.Host)
	}
	in, _, err := rulesOf(ctx, v, to.groups)
	if err != nil {
		return denied("read the security groups of "+end.Host, err)
	}
	enters := permit(in, end.Port, v.node.peer())
	if enters == Change {
		return change(fmt.Sprintf("%s of %s lets nothing in at port %d from %s", far, end.Host, end.Port, v.node.name), "let the instance in", ingressRule(to.groups, v.node, end.Port))
	}
	switch {
	case end.VPC != "" && v.node.vpc != "" && end.VPC != v.node.vpc:
		return undecided("the security groups let port %d through; whether %s and %s are connected (peering, transit gateway) is not examined", end.Port, v.node.vpc, end.VPC)
	case leaves == Undecided || enters == Undecided:
		return undecided("rules that may let port %d through have prefix lists, or ranges that the address of %s may not be in", end.Port, end.Host)
	}
	return ok("port %d is open from %s to %s", end.Port, near, far)
}

// far is the end of the connection at the database.
func (v *visit) far(ctx context.Context, end tunnel.Endpoint) (peer, error) {
	to := peer{groups: end.Groups}
	to.address, _ = netip.ParseAddr(end.Host)
	if !to.address.IsValid() {
		if found, err := v.LookupHost(ctx, end.Host); err == nil && len(found) > 0 {
			to.address, _ = netip.ParseAddr(found[0])
		}
	}
	if len(to.groups) > 0 || !to.address.IsValid() {
		return to, nil
	}
	filter := ec2types.Filter{Name: aws.String("addresses.private-ip-address"), Values: []string{to.address.String()}}
	out, err := ec2.NewFromConfig(v.cfg).DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{Filters: []ec2types.Filter{filter}})
	if err != nil {
		return to, err
	}
	for _, eni := range out.NetworkInterfaces {
		for _, g := range eni.Groups {
			to.groups = append(to.groups, aws.ToString(g.GroupId))
		}
	}
	return to, nil
}

// dns says whether the name of the host is one that the instance can resolve.
func dns(ctx context.Context, v *visit) Finding {
	if !v.in {
		return undecided(noCredentials)
	}
	end, err := v.endpoint(ctx)
	if err != nil {
		return undecided("what the tunnel leads to is not known")
	}
	if (tunnel.Route{Endpoint: end}).Document() == tunnel.LocalDocument {
		return ok("no name has to be resolved")
	}
	if _, err := netip.ParseAddr(end.Host); err == nil {
		return ok("%s is an address", end.Host)
	}
	if v.node == nil {
		return undecided(noNode)
	}
	if v.node.vpc != "" {
		out, err := ec2.NewFromConfig(v.cfg).DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &v.node.vpc, Attribute: ec2types.VpcAttributeNameEnableDnsSupport})
		if err != nil {
			return denied("ask whether "+v.node.vpc+" resolves names", err)
		}
		if out.EnableDnsSupport != nil && !aws.ToBool(out.EnableDnsSupport.Value) {
			return change(v.node.vpc+" resolves no names: its DNS support is off", "switch it on", dnsSupport(v.node.vpc, v.cidr(ctx)))
		}
	}
	found, err := v.LookupHost(ctx, end.Host)
	// AWS answers for the names of its databases everywhere, with the address
	// within the VPC. Other names may be known within the VPC alone.
	ofAWS := strings.HasSuffix(end.Host, ".amazonaws.com") || strings.HasSuffix(end.Host, ".amazonaws.com.cn")
	switch {
	case err == nil && len(found) > 0 && ofAWS:
		return ok("%s is %s", end.Host, strings.Join(found, ", "))
	case err == nil && len(found) > 0:
		return undecided("%s is %s here; whether the instance is told the same is seen when it connects", end.Host, strings.Join(found, ", "))
	case ofAWS && noSuchHost(err):
		return change("nobody knows the name "+end.Host, "correct the host: `rds = …`, `elasticache = …` and `opensearch = …` look it up", "")
	}
	return undecided("%s does not resolve here (%s); a zone of the VPC may have it, which is seen when the instance connects", end.Host, oneLine(err))
}

func noSuchHost(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

// cidr is the range of the node's VPC, "" if it cannot be read.
func (v *visit) cidr(ctx context.Context) string {
	out, err := ec2.NewFromConfig(v.cfg).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{v.node.vpc}})
	if err != nil || len(out.Vpcs) == 0 {
		return ""
	}
	return aws.ToString(out.Vpcs[0].CidrBlock)
}
