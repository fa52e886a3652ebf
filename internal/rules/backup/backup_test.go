package backup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/rules/backup"
	"safeguard/internal/ruletest"
	"safeguard/internal/scan"
)

func TestRules(t *testing.T) { ruletest.Run(t, backup.Rules) }

// Where the configuration is all there is in the account, what none of its
// selections covers is in no plan.
func TestWholeAccount(t *testing.T) {
	t.Parallel()
	ar := txtar.Parse([]byte(`
-- main.tf --
resource "aws_dynamodb_table" "t" {
  name = "t"
}

resource "aws_efs_file_system" "f" {
}

resource "aws_ebs_volume" "v" {
  availability_zone = "eu-west-1a"
}
`))
	got := map[string]string{}
	_, err := scan.Judge(ruletest.Load(t, ar), scan.Options{Rules: backup.Rules, WholeAccount: true}, func(r *assessment.Result) error {
		if r.Resource.TerraformType != "" {
			got[r.Rule] = string(r.Verdict) + " " + r.Annotation
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"DYNAMODB_IN_BACKUP_PLAN": "NON_COMPLIANT no aws_backup_selection covers this table",
		"EFS_IN_BACKUP_PLAN":      "NON_COMPLIANT no aws_backup_selection covers this file system",
		"EBS_IN_BACKUP_PLAN":      "NON_COMPLIANT no aws_backup_selection covers this volume",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

func TestParametersThatOnlyAWSKnows(t *testing.T) {
	t.Parallel()
	ar := txtar.Parse([]byte(`
-- main.tf --
resource "aws_rds_cluster" "c" {
}

resource "aws_backup_selection" "all" {
  name         = "all"
  plan_id      = "p"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  resources    = ["*"]
}
`))
	for value, want := range map[string]assessment.Verdict{"": assessment.Compliant, "True": assessment.InsufficientData} {
		param := func(_, name string) (hipaa.Value, bool) { return hipaa.Value(value), name == "backupVaultLockCheck" }
		_, err := scan.Judge(ruletest.Load(t, ar), scan.Options{Rules: backup.Rules, Param: param}, func(r *assessment.Result) error {
			if r.Resource.TerraformType != "" && r.Verdict != want {
				t.Errorf("backupVaultLockCheck %q: got %s %q, want %s", value, r.Verdict, r.Annotation, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
