package doctor

import (
	"context"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A peer is the other end of a connection, as far as it is known.
type peer struct {
	address netip.Addr // the zero Addr: not known
	groups  []string
}

func (n *node) peer() peer {
	a, _ := netip.ParseAddr(n.address)
	return peer{a, n.groups}
}

// permit says whether one of the rules lets TCP to a port through, from a peer or
// to it. Rules only ever add: one that certainly matches is enough. Undecided is
// that one may match: a prefix list, or a range of addresses while the peer's is
// not known.
func permit(rules []ec2types.IpPermission, port int, p peer) Verdict {
	best := Change
	for _, r := range rules {
		if !covers(r, port) {
			continue
		}
		for _, pair := range r.UserIdGroupPairs {
			if slices.Contains(p.groups, aws.ToString(pair.GroupId)) {
				return OK
			}
		}
		for _, cidr := range ranges(r) {
			prefix, err := netip.ParsePrefix(cidr)
			switch {
			case err != nil:
				best = Undecided
			case prefix.Bits() == 0:
				return OK
			case !p.address.IsValid():
				best = Undecided
			case prefix.Contains(p.address):
				return OK
			}
		}
		if len(r.PrefixListIds) > 0 {
			best = Undecided
		}
	}
	return best
}

func covers(r ec2types.IpPermission, port int) bool {
	switch aws.ToString(r.IpProtocol) {
	case "-1":
		return true
	case "tcp", "6":
		return r.FromPort != nil && r.ToPort != nil && int(*r.FromPort) <= port && port <= int(*r.ToPort)
	}
	return false
}

func ranges(r ec2types.IpPermission) []string {
	var all []string
	for _, v4 := range r.IpRanges {
		all = append(all, aws.ToString(v4.CidrIp))
	}
	for _, v6 := range r.Ipv6Ranges {
		all = append(all, aws.ToString(v6.CidrIpv6))
	}
	return all
}

// rulesOf are the rules of security groups together, those for what comes in and
// those for what goes out.
func rulesOf(ctx context.Context, v *visit, groups []string) (in, out []ec2types.IpPermission, err error) {
	if len(groups) == 0 {
		return nil, nil, nil
	}
	client := ec2.NewFromConfig(v.cfg)
	// Groups that are asked for by their ids come on one page.
	page, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: groups})
	if err != nil {
		return nil, nil, err
	}
	for _, g := range page.SecurityGroups {
		in, out = append(in, g.IpPermissions...), append(out, g.IpPermissionsEgress...)
	}
	return in, out, nil
}
