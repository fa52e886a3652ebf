package tftest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/tftest"
)

const configuration = `
-- main.tf --
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
data "aws_region" "west" {
  provider = aws.west
}
variable "name" {}
module "m" {
  source = "./m"
  name   = "${var.name}-${terraform.workspace}-${data.aws_region.west.name}"
}
-- m/main.tf --
variable "name" {}
resource "aws_s3_bucket" "b" {
  bucket = var.name
}
`

// Providers with and without alias, a module, arguments and environment.
func TestPlan(t *testing.T) {
	t.Parallel()
	tf := tftest.Open(t)
	dir := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(configuration)), dir); err != nil {
		t.Fatal(err)
	}
	tf.Init(t, dir)
	tf.Validate(t, dir)
	plan := tf.WithEnv("TF_WORKSPACE=prod").PlanJSON(t, dir, "-var=name=n")
	var doc struct {
		Changes []struct {
			Address string
			Change  struct{ After struct{ Bucket string } }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(plan, &doc); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range doc.Changes {
		got[c.Address] = c.Change.After.Bucket
	}
	if diff := cmp.Diff(map[string]string{"module.m.aws_s3_bucket.b": "n-prod-us-west-2"}, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}

	if _, err := tf.Plan(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "No value for required variable") {
		t.Errorf("plan without the variable: got error %v", err)
	}
}

// What has no AWS in it plans without the provider: that is what makes it fast.
func TestPlanWithoutProvider(t *testing.T) {
	t.Parallel()
	tf := tftest.Open(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte("resource \"terraform_data\" \"d\" {\n  input = 1 + 1\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tf.Init(t, dir)
	if plan := string(tf.PlanJSON(t, dir)); !strings.Contains(plan, `"input":2`) || strings.Contains(plan, "hashicorp/aws") {
		t.Errorf("got plan %s", plan)
	}
}
