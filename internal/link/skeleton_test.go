package link

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"safeguard/internal/assessment"
)

// importAll has one resource of each type that can be imported.
func importAll() *Importer {
	m := &Importer{}
	for typ := range kinds {
		m.Add(&assessment.Result{Link: &assessment.Link{Unmanaged: byHand}, Resource: assessment.Resource{
			Type: typ, ID: "thing-1", ARN: "arn:aws:any:us-east-1:000000000000:thing/thing-1", Account: "000000000000", Region: "us-east-1",
		}})
	}
	return m
}

// TestSkeletonsValidate asks the real Terraform and AWS provider.
func TestSkeletonsValidate(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts terraform")
	}
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("terraform is not on PATH")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "imports.tf"), []byte(importAll().Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	terraform := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "terraform", args...)
		cmd.Dir = dir
		return cmd.CombinedOutput()
	}
	if out, err := terraform("init", "-input=false", "-no-color"); err != nil {
		t.Skipf("terraform init cannot install the AWS provider here: %v\n%s", err, out)
	}
	if out, err := terraform("validate", "-no-color"); err != nil {
		t.Errorf("terraform validate: %v\n%s", err, out)
	}
}
