package trial_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/terraform/trial"
	"safeguard/internal/tftest"
)

const configuration = `
-- root/main.tf --
module "m" {
  source = "../modules/m"
}
resource "terraform_data" "own" {
  input = file("../notes/note.txt")
}
-- modules/m/main.tf --
variable "greeting" {
  default = "hello"
}
resource "terraform_data" "inner" {
  input = var.greeting
}
-- notes/note.txt --
note
`

// The real terraform sees the files that are not written, in a module beside
// the root too, and nothing reaches the user's directory.
func TestRealTerraform(t *testing.T) {
	t.Parallel()
	tf := tftest.Open(t)
	top := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(configuration)), top); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(top, "root")
	tf.Init(t, dir)
	before := listing(t, top)
	root := trial.Root{Dir: dir, Modules: []string{filepath.Join(top, "modules", "m")}, Environ: os.Environ()}

	if faults, err := root.Validate(t.Context(), nil); err != nil || len(faults) > 0 {
		t.Errorf("as it is: got faults %v, error %v", faults, err)
	}
	module := filepath.Join(top, "modules", "m", "main.tf")
	broken := map[string][]byte{module: []byte("variable \"greeting\" {}\nresource \"terraform_data\" \"inner\" {\n  input = var.nothing\n}\n")}
	faults, err := root.Validate(t.Context(), broken)
	if err != nil || len(faults) == 0 {
		t.Fatalf("a broken module: got no faults, error %v", err)
	}
	if got := faults[len(faults)-1].String(); !strings.Contains(got, "main.tf:") {
		t.Errorf("got the fault %q, want one with a place", got)
	}

	added := map[string][]byte{filepath.Join(top, "modules", "m", "new.tf"): []byte("resource \"terraform_data\" \"new\" {}\n")}
	changes, faults, err := root.Plan(t.Context(), added)
	if err != nil || len(faults) > 0 {
		t.Fatalf("plan: faults %v, error %v", faults, err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, string(c.Action)+" "+c.Address)
	}
	want := "create terraform_data.own, create module.m.terraform_data.inner, create module.m.terraform_data.new"
	if strings.Join(got, ", ") != want {
		t.Errorf("got changes %q, want %q", got, want)
	}
	if _, faults, err = root.Plan(t.Context(), broken); err != nil || len(faults) == 0 {
		t.Errorf("plan of a broken module: got no faults, error %v", err)
	}
	if after := listing(t, top); after != before {
		t.Errorf("the directory changed from\n%s\nto\n%s", before, after)
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		names = append(names, path+" "+info.ModTime().String())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}
