package tunnel

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"safeguard/internal/audit/awsfake"
	"safeguard/internal/tunnel/channel"
)

const region = "eu-central-1"

var place = awsfake.Place{Account: "111111111111", Region: region}

var day = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// world has two running bastions, the younger of which is offline, one that was
// stopped, a service of ECS, and databases of every kind.
func world() *awsfake.World {
	instance := func(id, state, name string, launched time.Time) *awsfake.Instance {
		return &awsfake.Instance{ID: id, State: state, Launched: launched, Tags: map[string]string{"Name": name}}
	}
	return &awsfake.World{Account: place.Account, Page: 1, EmptyPages: true, Places: map[awsfake.Place]*awsfake.Contents{place: {Network: awsfake.Network{
		Instances: []*awsfake.Instance{
			instance("i-old", "running", "bastion", day), instance("i-new", "running", "bastion", day.Add(time.Hour)), instance("i-newest", "running", "bastion", day.Add(2*time.Hour)),
			instance("i-off", "stopped", "resting", day), instance("i-web", "running", "web", day),
		},
		Agents: []*awsfake.Agent{
			{Instance: "i-old", Version: "3.3.1142.0", Ping: "Online", LastPing: day}, {Instance: "i-new", Version: "3.3.1142.0", Ping: "Online", LastPing: day},
			{Instance: "i-newest", Version: "3.3.1142.0", Ping: "ConnectionLost", LastPing: day},
		},
		Tasks: []*awsfake.Task{
			{Cluster: "apps", Service: "api", ID: "t1", Container: "app", Runtime: "t1-1", Agent: "RUNNING", Status: "RUNNING", Started: day},
			{Cluster: "apps", Service: "api", ID: "t2", Container: "app", Runtime: "t2-1", Agent: "STOPPED", Status: "RUNNING", Started: day.Add(time.Hour)},
			{Cluster: "apps", Service: "plain", ID: "t3", Container: "app", Runtime: "t3-1", Status: "RUNNING", Started: day},
		},
		Databases: []*awsfake.Database{
			{ID: "clinic", Engine: "postgres", Host: "clinic.rds", Port: 5433, Name: "patients", VPC: "vpc-1", Groups: []string{"sg-db"}},
			{ID: "young", Engine: "mysql"},
			{ID: "aurora", Engine: "aurora-mysql", Cluster: true, Host: "aurora.rds", Port: 3306},
		},
		Caches: []*awsfake.Cache{
			{ID: "sessions", Kind: "group", Host: "sessions.cache", Port: 6379, TLS: true, Groups: []string{"sg-cache"}},
			{ID: "serverless", Kind: "serverless", Engine: "valkey", Host: "serverless.cache", Port: 6379},
			{ID: "memory", Kind: "cluster", Engine: "memcached", Host: "memory.cache", Port: 11211},
		},
		Domains:  []*awsfake.Domain{{Name: "logs", Host: "logs.es", VPC: "vpc-1", Groups: []string{"sg-logs"}}},
		Sessions: &ledger{},
	}}}}
}

// A ledger holds sessions without channels.
type ledger struct{ open []string }

func (l *ledger) Start(host, _ string) (id, url, token string) {
	l.open = append(l.open, host)
	return "auditor-1", "wss://channel/" + host, "token"
}

func (l *ledger) Resume(id string) (url, token string, err error) {
	switch {
	case id == "ended":
		return "", "", nil
	case id != "auditor-1" || len(l.open) == 0:
		return "", "", errors.New("no such session")
	}
	return "wss://channel", "token-2", nil
}

func (l *ledger) Terminate(id string) error {
	if id != "auditor-1" {
		return errors.New("no such session")
	}
	l.open = nil
	return nil
}

func serve(t *testing.T, w *awsfake.World) aws.Config {
	t.Helper()
	srv := httptest.NewServer(w)
	t.Cleanup(srv.Close)
	return aws.Config{
		Region: region, BaseEndpoint: &srv.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIAOWN", "secret", ""),
		RetryMaxAttempts: 1,
	}
}

func TestFindTarget(t *testing.T) {
	t.Parallel()
	cfg := serve(t, world())
	for _, test := range []struct {
		via        Via
		want, fail string
	}{
		{via: Via{Target: "i-0123"}, want: "i-0123"},
		{via: Via{Target: "ecs:a_b_c"}, want: "ecs:a_b_c"},
		{via: Via{Target: "ecs:a"}, fail: "want ecs:CLUSTER_TASK_RUNTIME"},
		{via: Via{Target: "bastion"}, fail: "--bastion-tag"},
		{via: Via{Tag: Tag{"Name", "bastion"}}, want: "i-new"},
		{via: Via{Tag: Tag{"Name", "resting"}}, fail: "i-off (stopped)"},
		{via: Via{Tag: Tag{"Name", "bastoin"}}, fail: `values of Name seen: "bastion", "resting", "web"`},
		{via: Via{Tag: Tag{"Role", "bastion"}}, fail: "nor any tag Role"},
		{via: Via{Tag: Tag{"Name", "web"}}, fail: "i-web (not registered)"},
		{via: Via{Cluster: "apps", Service: "api"}, want: "ecs:apps_t1_t1-1"},
		{via: Via{Cluster: "apps", Service: "api", Container: "side"}, fail: "another container"},
		{via: Via{Cluster: "apps", Service: "plain"}, fail: "enable_execute_command"},
		{via: Via{Cluster: "apps", Service: "none"}, fail: "no running task"},
		{fail: "nothing to go through"},
	} {
		got, err := FindTarget(t.Context(), cfg, test.via)
		check(t, test.via.String(), got, test.want, err, test.fail)
	}
}

func check[T comparable](t *testing.T, what string, got, want T, err error, fail string) {
	t.Helper()
	switch {
	case fail == "" && (err != nil || got != want):
		t.Errorf("%s: got %v, %v, want %v", what, got, err, want)
	case fail != "" && (err == nil || !strings.Contains(err.Error(), fail)):
		t.Errorf("%s: got %v, %v, want an error with %q", what, got, err, fail)
	}
}

func TestFindEndpoint(t *testing.T) {
	t.Parallel()
	cfg := serve(t, world())
	for _, test := range []struct {
		to           To
		want, scheme string
		groups, fail string
	}{
		{to: To{Host: "db", Port: 5432}, want: "db:5432", scheme: "postgres"},
		{to: To{Host: "db"}, fail: "no port"},
		{to: To{RDS: "clinic"}, want: "clinic.rds:5433", scheme: "postgres", groups: "sg-db"},
		{to: To{RDS: "clinic", Port: 9999}, want: "clinic.rds:9999", scheme: "postgres", groups: "sg-db"},
		{to: To{RDS: "aurora"}, want: "aurora.rds:3306", scheme: "mysql"},
		{to: To{RDS: "young"}, fail: "no endpoint yet"},
		{to: To{RDS: "clinik"}, fail: "seen: aurora, clinic, young"},
		{to: To{ElastiCache: "sessions"}, want: "sessions.cache:6379", scheme: "rediss", groups: "sg-cache"},
		{to: To{ElastiCache: "serverless"}, want: "serverless.cache:6379", scheme: "rediss"},
		{to: To{ElastiCache: "memory"}, want: "memory.cache:11211"},
		{to: To{ElastiCache: "none"}, fail: "seen: serverless, sessions"},
		{to: To{OpenSearch: "logs"}, want: "logs.es:443", scheme: "https", groups: "sg-logs"},
		{to: To{OpenSearch: "none"}, fail: "seen: logs"},
	} {
		got, err := FindEndpoint(t.Context(), cfg, test.to)
		address := ""
		if err == nil {
			address = got.Address()
		}
		check(t, test.to.String(), address, test.want, err, test.fail)
		if got.Scheme != test.scheme || strings.Join(got.Groups, " ") != test.groups {
			t.Errorf("%s: got scheme %q and groups %v, want %q and %q", test.to, got.Scheme, got.Groups, test.scheme, test.groups)
		}
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	w := world()
	cfg := serve(t, w)
	c := &Control{Route: Route{"i-new", Endpoint{Host: "clinic.rds", Port: 5432}}, Local: 15432, Reason: "ticket 7", Load: func(context.Context) (aws.Config, error) { return cfg, nil }}
	s, err := c.Start(t.Context())
	if want := (channel.Session{ID: "auditor-1", StreamURL: "wss://channel/clinic.rds", Token: "token"}); err != nil || s != want {
		t.Fatalf("got %+v, %v, want %+v", s, err, want)
	}
	if s, err := c.Resume(t.Context(), s.ID); err != nil || s.ID != "auditor-1" || s.Token != "token-2" {
		t.Errorf("got %+v, %v, want the session with a new token", s, err)
	}
	for _, id := range []string{"unknown", "ended"} {
		if _, err := c.Resume(t.Context(), id); !errors.Is(err, channel.ErrGone) {
			t.Errorf("%s: got %v, want %v", id, err, channel.ErrGone)
		}
	}
	if err := c.Terminate(t.Context(), s.ID); err != nil {
		t.Error(err)
	}
	c.Route.Host = "localhost"
	if s, err := c.Start(t.Context()); err != nil || s.StreamURL != "wss://channel/localhost" {
		t.Errorf("got %+v, %v, want a session with a port of the target", s, err)
	}
	c.Route.Target = "i-newest"
	if _, err := c.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "TargetNotConnected") || !strings.Contains(err.Error(), "tunnel doctor") {
		t.Errorf("got %v, want TargetNotConnected and what to do", err)
	}
	w.Refused = map[string]bool{"ssm:ResumeSession": true}
	if _, err := c.Resume(t.Context(), "auditor-1"); !errors.Is(err, channel.ErrGone) || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v, want that the session is out of reach", err)
	}
}

// Credentials that AWS calls too old are found anew, once.
func TestExpiredCredentials(t *testing.T) {
	t.Parallel()
	w := world()
	w.Expired = map[string]bool{"AKIAOLD": true}
	cfg := serve(t, w)
	keys := []string{"AKIAOLD", "AKIAOWN"}
	loads := 0
	c := &Control{Route: Route{"i-new", Endpoint{Host: "h", Port: 1}}, Load: func(context.Context) (aws.Config, error) {
		cfg := cfg.Copy()
		cfg.Credentials = credentials.NewStaticCredentialsProvider(keys[min(loads, len(keys)-1)], "secret", "")
		loads++
		return cfg, nil
	}}
	if _, err := c.Start(t.Context()); err != nil || loads != 2 {
		t.Errorf("got %v after %d loads, want a session after 2", err, loads)
	}
	w.Expired["AKIAOWN"] = true
	if _, err := c.Resume(t.Context(), "auditor-1"); err == nil || errors.Is(err, channel.ErrGone) || !strings.Contains(err.Error(), "too old") || loads != 3 {
		t.Errorf("got %v after %d loads, want that the credentials are too old after 3", err, loads)
	}
}

func TestSign(t *testing.T) {
	t.Parallel()
	c := &Control{Load: func(context.Context) (aws.Config, error) {
		return aws.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider("AKIAOWN", "secret", "session")}, nil
	}}
	r, _ := http.NewRequest(http.MethodGet, "https://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/x?role=publish_subscribe", nil)
	if err := c.Sign(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("Authorization"); !strings.Contains(got, "/eu-central-1/ssmmessages/aws4_request") {
		t.Errorf("got %q, want a signature for ssmmessages", got)
	}
	if r.Header.Get("X-Amz-Security-Token") != "session" {
		t.Error("the session token is missing")
	}
}

// TestPermissionsAreMinimal compares the policy with the calls that are made.
func TestPermissionsAreMinimal(t *testing.T) {
	t.Parallel()
	tag, service := Via{Tag: Tag{"Name", "bastion"}}, Via{Cluster: "apps", Service: "api"}
	for name, specs := range map[string][]Spec{
		"instance":   {{Via{Target: "i-new"}, To{Host: "db", Port: 5432}}},
		"tag":        {{tag, To{Host: "db", Port: 5432}}},
		"service":    {{service, To{Host: "localhost", Port: 80}}},
		"task":       {{Via{Target: "ecs:apps_t1_t1-1"}, To{Host: "db", Port: 5432}}},
		"rds":        {{tag, To{RDS: "clinic"}}, {tag, To{RDS: "aurora"}}},
		"caches":     {{tag, To{ElastiCache: "sessions"}}, {tag, To{ElastiCache: "serverless"}}, {tag, To{ElastiCache: "memory"}}},
		"opensearch": {{tag, To{OpenSearch: "logs"}}, {tag, To{OpenSearch: "none"}}},
	} {
		w := world()
		cfg := serve(t, w)
		for _, s := range specs {
			r, err := Resolve(t.Context(), cfg, s)
			if err != nil {
				continue // what is not there is looked for all the same
			}
			c := &Control{Route: r, Load: func(context.Context) (aws.Config, error) { return cfg, nil }}
			session, err := c.Start(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if _, err := c.Resume(t.Context(), session.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := c.Terminate(t.Context(), session.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		want := []string{"ssmmessages:OpenDataChannel"} // opened by what is signed
		for call := range w.Calls() {
			want = append(want, call)
		}
		var got []string
		for _, s := range PermissionsFor(specs).policy().Statement {
			got = append(got, s.Action...)
		}
		slices.Sort(got)
		slices.Sort(want)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: the policy allows\n%s\nand the calls made are\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]Door{
		"postgres://app@127.0.0.1:15432/patients":         {Host: "127.0.0.1", Port: 15432, Scheme: "postgres", User: "app", Database: "patients"},
		"mysql://127.0.0.1:3306":                          {Host: "127.0.0.1", Port: 3306, Scheme: "mysql"},
		"rediss://[::1]:6379":                             {Host: "::1", Port: 6379, Scheme: "rediss"},
		"sqlserver://sa@127.0.0.1:1433?database=patients": {Host: "127.0.0.1", Port: 1433, Scheme: "sqlserver", User: "sa", Database: "patients"},
		"127.0.0.1:9":                                     {Host: "127.0.0.1", Port: 9},
		"postgres://a%2Fb%40c@127.0.0.1:1/a%20b":          {Host: "127.0.0.1", Port: 1, Scheme: "postgres", User: "a/b@c", Database: "a b"},
	} {
		if got := d.URL(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	env := Environment([]Door{
		{Name: "dev-db", Host: "127.0.0.1", Port: 1, Scheme: "postgres", User: "app", Database: "patients"},
		{Name: "other", Host: "127.0.0.1", Port: 2, Scheme: "postgres"}, {Host: "127.0.0.1", Port: 3, Scheme: "mysql"}, {Host: "127.0.0.1", Port: 4, Scheme: "rediss"},
	})
	want := []string{
		"SAFEGUARD_TUNNEL_HOST=127.0.0.1", "SAFEGUARD_TUNNEL_PORT=1", "SAFEGUARD_TUNNEL_URL=postgres://app@127.0.0.1:1/patients",
		"SAFEGUARD_TUNNEL_DEV_DB_HOST=127.0.0.1", "SAFEGUARD_TUNNEL_DEV_DB_PORT=1", "SAFEGUARD_TUNNEL_DEV_DB_URL=postgres://app@127.0.0.1:1/patients",
		"PGHOST=127.0.0.1", "PGPORT=1", "PGUSER=app", "PGDATABASE=patients",
		"SAFEGUARD_TUNNEL_OTHER_HOST=127.0.0.1", "SAFEGUARD_TUNNEL_OTHER_PORT=2", "SAFEGUARD_TUNNEL_OTHER_URL=postgres://127.0.0.1:2",
		"MYSQL_HOST=127.0.0.1", "MYSQL_TCP_PORT=3", "REDIS_URL=rediss://127.0.0.1:4",
	}
	if !slices.Equal(env, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(env, "\n"), strings.Join(want, "\n"))
	}
}
