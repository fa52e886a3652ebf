package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/settings"
	"safeguard/internal/tunnel"
)

// read makes forwards of names and flags. What a flag says counts over what the
// settings say.
func (f *wayFlags) read(names []string) ([]*forward, error) {
	forwards, err := f.named(names)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		if forwards, err = f.given(); err != nil {
			return nil, err
		}
	}
	for _, fw := range forwards {
		if err := f.common(fw); err != nil {
			return nil, err
		}
	}
	return forwards, apart(forwards)
}

// named makes forwards of the tunnel blocks with these names.
func (f *wayFlags) named(names []string) ([]*forward, error) {
	if len(names) == 0 {
		return nil, nil
	}
	for _, flag := range []string{"target", "bastion-tag", "ecs", "host", "port", "rds", "elasticache", "opensearch", "terraform-output", "forward"} {
		if f.set.Changed(flag) {
			return nil, fmt.Errorf("--%s and the name %s: the tunnel block says what to reach, and through what", flag, names[0])
		}
	}
	if len(names) > 1 && f.set.Changed("local") {
		return nil, errors.New("--local is for one tunnel: set local in the tunnel blocks")
	}
	found, err := settings.Find(".")
	if err != nil {
		return nil, err
	}
	var forwards []*forward
	for i, name := range names {
		t, ok := found.Tunnel(name)
		if !ok {
			return nil, fmt.Errorf("there is no tunnel %q: %s", name, known(found))
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("the tunnel %q is named twice", name)
		}
		fw, err := fromSettings(t)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", t.File, t.Line, err)
		}
		forwards = append(forwards, fw)
	}
	return forwards, nil
}

func fromSettings(t settings.Tunnel) (*forward, error) {
	via, err := parseVia(t.Target, t.BastionTag, t.ECS)
	if err != nil {
		return nil, err
	}
	fw := &forward{
		name: t.Name, spec: tunnel.Spec{Via: via, To: tunnel.To{Host: t.Host, Port: t.Port, RDS: t.RDS, ElastiCache: t.ElastiCache, OpenSearch: t.OpenSearch}},
		aws: awsFlags{profile: t.Profile}, reason: t.Reason, local: t.Local, bind: cmp.Or(t.Bind, "127.0.0.1"), retries: t.MaxRetries,
		engine: t.Engine, user: t.User, database: t.Database, output: t.Output, portOut: t.PortOutput,
	}
	if t.Region != "" {
		fw.aws.regions = []string{t.Region}
	}
	fw.state = cmp.Or(t.State, "terraform.tfstate")
	if !strings.HasPrefix(fw.state, "s3://") && !filepath.IsAbs(fw.state) {
		fw.state = filepath.Join(filepath.Dir(t.File), fw.state)
	}
	return fw, nil
}

func parseVia(target, tag, service string) (tunnel.Via, error) {
	switch {
	case service != "":
		return tunnel.ParseService(service)
	case tag != "":
		t, err := tunnel.ParseTag(tag)
		return tunnel.Via{Tag: t}, err
	}
	return tunnel.Via{Target: target}, nil
}

// given makes forwards of the flags alone.
func (f *wayFlags) given() ([]*forward, error) {
	if err := exactlyOne("what to go through", map[string]string{"--target": f.target, "--bastion-tag": f.bastionTag, "--ecs": f.ecs}); err != nil {
		return nil, err
	}
	via, err := parseVia(f.target, f.bastionTag, f.ecs)
	if err != nil {
		return nil, err
	}
	if err := atMostOne("what to reach", map[string]string{
		"--host": f.host, "--rds": f.rds, "--elasticache": f.elastiCache, "--opensearch": f.openSearch, "--terraform-output": f.output, "--forward": strings.Join(f.forwards, " "),
	}); err != nil {
		return nil, err
	}
	if f.port < 0 || f.port > 65535 {
		return nil, fmt.Errorf("--port %d: want 1 to 65535", f.port)
	}
	if len(f.forwards) > 0 {
		if f.set.Changed("local") || f.set.Changed("port") {
			return nil, errors.New("--forward has the ports: leave --local and --port")
		}
		var forwards []*forward
		for _, text := range f.forwards {
			local, host, port, err := parseForward(text)
			if err != nil {
				return nil, err
			}
			forwards = append(forwards, &forward{spec: tunnel.Spec{Via: via, To: tunnel.To{Host: host, Port: port}}, local: local})
		}
		return forwards, nil
	}
	to := tunnel.To{Host: f.host, Port: f.port, RDS: f.rds, ElastiCache: f.elastiCache, OpenSearch: f.openSearch}
	switch {
	case to.Discovers() || f.output != "":
	case to.Port == 0 && to.Host == "":
		return nil, errors.New("what is to be reached? Name a tunnel of " + settings.Name + ", or give --host and --port, --rds, --elasticache, --opensearch or --terraform-output")
	case to.Port == 0:
		return nil, errors.New("--host needs --port")
	case to.Host == "":
		to.Host = "localhost"
	}
	return []*forward{{spec: tunnel.Spec{Via: via, To: to}, local: f.local, output: f.output, state: cmp.Or(f.state, "terraform.tfstate")}}, nil
}

// common puts into a forward what flags say of all.
func (f *wayFlags) common(fw *forward) error {
	override := func(flag string, into *string, value string) {
		if f.set.Changed(flag) || *into == "" {
			*into = value
		}
	}
	override("profile", &fw.aws.profile, f.profile)
	override("reason", &fw.reason, f.reason)
	override("bind", &fw.bind, f.bind)
	override("engine", &fw.engine, f.engine)
	override("user", &fw.user, f.user)
	override("database", &fw.database, f.database)
	if f.region != "" {
		fw.aws.regions = []string{f.region}
	}
	if f.set.Changed("max-retries") || fw.name == "" {
		fw.retries = f.retries
	}
	if f.set.Changed("local") {
		fw.local = f.local
	}
	if f.set.Changed("state") {
		fw.state = f.state
	}
	switch {
	case fw.local < 0 || fw.local > 65535:
		return fmt.Errorf("--local %d: want 0 to 65535", fw.local)
	case net.ParseIP(fw.bind) == nil:
		return fmt.Errorf("--bind %q: want an IP address", fw.bind)
	case len(fw.reason) > 256:
		return fmt.Errorf("the reason has %d characters, Session Manager takes 256", len(fw.reason))
	case fw.engine != "" && !slices.Contains(settings.Engines, fw.engine):
		return fmt.Errorf("--engine %q: want %s", fw.engine, strings.Join(settings.Engines, ", "))
	}
	return nil
}

// parseForward reads [LOCAL:]HOST:PORT; an IPv6 address is in brackets.
func parseForward(text string) (local int, host string, port int, err error) {
	fault := fmt.Errorf("--forward %q: want [LOCAL:]HOST:PORT, such as 15432:db.internal:5432", text)
	rest := text
	if first, after, ok := strings.Cut(text, ":"); ok && (strings.Count(after, ":") == 1 || strings.HasPrefix(after, "[")) {
		if local, err = strconv.Atoi(first); err != nil || local < 0 || local > 65535 {
			return 0, "", 0, fault
		}
		rest = after
	}
	host, number, err := net.SplitHostPort(rest)
	if err != nil || host == "" {
		return 0, "", 0, fault
	}
	if port, err = strconv.Atoi(number); err != nil || port < 1 || port > 65535 {
		return 0, "", 0, fault
	}
	return local, host, port, nil
}

// apart says which forwards want the same local port.
func apart(forwards []*forward) error {
	seen := map[int]*forward{}
	for _, fw := range forwards {
		if other := seen[fw.local]; other != nil && fw.local != 0 {
			return fmt.Errorf("%s and %s both want the local port %d", other.title(), fw.title(), fw.local)
		}
		seen[fw.local] = fw
	}
	return nil
}

// exactlyOne says which flags are too many, or that one is missing.
func exactlyOne(what string, flags map[string]string) error {
	if err := atMostOne(what, flags); err != nil {
		return err
	}
	for _, value := range flags {
		if value != "" {
			return nil
		}
	}
	return fmt.Errorf("%s? Name a tunnel of %s, or give %s", what, settings.Name, strings.Join(sortedKeys(flags), ", "))
}

// atMostOne says which flags exclude one another.
func atMostOne(what string, flags map[string]string) error {
	var given []string
	for _, name := range sortedKeys(flags) {
		if flags[name] != "" {
			given = append(given, name)
		}
	}
	if len(given) > 1 {
		return fmt.Errorf("%s all say %s: leave one", strings.Join(given, " and "), what)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
