package ec2

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var incomingSSH = rule.Rule{
	ID:     "INCOMING_SSH_DISABLED",
	Types:  groups,
	Assert: inboundNone(func(*rule.Target) fault { return opensOneOf([]int{22}) }),
}

// inboundNone asserts that no inbound rule is at fault, and narrows those that
// are.
func inboundNone(wrong func(*rule.Target) fault) rule.Assertion {
	return rule.With(
		func(t *rule.Target) rule.Verdict { return judgeInbound(t, wrong(t)) },
		func(t *rule.Target) rule.Repair { return narrow(t, wrong(t)) },
	)
}

var restrictedTraffic = rule.Rule{
	ID:     "RESTRICTED_INCOMING_TRAFFIC",
	Types:  groups,
	Assert: inboundNone(func(t *rule.Target) fault { return opensOneOf(blockedPorts(t)) }),
}

// blockedPorts are the ports of all parameters that name some.
func blockedPorts(t *rule.Target) []int {
	texts := t.Param("blockedPorts").List()
	for i := range 5 {
		texts = append(texts, t.Param("blockedPort"+strconv.Itoa(i+1)).List()...)
	}
	var ports []int
	for _, s := range texts {
		if n, err := strconv.Atoi(s); err == nil {
			ports = append(ports, n)
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// opensOneOf finds fault with a rule that opens one of the TCP ports to everyone.
func opensOneOf(ports []int) fault {
	return func(r inbound) (logic.Truth, string) {
		reached, which := logic.False, 0
		for _, p := range ports {
			hit := r.reaches(p)
			if hit != logic.False {
				reached, which = hit, p
			}
			if hit == logic.True {
				break
			}
		}
		return r.open().And(reached), fmt.Sprintf("opens port %d to %s", which, r.source())
	}
}

var authorizedPorts = rule.Rule{
	ID:     "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
	Types:  groups,
	Assert: rule.With(evalAuthorizedPorts, func(t *rule.Target) rule.Repair { return narrow(t, unauthorized(t)) }),
}

// unauthorized finds fault with a rule that opens a port to everyone that is not
// among the authorized ones.
func unauthorized(t *rule.Target) fault {
	tcp, udp := portRanges(t.Param("authorizedTcpPorts")), portRanges(t.Param("authorizedUdpPorts"))
	return func(r inbound) (logic.Truth, string) {
		bad := logic.Any(
			r.all(),
			r.tcp().And(tcp.hold(r).Not()),
			r.udp().And(udp.hold(r).Not()),
		)
		return r.open().And(bad), "opens " + r.traffic() + " to " + r.source()
	}
}

func evalAuthorizedPorts(t *rule.Target) rule.Verdict {
	verdict := judgeInbound(t, unauthorized(t))
	if verdict.Outcome() != rule.Compliant {
		return verdict
	}
	rules, _ := inboundOf(t.Graph, t.Resource)
	open, at := logic.False, t.Here()
	for _, r := range rules {
		o := r.open().And(r.exists)
		if o == logic.Unknown {
			at = r.unknown()
		}
		open = open.Or(o)
	}
	if open == logic.False {
		return rule.Skip(t.Here(), "no inbound rule is open to everyone")
	}
	return rule.Require(open, at, "")
}

// A portRange is an inclusive range of ports.
type portRange struct{ from, to int }

type ranges []portRange

// portRanges reads "443,1020-1025".
func portRanges(v hipaa.Value) ranges {
	var rs ranges
	for _, s := range v.List() {
		low, high, isRange := strings.Cut(s, "-")
		if !isRange {
			high = low
		}
		from, err1 := strconv.Atoi(strings.TrimSpace(low))
		to, err2 := strconv.Atoi(strings.TrimSpace(high))
		if err1 == nil && err2 == nil {
			rs = append(rs, portRange{from, to})
		}
	}
	slices.SortFunc(rs, func(a, b portRange) int { return cmp.Compare(a.from, b.from) })
	return rs
}

// hold decides whether all ports of a rule lie in the ranges.
func (rs ranges) hold(r inbound) logic.Truth {
	if len(rs) == 0 {
		return logic.False
	}
	from, to := 0, 65535
	for _, end := range []struct {
		v graph.Value
		n *int
	}{{r.from, &from}, {r.to, &to}} {
		if n, ok := end.v.Int(); ok {
			*end.n = n
		} else if end.v.IsSet() != logic.False {
			return logic.Unknown
		}
	}
	for _, x := range rs {
		if x.from <= from && from <= x.to {
			from = x.to + 1
		}
	}
	return logic.Of(from > to)
}
