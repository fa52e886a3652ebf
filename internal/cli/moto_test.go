package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"safeguard/internal/assessment"
	"safeguard/internal/cli"
)

// moto starts an emulator of AWS that this project has not written, and points
// the AWS configuration of this process to it.
func moto(t *testing.T) string {
	t.Helper()
	bin, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("moto_server is not on PATH: pip install 'moto[server]'")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	listener.Close()
	cmd := exec.Command(bin, "-H", "127.0.0.1", "-p", port)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	url := "http://127.0.0.1:" + port
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if resp, err := http.Get(url + "/moto-api/"); err == nil {
			resp.Body.Close()
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("moto does not answer: %v\n%s", err, log.String())
		}
	}
	for k, v := range map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
	} {
		t.Setenv(k, v)
	}
	return url
}

// fail writes a failed finding of a control into Security Hub.
func fail(t *testing.T, cfg aws.Config, account, control, typ, resource string) {
	t.Helper()
	_, err := securityhub.NewFromConfig(cfg).BatchImportFindings(t.Context(), &securityhub.BatchImportFindingsInput{Findings: []types.AwsSecurityFinding{{
		SchemaVersion: aws.String("2018-10-08"), Id: aws.String(control + resource), ProductArn: aws.String("arn:aws:securityhub:eu-central-1::product/aws/securityhub"),
		GeneratorId: aws.String("security-control/" + control), AwsAccountId: &account, Types: []string{"Software and Configuration Checks"},
		CreatedAt: aws.String("2026-11-20T00:00:00Z"), UpdatedAt: aws.String("2026-11-20T00:00:00Z"), Title: aws.String("title"), Description: aws.String("about"),
		Severity: &types.Severity{Label: types.SeverityLabelHigh}, Workflow: &types.Workflow{Status: types.WorkflowStatusNew}, RecordState: types.RecordStateActive,
		Compliance: &types.Compliance{Status: types.ComplianceStatusFailed, SecurityControlId: &control},
		Resources:  []types.Resource{{Type: &typ, Id: &resource}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

// audited runs an audit of Security Hub and returns its results.
func audited(t *testing.T, args ...string) []*assessment.Result {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Run(t.Context(), append([]string{"audit", "--source", "aws-security-hub", "--format", "json"}, args...), cli.IO{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: os.Environ(),
	})
	if code != 1 {
		t.Fatalf("got exit code %d, want 1\n%s%s", code, out.String(), errs.String())
	}
	var all []*assessment.Result
	for line := range strings.Lines(out.String()) {
		var m assessment.Message
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		if m.Result != nil {
			all = append(all, m.Result)
		}
	}
	return all
}

// TestMotoOrganization audits the accounts of an organization through a role.
func TestMotoOrganization(t *testing.T) {
	moto(t)
	ctx := t.Context()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	org := organizations.NewFromConfig(cfg)
	if _, err := org.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: orgtypes.OrganizationFeatureSetAll}); err != nil {
		t.Fatal(err)
	}
	created, err := org.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String("prod"), Email: aws.String("prod@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	member := aws.ToString(created.CreateAccountStatus.AccountId)
	role, err := sts.NewFromConfig(cfg).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + member + ":role/Reader"), RoleSessionName: aws.String("test")})
	if err != nil {
		t.Fatal(err)
	}
	memberCfg := cfg.Copy()
	memberCfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *role.Credentials.AccessKeyId, SecretAccessKey: *role.Credentials.SecretAccessKey, SessionToken: *role.Credentials.SessionToken}, nil
	})
	for _, c := range []aws.Config{cfg, memberCfg} {
		if _, err := securityhub.NewFromConfig(c).EnableSecurityHub(ctx, &securityhub.EnableSecurityHubInput{}); err != nil {
			t.Fatal(err)
		}
	}
	fail(t, memberCfg, member, "S3.14", "AwsS3Bucket", "arn:aws:s3:::records")
	got := audited(t, "--role-name", "Reader")
	if len(got) != 1 || got[0].Resource.Account != member || got[0].Rule != "S3_BUCKET_VERSIONING_ENABLED" {
		t.Errorf("got %+v, want the finding of %s", got, member)
	}
}

const applied = `
provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_requesting_account_id  = false
}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

resource "aws_dynamodb_table" "visits" {
  for_each     = toset(["eu", "us"])
  name         = "visits-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
`

// TestMotoTerraform applies a configuration with the real Terraform and AWS
// provider, puts its state into S3, and audits: every finding has its address.
func TestMotoTerraform(t *testing.T) {
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("terraform is not on PATH")
	}
	moto(t)
	ctx := t.Context()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(applied), 0o600); err != nil {
		t.Fatal(err)
	}
	terraform := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, "terraform", args...)
		cmd.Dir = dir
		return cmd.CombinedOutput()
	}
	if out, err := terraform("init", "-input=false", "-no-color"); err != nil {
		t.Skipf("terraform init cannot install the AWS provider here: %v\n%s", err, out)
	}
	if out, err := terraform("apply", "-auto-approve", "-input=false", "-no-color"); err != nil {
		t.Fatalf("terraform apply: %v\n%s", err, out)
	}
	state, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("states"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-central-1"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("states"), Key: aws.String("prod/terraform.tfstate"), Body: bytes.NewReader(state)}); err != nil {
		t.Fatal(err)
	}
	if _, err := securityhub.NewFromConfig(cfg).EnableSecurityHub(ctx, &securityhub.EnableSecurityHubInput{}); err != nil {
		t.Fatal(err)
	}
	const account = "123456789012"
	want := map[string]string{
		"arn:aws:s3:::records":                                       "aws_s3_bucket.records",
		"arn:aws:sns:eu-central-1:123456789012:alerts":               "aws_sns_topic.alerts",
		"arn:aws:dynamodb:eu-central-1:123456789012:table/visits-eu": `aws_dynamodb_table.visits["eu"]`,
		"arn:aws:dynamodb:eu-central-1:123456789012:table/visits-us": `aws_dynamodb_table.visits["us"]`,
		"arn:aws:iam::123456789012:role/app":                         "aws_iam_role.app",
	}
	controls := map[string][2]string{"s3": {"S3.14", "AwsS3Bucket"}, "sns": {"SNS.1", "AwsSnsTopic"}, "dynamodb": {"DynamoDB.2", "AwsDynamoDbTable"}, "iam": {"IAM.999", "AwsIamRole"}}
	for arn := range want {
		c := controls[strings.Split(arn, ":")[2]]
		fail(t, cfg, account, c[0], c[1], arn)
	}
	results := audited(t, "--terraform", dir, "--state", "s3://states/prod/terraform.tfstate")
	if len(results) != len(want) {
		t.Errorf("got %d results, want %d", len(results), len(want))
	}
	for _, r := range results {
		if r.Resource.Address != want[r.Resource.ARN] || r.Location.Line == 0 {
			t.Errorf("%s: got %q at %+v, want %q", r.Resource.ARN, r.Resource.Address, r.Location, want[r.Resource.ARN])
		}
	}
}
