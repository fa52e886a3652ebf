package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"safeguard/internal/settings"
)

func TestParse(t *testing.T) {
	t.Parallel()
	s, err := settings.Parse([]byte(`
rule "restricted-common-ports" {
  parameters = { blockedPort1 = 20 }
  optimistic_hours = 1
  pessimistic_hours = 3
}
rule "EC2_IMDSV2_CHECK" {}
weights { critical = 100 }
exception "EC2_IMDSV2_CHECK" {
  resource = "*"
  reason   = "x"
  expires  = "2027-03-31"
}
`), "f")
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := s.Param("RESTRICTED_INCOMING_TRAFFIC", "BLOCKEDPORT1"); !ok || v.String() != "20" {
		t.Errorf("got parameter %q, %v, want 20", v, ok)
	}
	if _, ok := s.Param("EC2_IMDSV2_CHECK", "x"); ok {
		t.Error("a parameter that is not set is set")
	}
	if e, ok := s.Effort("RESTRICTED_INCOMING_TRAFFIC"); !ok || e.Optimistic != 1 || e.Pessimistic != 3 {
		t.Errorf("got effort %+v, %v", e, ok)
	}
	if s.Weights.Critical != 100 || s.Weights.Low != 1 {
		t.Errorf("got weights %+v, want 100 for critical and the default for low", s.Weights)
	}
	if len(s.Exceptions) != 1 || s.Exceptions[0].Line != 9 {
		t.Errorf("got exceptions %+v", s.Exceptions)
	}
}

func TestTunnels(t *testing.T) {
	t.Parallel()
	s, err := settings.Parse([]byte(`
tunnel "dev-db" {
  bastion_tag = "Name=bastion"
  rds         = "clinic"
  local       = 15432
}
tunnel "cache" {
  target                = "i-1"
  terraform_output      = "host"
  terraform_port_output = "port"
  max_retries           = 0
}
`), "f")
	if err != nil {
		t.Fatal(err)
	}
	got, ok := s.Tunnel("dev-db")
	if want := (settings.Tunnel{Name: "dev-db", File: "f", Line: 2, BastionTag: "Name=bastion", RDS: "clinic", Local: 15432, MaxRetries: -1}); !ok || got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, ok := s.Tunnel("cache"); !ok || got.MaxRetries != 0 || got.PortOutput != "port" {
		t.Errorf("got %+v", got)
	}
	for src, want := range map[string]string{
		"tunnel \"a\" {}":    "f:1: tunnel \"a\" needs one of target, bastion_tag, ecs",
		"tunnel {}":          "f:1: want tunnel \"NAME\"",
		"tunnel \"a b\" {}":  "without spaces",
		"tunnel \"stop\" {}": "that is a command",
		"tunnel \"a\" {\n target = \"i\"\n host = \"h\"\n}":                                                  "f:1: tunnel \"a\" has a host and no port",
		"tunnel \"a\" {\n target = \"i\"\n host = \"h\"\n port = 70000\n}":                                   "f:4: port: want a whole number from 1 to 65535",
		"tunnel \"a\" {\n target = \"i\"\n host = \"h\"\n port = 1.5\n}":                                     "f:4: port: want a whole number",
		"tunnel \"a\" {\n bastion_tag = \"x\"\n rds = \"y\"\n}":                                              "f:2: bastion_tag is \"x\": want \"KEY=VALUE\"",
		"tunnel \"a\" {\n target = \"i\"\n rds = \"y\"\n engine = \"dbase\"\n}":                              "f:4: engine is \"dbase\"",
		"tunnel \"a\" {\n target = \"i\"\n rds = \"y\"\n bind = \"here\"\n}":                                 "f:4: bind is \"here\"",
		"tunnel \"a\" {\n target = \"i\"\n rds = \"y\"\n state = \"s\"\n}":                                   "f:4: state is where terraform_output is read from",
		"tunnel \"a\" {\n target = \"i\"\n rds = \"y\"\n}\ntunnel \"a\" {\n target = \"i\"\n rds = \"y\"\n}": "f:5: tunnel \"a\" is there already, in line 1",
		"tunnel \"a\" {\n target = \"i\"\n rds = \"y\"\n password = \"hunter2\"\n}":                          "f:4: tunnel has no argument \"password\"",
	} {
		if _, err := settings.Parse([]byte(src), "f"); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want %q", src, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, settings.Name), []byte("weights {\n low = 7\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := settings.Find(deep)
	if err != nil || s.Weights.Low != 7 {
		t.Errorf("got %+v, %v, want the settings two directories above", s, err)
	}
}

// FuzzParse: any text gives settings or an error that names a line.
func FuzzParse(f *testing.F) {
	f.Add("rule \"EC2_IMDSV2_CHECK\" { parameters = { a = [1, true] } }")
	f.Add("exception \"x\" { expires = 3 }\nweights { low = -1 }")
	f.Add("a = 1")
	f.Add("tunnel \"a\" {\n target = \"i\"\n rds = [1]\n port = 99999999999999999999\n}")
	f.Fuzz(func(t *testing.T, src string) {
		s, err := settings.Parse([]byte(src), "f")
		if (s == nil) == (err == nil) {
			t.Fatalf("got settings %v and error %v", s, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("the error %q names no line", err)
		}
	})
}
