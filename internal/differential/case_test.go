package differential_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/differential"
)

func parse(t *testing.T, text string) (*differential.Case, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "name.txtar")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return differential.ParseCase(path)
}

func TestParseCase(t *testing.T) {
	t.Parallel()
	c, err := parse(t, `What it is about.
# var: a=b=c
# env: TF_VAR_x=y
# var-file: f.tfvars
# workspace: prod
# coverage: 90
# secret: s s
# knows: aws_x.c["a b"] tags_all
# provider: aws_x.a["k"] rule[0].id
# identity: aws_x.b name
-- main.tf --
resource "aws_x" "a" {}
`)
	if err != nil {
		t.Fatal(err)
	}
	type fields struct {
		Name               string
		Shared             bool
		Coverage           int
		Plan, Env, Inspect []string
		Secrets            []string
		Knows              [][2]string
		Skip               map[string]bool
	}
	got := fields{c.Name, c.Shared(), c.Coverage, c.PlanArgs(), c.PlanEnv(), c.InspectArgs(), c.Secrets, c.Knows, c.Skip}
	want := fields{
		Name:     "name",
		Coverage: 90,
		Plan:     []string{"-var=a=b=c", "-var-file=f.tfvars"},
		Env:      []string{"TF_WORKSPACE=prod", "TF_VAR_x=y"},
		Inspect:  []string{"--var", "a=b=c", "--var-file", "f.tfvars", "--workspace", "prod"},
		Secrets:  []string{"s s"},
		Knows:    [][2]string{{`aws_x.c["a b"]`, "tags_all"}},
		Skip:     map[string]bool{`aws_x.a["k"] rule[0].id`: true, "aws_x.b name": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("case (-want +got):\n%s", diff)
	}
}

func TestShared(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want bool
	}{
		"of AWS":   {"-- main.tf --\nresource \"aws_x\" \"a\" {}\n", true},
		"in JSON":  {"-- main.tf.json --\n{\"resource\": {\"aws_x\": {}}}\n", true},
		"root":     {"# root\n-- main.tf --\nresource \"aws_x\" \"a\" {}\n", false},
		"with var": {"# var: a=b\n-- main.tf --\nresource \"aws_x\" \"a\" {}\n", false},
		"not AWS":  {"-- main.tf --\nresource \"terraform_data\" \"a\" {}\n", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := parse(t, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Shared(); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestParseCaseErrors(t *testing.T) {
	t.Parallel()
	for _, directive := range []string{"unheard: of", "coverage: all", "knows: x", "root: yes", "var", "prose after a hash"} {
		if _, err := parse(t, "# "+directive+"\n-- main.tf --\n"); err == nil {
			t.Errorf("directive %q: got no error", directive)
		}
	}
}
