package ec2

import (
	"fmt"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// administration are the ports at which people and machines are administered.
// Whoever needs them comes from an office or a VPN.
var administration = []int{
	20, 21, // FTP
	22,                 // SSH
	23,                 // Telnet
	111,                // RPC portmapper
	135,                // Microsoft RPC
	137, 138, 139, 445, // NetBIOS and SMB
	2375, 2376, // Docker
	3389,       // RDP
	5900, 5901, // VNC
	5985, 5986, // WinRM
	10250, // kubelet
	15672, // RabbitMQ management
}

// internal are the ports of databases, caches, search engines, queues and file
// systems, which are for the services of a VPC.
var internal = []int{
	1433, 1434, // SQL Server
	1521,       // Oracle
	2049,       // NFS
	2181,       // ZooKeeper
	2379, 2380, // etcd
	3306,       // MySQL
	4333,       // mSQL
	5432, 5433, // PostgreSQL
	5439,       // Redshift
	5601,       // Kibana
	5672,       // AMQP without TLS
	5984,       // CouchDB
	6379, 6380, // Redis
	7000, 7001, 7199, 9042, 9160, // Cassandra
	8086,       // InfluxDB
	9092,       // Kafka
	9200, 9300, // Elasticsearch
	11211,               // Memcached
	27017, 27018, 27019, // MongoDB
	50000, // Db2
}

// whoConnects says why nobody but its owner can narrow a rule: it opens ports
// that may be open on purpose too.
const whoConnects = "who connects, the code does not say: look at the flow logs, then name their addresses or security group"

// narrow lets in the ranges of variables instead of the whole internet through
// the rules at fault, if all their ports are such as nobody opens to the internet
// on purpose. Ranges that a rule names already are enough.
//
// The range of the VPC would be too small a default: administrators come from
// offices and VPNs, services from peers and other VPCs.
func narrow(t *rule.Target, wrong fault) rule.Repair {
	rules := written(t.Graph, t.Resource)
	if t.Type != oldRule && t.Type != ingressRule {
		rules, _ = inboundOf(t.Graph, t.Resource)
	}
	var repair rule.Repair
	for _, r := range rules {
		if r.exists != logic.True {
			continue
		}
		if bad, _ := wrong(r); bad != logic.True {
			continue
		}
		purpose := r.purpose()
		if purpose == "" {
			return rule.CannotRepair(fmt.Sprintf("%s opens %s, which may be meant for everyone: %s. What is public belongs into a documented exception", r.label, r.traffic(), whoConnects))
		}
		repair.Changes = append(repair.Changes, r.narrowed(purpose)...)
	}
	return repair
}

// purpose is what the ports of the rule are for, as shared pieces are named for
// it; "" if one may be for everyone.
func (r inbound) purpose() string {
	from, ok1 := r.from.Int()
	to, ok2 := r.to.Int()
	if !ok1 || !ok2 || from > to || r.all() != logic.False {
		return ""
	}
	purpose := "internal"
	for port := from; port <= to; port++ {
		switch {
		case slices.Contains(administration, port):
			purpose = "admin"
		case !slices.Contains(internal, port):
			return ""
		}
	}
	return purpose
}

// narrowed are the changes for the ranges of the rule. The first that would be
// empty otherwise gets those of the variable.
func (r inbound) narrowed(purpose string) []rule.Change {
	ranges := rule.Strings{Many: "shared." + purpose + "_cidr_blocks.value", One: "shared." + purpose + "_cidr_block.value"}
	enough := r.lets()
	var changes []rule.Change
	for i, v := range r.cidrs {
		if isDefaultRoute(r.graph, v) != logic.True {
			continue
		}
		c := rule.Exchange{On: r.on, At: v.Location(), Name: r.names[i], Of: r.apart(v)}
		_, list := v.Elements()
		for _, e := range ranged(v) {
			if s, ok := e.Literal(); ok && isDefaultRoute(r.graph, e) == logic.True && !slices.Contains(c.Old, s) {
				c.Old = append(c.Old, s)
			}
		}
		if !enough {
			if c.New = ranges; i == 1 {
				c.New = rule.Strings{Many: `["fc00::/7"]`, One: `"fc00::/7"`} // unique local addresses, RFC 4193
			}
			if !list {
				c.New.Many = ""
			}
			enough = true
		}
		changes = append(changes, c)
	}
	return changes
}

// lets reports whether the rule lets in somebody whom it names.
func (r inbound) lets() bool {
	for _, v := range append(slices.Clone(r.cidrs), r.others...) {
		for _, e := range ranged(v) {
			if e.NonEmpty() == logic.True && e.Kind() != graph.KindBool && isDefaultRoute(r.graph, e) == logic.False || e.IsTrue() == logic.True {
				return true
			}
		}
	}
	return false
}

// ranged are the elements of a list, or the value itself.
func ranged(v graph.Value) []graph.Value {
	if es, ok := v.Elements(); ok {
		return es
	}
	return []graph.Value{v}
}

// apart are the ports by which the rule differs from others that the same
// argument is for and that are not to change; nil if there is none.
func (r inbound) apart(v graph.Value) map[string]int {
	for _, same := range r.graph.OfType(r.on.Type) {
		if same.Location() != r.on.Location() {
			continue
		}
		for _, other := range written(r.graph, same) {
			if other.purpose() == "" && slices.ContainsFunc(other.cidrs, func(w graph.Value) bool { return w.Location() == v.Location() }) {
				from, _ := r.from.Int()
				to, _ := r.to.Int()
				return map[string]int{"from_port": from, "to_port": to}
			}
		}
	}
	return nil
}

// written are the inbound rules that the code of a resource itself holds.
func written(g *graph.Graph, res *graph.Resource) []inbound {
	if res.Type != oldRule && res.Type != ingressRule {
		return inline(g, res)
	}
	if r, ok := inboundIn(g, res); ok {
		return []inbound{r}
	}
	return nil
}
