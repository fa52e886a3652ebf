package fix_test

import (
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/fix"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform/trial"
	"safeguard/internal/tftest"
)

// TestValidated asks the real terraform about the changes of a small root: it
// takes them all and says what it would create.
func TestValidated(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("plans twice")
	}
	tf := tftest.Open(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), []byte("provider \"aws\" {\n  region = \"eu-west-1\"\n}\n\nvariable \"account_id\" {\n  default = \"123456789012\"\n}\n\nresource \"aws_s3_bucket\" \"phi\" {\n  bucket = \"phi\"\n}\n"))
	tf.Init(t, dir)
	plan, err := fix.Validated(t.Context(), dir, fix.Options{Scan: scan.Options{Rules: rules.All()}, Risks: everything},
		fix.Trial{Plan: true, Environ: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	if v := plan.Validation; len(v.Roots) != 1 || len(v.Faulty)+len(v.Unplanned) > 0 {
		t.Fatalf("got %+v, want one root that is valid and plans", v)
	}
	created := map[string]bool{}
	for _, item := range plan.Order() {
		for _, c := range item.Effects {
			if c.Action != trial.Create {
				t.Errorf("%s: terraform would %s %s, and there is no state", item.Rule, c.Action, c.Address)
			}
			created[c.Address] = true
		}
	}
	if want := "aws_s3_bucket_policy.phi"; !created[want] {
		t.Errorf("got %v, want %s to be created", created, want)
	}
	if _, err := os.Stat(filepath.Join(dir, ".terraform.tfstate.lock.info")); err == nil {
		t.Error("the directory was locked")
	}
}
