package cli_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"safeguard/internal/audit/awsfake"
	"safeguard/internal/pgtest"
	"safeguard/internal/tunnel/agenttest"
)

const (
	tunnelAccount = "111111111111"
	tunnelRegion  = "eu-central-1"
	clinicHost    = "clinic.c0.eu-central-1.rds.amazonaws.com"
)

// A vpc is a private network with a bastion and a database, and AWS around it.
type vpc struct {
	world   *awsfake.World
	aws     *httptest.Server
	service *agenttest.Service
	db      net.Listener // answers each line in capitals
	at      atomic.Value // string: what the name of the database leads to; db if there is none
}

// newVPC starts the network. Each of the breaks is done to it.
func newVPC(breaks ...string) (*vpc, error) {
	v := &vpc{}
	var err error
	if v.db, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	go shout(v.db)
	opts := agenttest.Options{Dial: v.dial}
	if slices.Contains(breaks, "agent-basic") {
		opts.AgentVersion = agenttest.Basic
	}
	if slices.Contains(breaks, "kms") {
		opts.KMS, opts.Insist = true, true
	}
	opts.Speechless = slices.Contains(breaks, "speechless")
	v.service = agenttest.New(opts)
	v.world = tunnelWorld(v.service)
	n := &v.world.Places[awsfake.Place{Account: tunnelAccount, Region: tunnelRegion}].Network
	for _, b := range breaks {
		change, ok := tunnelBreaks[b]
		if !ok {
			return nil, fmt.Errorf("there is no break %q", b)
		}
		change(v.world, n)
	}
	v.aws = httptest.NewServer(v.world)
	return v, nil
}

func (v *vpc) close() {
	v.aws.Close()
	v.service.Close()
	v.db.Close()
}

func (v *vpc) env() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL": v.aws.URL, "AWS_REGION": tunnelRegion, "AWS_ACCESS_KEY_ID": "AKIAOWN", "AWS_SECRET_ACCESS_KEY": "not-to-be-shown",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	}
}

// dial is how the bastion connects.
func (v *vpc) dial(ctx context.Context, address string) (net.Conn, error) {
	host, port, _ := net.SplitHostPort(address)
	switch {
	case port == "1":
		return nil, errors.New("connection refused")
	case host == clinicHost, host == "db.internal", host == "localhost":
		address = v.db.Addr().String()
		if at, ok := v.at.Load().(string); ok {
			address = at
		}
	default:
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return new(net.Dialer).DialContext(ctx, "tcp", address)
}

// shout answers each line in capitals.
func shout(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			for sc := bufio.NewScanner(conn); sc.Scan(); {
				fmt.Fprintln(conn, strings.ToUpper(sc.Text()))
			}
		}()
	}
}

// talk is a client: it sends its arguments, a line each, and prints the answers.
// An argument "wait FILE" waits until the file is there.
func talk() {
	conn, err := net.Dial("tcp", net.JoinHostPort(os.Getenv("SAFEGUARD_TUNNEL_HOST"), os.Getenv("SAFEGUARD_TUNNEL_PORT")))
	if err != nil {
		fmt.Fprintln(os.Stderr, "talk:", err)
		os.Exit(3)
	}
	answers := bufio.NewReader(conn)
	for _, line := range os.Args[1:] {
		if file, ok := strings.CutPrefix(line, "wait "); ok {
			for _, err := os.Stat(file); err != nil; _, err = os.Stat(file) {
				time.Sleep(5 * time.Millisecond)
			}
			continue
		}
		fmt.Fprintln(conn, line)
		answer, err := answers.ReadString('\n')
		if err != nil {
			fmt.Fprintln(os.Stderr, "talk: no answer:", err)
			os.Exit(3)
		}
		_, _ = io.WriteString(os.Stdout, answer)
	}
	conn.Close()
}

// tunnelWorld is an account in which a tunnel to the clinic's database works.
func tunnelWorld(sessions awsfake.Sessions) *awsfake.World {
	endpoint := func(service string) *awsfake.Endpoint {
		return &awsfake.Endpoint{ID: "vpce-0" + service, VPC: "vpc-0a1", Service: service, State: "available", Groups: []string{"sg-0endpoints"}}
	}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	return &awsfake.World{
		Account: tunnelAccount,
		IAM: awsfake.IAM{
			Caller:   "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Developer_0f/ana@example.com",
			Profiles: map[string]string{"bastion": "bastion"}, Paths: map[string]string{"AWSReservedSSO_Developer_0f": "aws-reserved/sso.amazonaws.com"},
			Denies: map[string][]string{},
		},
		Places: map[awsfake.Place]*awsfake.Contents{{Account: tunnelAccount, Region: tunnelRegion}: {Network: awsfake.Network{
			VPCs: []awsfake.VPC{{ID: "vpc-0a1", CIDR: "10.0.0.0/16"}},
			Instances: []*awsfake.Instance{{
				ID: "i-0b1", State: "running", VPC: "vpc-0a1", Subnet: "subnet-0c1", Private: "10.0.1.5", Launched: at,
				Profile: "arn:aws:iam::111111111111:instance-profile/bastion", Groups: []string{"sg-0bastion"}, Tags: map[string]string{"Name": "project-dev-bastion"},
			}},
			Agents: []*awsfake.Agent{{Instance: "i-0b1", Version: "3.3.1142.0", Ping: "Online", LastPing: at}},
			Groups: []*awsfake.Group{
				{ID: "sg-0bastion", VPC: "vpc-0a1", Out: []awsfake.Permission{{Any: true, CIDR: "0.0.0.0/0"}}},
				{ID: "sg-0database", VPC: "vpc-0a1", In: []awsfake.Permission{{From: 5432, To: 5432, Group: "sg-0bastion"}}},
				{ID: "sg-0endpoints", VPC: "vpc-0a1", In: []awsfake.Permission{{From: 443, To: 443, CIDR: "10.0.0.0/16"}}},
			},
			Endpoints: []*awsfake.Endpoint{endpoint("ssm"), endpoint("ssmmessages")},
			Routes:    []*awsfake.RouteTable{{ID: "rtb-0d1", VPC: "vpc-0a1", NoDefault: true}},
			Databases: []*awsfake.Database{{ID: "clinic", Engine: "postgres", Host: clinicHost, Port: 5432, Name: "patients", VPC: "vpc-0a1", Groups: []string{"sg-0database"}}},
			Tasks: []*awsfake.Task{{
				Cluster: "apps", Service: "api", ID: "f00d", Container: "app", Runtime: "f00d-1", Agent: "RUNNING", Status: "RUNNING", Started: at,
				Role: "arn:aws:iam::111111111111:role/api", Interface: "eni-0e1",
			}},
			Interfaces: []*awsfake.Interface{{ID: "eni-0e1", VPC: "vpc-0a1", Subnet: "subnet-0c1", Private: "10.0.1.6", Groups: []string{"sg-0bastion"}}},
			Sessions:   sessions,
		}}},
	}
}

// tunnelBreaks are what can be wrong with the network.
var tunnelBreaks = map[string]func(*awsfake.World, *awsfake.Network){
	"agent-basic":  func(_ *awsfake.World, n *awsfake.Network) { n.Agents[0].Version = agenttest.Basic },
	"speechless":   func(*awsfake.World, *awsfake.Network) {},
	"kms":          func(*awsfake.World, *awsfake.Network) {},
	"no-instance":  func(_ *awsfake.World, n *awsfake.Network) { n.Instances = nil },
	"stopped":      func(_ *awsfake.World, n *awsfake.Network) { n.Instances[0].State = "stopped" },
	"offline":      func(_ *awsfake.World, n *awsfake.Network) { n.Agents[0].Ping = "ConnectionLost" },
	"unregistered": func(_ *awsfake.World, n *awsfake.Network) { n.Agents = nil },
	"no-profile":   func(_ *awsfake.World, n *awsfake.Network) { n.Instances[0].Profile = "" },
	"no-endpoints": func(_ *awsfake.World, n *awsfake.Network) { n.Endpoints = nil },
	"no-document":  func(_ *awsfake.World, n *awsfake.Network) { n.NoDocuments = true },
	"closed":       func(_ *awsfake.World, n *awsfake.Network) { n.Groups[1].In = nil },
	"no-dns":       func(_ *awsfake.World, n *awsfake.Network) { n.VPCs[0].NoDNS = true },
	"expired":      func(w *awsfake.World, _ *awsfake.Network) { w.Expired = map[string]bool{"AKIAOWN": true} },
	"not-opted-in": func(_ *awsfake.World, n *awsfake.Network) { n.OptIn = "not-opted-in" },
	"no-simulation": func(w *awsfake.World, _ *awsfake.Network) {
		w.Refused = map[string]bool{"iam:SimulatePrincipalPolicy": true}
	},
	"denied": func(w *awsfake.World, _ *awsfake.Network) {
		for _, arn := range []string{w.IAM.Caller, "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Developer_0f"} {
			w.IAM.Denies[arn] = []string{"ssm:StartSession"}
		}
	},
}

// fakevpc starts a network and AWS around it, until the script ends.
func fakevpc(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: fakevpc [BREAK...]")
	}
	v, err := newVPC(args...)
	ts.Check(err)
	ts.Defer(v.close)
	*ts.Value(vpcKey{}).(**vpc) = v
	for name, value := range v.env() {
		ts.Setenv(name, value)
	}
	ts.Setenv("XDG_STATE_HOME", ts.MkAbs("state"))
}

type vpcKey struct{}

// database makes the name of the database lead to the server of a connection
// string.
func database(ts *testscript.TestScript, neg bool, args []string) {
	v := *ts.Value(vpcKey{}).(**vpc)
	if neg || v == nil || len(args) != 1 {
		ts.Fatalf("usage: database DSN, after fakevpc")
	}
	u, err := url.Parse(args[0])
	ts.Check(err)
	v.at.Store(u.Host)
}

// TestTunnelToPostgres runs the scripts that need a server of PostgreSQL.
func TestTunnelToPostgres(t *testing.T) {
	t.Parallel()
	psql := pgtest.Program(t, "psql")
	dsn := pgtest.Databases(t)(t)
	p := scripts(t, "testdata/postgres")
	setup := p.Setup
	p.Setup = func(env *testscript.Env) error {
		env.Setenv("DSN", dsn)
		env.Setenv("PATH", env.Getenv("PATH")+string(os.PathListSeparator)+filepath.Dir(psql))
		return setup(env)
	}
	testscript.Run(t, p)
}

// networkCommand does something to the network, or waits for something in it.
func networkCommand(ts *testscript.TestScript, neg bool, args []string) {
	v := *ts.Value(vpcKey{}).(**vpc)
	if neg || v == nil || len(args) == 0 {
		ts.Fatalf("usage: network cut|restart|expire|refuse|accept|sessions N|opened N, after fakevpc")
	}
	switch args[0] {
	case "cut":
		v.service.Cut()
	case "restart":
		v.service.Restart()
	case "expire":
		v.service.Expire()
	case "refuse":
		v.service.Refuse(true)
	case "accept":
		v.service.Refuse(false)
	case "sessions": // until so many are open
		until(ts, func() bool { return len(v.service.Open()) == number(ts, args[1]) }, "sessions %s, and %d are open", args[1], len(v.service.Open()))
	case "opened": // until so many channels have been opened
		until(ts, func() bool { return v.service.Opened() >= number(ts, args[1]) }, "opened %s, and %d were", args[1], v.service.Opened())
	default:
		ts.Fatalf("network: there is no %q", args[0])
	}
}

func until(ts *testscript.TestScript, holds func() bool, format string, args ...any) {
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf(format, args...)
		}
	}
}

// busy listens at a port until the script ends, and names it $BUSY.
func busy(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("BUSY", fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
}

// await waits until a file has a text.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await FILE TEXT")
	}
	until(ts, func() bool {
		data, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && strings.Contains(string(data), args[1])
	}, "%s has no %q", args[0], args[1])
}

// lookupHost knows the database's name alone.
func lookupHost(_ context.Context, host string) ([]string, error) {
	if host == clinicHost {
		return []string{"10.0.2.9"}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}
