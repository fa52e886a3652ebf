package tftest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/tftest"
)

func TestWriteOverride(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files string
		want  map[string]string // directory: the aliases that its override has, "-" for the default
	}{
		"no provider block": {`
-- main.tf --
resource "aws_s3_bucket" "b" {}
`, map[string]string{".": "-"}},
		"aliases": {`
-- main.tf --
provider "aws" {
  alias = "west"
}
provider "aws" {
  region = "us-east-1"
}
provider "random" {
  alias = "other"
}
`, map[string]string{".": "- west"}},
		"JSON": {`
-- a.tf.json --
{"provider": {"aws": [{"alias": "b"}, {"alias": "a"}]}}
`, map[string]string{".": "a b"}},
		"modules": {`
-- main.tf --
module "m" {
  source = "./m"
}
-- m/main.tf --
provider "aws" {
  alias = "inner"
}
resource "aws_s3_bucket" "b" {}
-- n/main.tf --
resource "aws_s3_bucket" "b" {}
-- .terraform/modules/x/main.tf --
provider "aws" {}
`, map[string]string{".": "-", "m": "inner"}},
		"nothing of AWS": {`
-- main.tf --
resource "terraform_data" "d" {}
`, map[string]string{}},
		"does not parse": {`
-- main.tf --
provider "aws" {
`, map[string]string{".": "-"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := txtar.Write(txtar.Parse([]byte(tt.files)), dir); err != nil {
				t.Fatal(err)
			}
			if err := tftest.WriteOverride(dir); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, overrides(t, dir)); diff != "" {
				t.Errorf("overrides (-want +got):\n%s", diff)
			}
		})
	}
}

// overrides reads the aliases in the override files below dir.
func overrides(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Base(path) != tftest.OverrideFile {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var aliases []string
		for _, block := range strings.Split(string(src), `provider "aws"`)[1:] {
			alias := "-"
			if _, rest, ok := strings.Cut(block, `alias                       = "`); ok {
				alias, _, _ = strings.Cut(rest, `"`)
			}
			aliases = append(aliases, alias)
		}
		in, err := filepath.Rel(dir, filepath.Dir(path))
		got[in] = strings.Join(aliases, " ")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
