package funcs

import (
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

var cidrHostFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "prefix", Type: cty.String},
		{Name: "hostnum", Type: cty.Number},
	},
	Type:         function.StaticReturnType(cty.String),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		var host *big.Int
		if err := gocty.FromCtyValue(args[1], &host); err != nil {
			return cty.NilVal, argError(1, err)
		}
		network, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.NilVal, err
		}
		ip, err := cidr.HostBig(network, host)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(ip.String()), nil
	},
})

var cidrNetmaskFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	network, err := parsePrefix(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	if network.IP.To4() == nil {
		return cty.NilVal, fmt.Errorf("IPv6 addresses cannot have a netmask: %s", args[0])
	}
	return cty.StringVal(net.IP(network.Mask).String()), nil
}, "prefix")

var cidrSubnetFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "prefix", Type: cty.String},
		{Name: "newbits", Type: cty.Number},
		{Name: "netnum", Type: cty.Number},
	},
	Type:         function.StaticReturnType(cty.String),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		var bits int
		if err := gocty.FromCtyValue(args[1], &bits); err != nil {
			return cty.NilVal, argError(1, err)
		}
		var number *big.Int
		if err := gocty.FromCtyValue(args[2], &number); err != nil {
			return cty.NilVal, argError(2, err)
		}
		network, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.NilVal, err
		}
		subnet, err := cidr.SubnetBig(network, bits, number)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(subnet.String()), nil
	},
})

var cidrSubnetsFunc = function.New(&function.Spec{
	Params:       []function.Parameter{{Name: "prefix", Type: cty.String}},
	VarParam:     &function.Parameter{Name: "newbits", Type: cty.Number},
	Type:         function.StaticReturnType(cty.List(cty.String)),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		network, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		if len(args) == 1 {
			return cty.ListValEmpty(cty.String), nil
		}
		var last *net.IPNet
		subnets := make([]cty.Value, 0, len(args)-1)
		for i, arg := range args[1:] {
			length, err := subnetLength(network, arg)
			if err != nil {
				return cty.NilVal, argError(i+1, err)
			}
			if last == nil {
				last, _ = cidr.PreviousSubnet(network, length)
			}
			next, wrapped := cidr.NextSubnet(last, length)
			if wrapped || !network.Contains(next.IP) {
				return cty.NilVal, function.NewArgErrorf(i+1, "not enough remaining address space for a subnet with a prefix of %d bits after %s", length, last)
			}
			last = next
			subnets = append(subnets, cty.StringVal(next.String()))
		}
		return cty.ListVal(subnets), nil
	},
})

// subnetLength is the length of a prefix that is some bits longer.
func subnetLength(network *net.IPNet, bits cty.Value) (int, error) {
	var n int
	if err := gocty.FromCtyValue(bits, &n); err != nil {
		return 0, err
	}
	switch {
	case n < 1:
		return 0, errors.New("must extend prefix by at least one bit")
	case n > 32:
		return 0, errors.New("may not extend prefix by more than 32 bits")
	}
	length, total := network.Mask.Size()
	length += n
	if length > total {
		return 0, fmt.Errorf("would extend prefix to %d bits, which is too long for an address of %d bits", length, total)
	}
	return length, nil
}

var cidrContainsFunc = onTexts(cty.Bool, func(args []string) (cty.Value, error) {
	outer, err := parsePrefix(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	first := net.ParseIP(decimalOctets(args[1]))
	last := first
	if first == nil {
		inner, err := parsePrefix(args[1])
		if err != nil {
			return cty.NilVal, fmt.Errorf("invalid IP address or prefix: %s", args[1])
		}
		first, last = cidr.AddressRange(inner)
	}
	if (first.To4() == nil) != (outer.IP.To4() == nil) {
		return cty.NilVal, fmt.Errorf("address family mismatch: %s vs. %s", args[0], args[1])
	}
	return cty.BoolVal(outer.Contains(first) && outer.Contains(last)), nil
}, "containing_prefix", "contained_ip_or_prefix")

func parsePrefix(s string) (*net.IPNet, error) {
	_, network, err := net.ParseCIDR(decimalOctets(s))
	if err != nil {
		return nil, fmt.Errorf("invalid CIDR expression: invalid CIDR address: %s", s)
	}
	return network, nil
}

// decimalOctets drops leading zeros of the octets of an IPv4 address.
// Terraform reads them as decimal numbers, as Go did before 1.17; Go refuses
// them since.
func decimalOctets(s string) string {
	address, length, prefix := strings.Cut(s, "/")
	if !strings.Contains(address, ".") {
		return s
	}
	head, v4 := "", address
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		head, v4 = address[:i+1], address[i+1:]
	}
	octets := strings.Split(v4, ".")
	for i, octet := range octets {
		if trimmed := strings.TrimLeft(octet, "0"); trimmed != "" {
			octets[i] = trimmed
		} else if octet != "" {
			octets[i] = "0"
		}
	}
	s = head + strings.Join(octets, ".")
	if prefix {
		s += "/" + length
	}
	return s
}
