package settings

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Tunnel is a named way to a port in a private network, as a tunnel block
// describes it. What is not set is empty.
type Tunnel struct {
	Name string
	File string
	Line int

	Profile, Region, Reason string

	// What the tunnel goes through: one of them.
	Target     string // instance, or task of ECS
	BastionTag string // KEY=VALUE
	ECS        string // CLUSTER/SERVICE or CLUSTER/SERVICE/CONTAINER

	// What it leads to: one of them.
	Host        string
	RDS         string
	ElastiCache string
	OpenSearch  string
	Output      string // output of Terraform with the host, or with host and port

	Port       int
	PortOutput string // output of Terraform with the port
	State      string // where the outputs are: a file, or s3://BUCKET/KEY

	Local      int // 0: any that is free
	Bind       string
	MaxRetries int // -1: not set

	// For the connection string.
	Engine, User, Database string
}

// Engines are the kinds of databases that a tunnel block may name.
var Engines = []string{"http", "https", "mysql", "postgres", "redis", "rediss", "sqlserver"}

// reserved are the names that `safeguard tunnel` takes for its own commands.
var reserved = []string{"doctor", "help", "list", "stop"}

func (p *parser) tunnel(b *hclsyntax.Block) {
	p.known(b, "profile", "region", "reason", "target", "bastion_tag", "ecs",
		"host", "port", "rds", "elasticache", "opensearch", "terraform_output", "terraform_port_output", "state",
		"local", "bind", "max_retries", "engine", "user", "database")
	at := b.DefRange()
	if len(b.Labels) != 1 || b.Labels[0] == "" || strings.ContainsAny(b.Labels[0], " \t/\\") {
		p.fault(at, "want tunnel \"NAME\" { … }, with a name without spaces and slashes")
		return
	}
	if slices.Contains(reserved, b.Labels[0]) {
		p.fault(at, "a tunnel cannot be named %q: that is a command of `safeguard tunnel`", b.Labels[0])
		return
	}
	t := Tunnel{
		Name: b.Labels[0], File: at.Filename, Line: at.Start.Line,
		Profile: p.text(b, "profile"), Region: p.text(b, "region"), Reason: p.text(b, "reason"),
		Target: p.text(b, "target"), BastionTag: p.text(b, "bastion_tag"), ECS: p.text(b, "ecs"),
		Host: p.text(b, "host"), RDS: p.text(b, "rds"), ElastiCache: p.text(b, "elasticache"), OpenSearch: p.text(b, "opensearch"),
		Output: p.text(b, "terraform_output"), PortOutput: p.text(b, "terraform_port_output"), State: p.text(b, "state"),
		Port: p.whole(b, "port", 1, 65535, 0), Local: p.whole(b, "local", 0, 65535, 0),
		Bind: p.text(b, "bind"), MaxRetries: p.whole(b, "max_retries", 0, 1_000_000, -1),
		Engine: p.text(b, "engine"), User: p.text(b, "user"), Database: p.text(b, "database"),
	}
	p.one(b, "target", "bastion_tag", "ecs")
	p.one(b, "host", "rds", "elasticache", "opensearch", "terraform_output")
	has := func(name string) bool { return b.Body.Attributes[name] != nil }
	if has("bastion_tag") && t.BastionTag != "" {
		if key, value, ok := strings.Cut(t.BastionTag, "="); !ok || key == "" || value == "" {
			p.fault(b.Body.Attributes["bastion_tag"].SrcRange, "bastion_tag is %q: want \"KEY=VALUE\", such as \"Name=project-dev-bastion\"", t.BastionTag)
		}
	}
	if has("host") && !has("port") && !has("terraform_port_output") {
		p.fault(at, "tunnel %q has a host and no port", t.Name)
	}
	if has("port") && has("terraform_port_output") {
		p.fault(b.Body.Attributes["terraform_port_output"].SrcRange, "port and terraform_port_output say the same: leave one")
	}
	if has("state") && !has("terraform_output") && !has("terraform_port_output") {
		p.fault(b.Body.Attributes["state"].SrcRange, "state is where terraform_output is read from, and the tunnel has none")
	}
	if has("engine") {
		p.choice(b, "engine", t.Engine, Engines)
	}
	if has("bind") && net.ParseIP(t.Bind) == nil {
		p.fault(b.Body.Attributes["bind"].SrcRange, "bind is %q: want an IP address, such as \"127.0.0.1\"", t.Bind)
	}
	if other, ok := p.settings.Tunnel(t.Name); ok {
		p.fault(at, "tunnel %q is there already, in line %d", t.Name, other.Line)
		return
	}
	p.settings.Tunnels = append(p.settings.Tunnels, t)
}

// Tunnel is the tunnel of that name.
func (s *Settings) Tunnel(name string) (Tunnel, bool) {
	for _, t := range s.Tunnels {
		if t.Name == name {
			return t, true
		}
	}
	return Tunnel{}, false
}

// one reports a block that has none or several of the arguments.
func (p *parser) one(b *hclsyntax.Block, names ...string) {
	var set []string
	for _, name := range names {
		if b.Body.Attributes[name] != nil {
			set = append(set, name)
		}
	}
	switch len(set) {
	case 0:
		p.fault(b.DefRange(), "tunnel %q needs one of %s", b.Labels[0], strings.Join(names, ", "))
	case 1:
	default:
		p.fault(b.DefRange(), "tunnel %q has %s: leave one", b.Labels[0], strings.Join(set, " and "))
	}
}

// choice reports an argument that is none of the known values.
func (p *parser) choice(b *hclsyntax.Block, name, value string, known []string) {
	if !slices.Contains(known, value) {
		p.fault(b.Body.Attributes[name].SrcRange, "%s is %q: want %s", name, value, strings.Join(known, ", "))
	}
}

// whole is an argument that must be a whole number within bounds; unset if it is
// not there.
func (p *parser) whole(b *hclsyntax.Block, name string, least, most, unset int) int {
	a := b.Body.Attributes[name]
	if a == nil {
		return unset
	}
	v, ok := p.value(a)
	if !ok {
		return unset
	}
	text, ok := asText(v)
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < least || n > most {
		p.fault(a.SrcRange, "%s: want a whole number from %d to %d", name, least, most)
		return unset
	}
	return n
}
