package link_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"safeguard/internal/link"
	"safeguard/internal/terraform"
)

const withCompanions = `resource "aws_s3_bucket" "records" {
  bucket = "records"
}
resource "aws_s3_bucket_versioning" "records" {
  bucket = aws_s3_bucket.records.id
  versioning_configuration { status = "Suspended" }
}
resource "aws_s3_bucket_policy" "records" {
  bucket = "records"
  policy = "{}"
}
resource "aws_s3_bucket_versioning" "other" {
  bucket = "other"
  versioning_configuration { status = "Enabled" }
}
resource "aws_db_parameter_group" "pg" {
  name   = "pg"
  family = "postgres15"
}
resource "aws_db_instance" "main" {
  identifier           = "main"
  parameter_group_name = aws_db_parameter_group.pg.name
}
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.name
  policy = "{}"
}
resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_security_group" "web" {
  name = "web"
}
resource "aws_vpc_security_group_ingress_rule" "web" {
  count             = 2
  security_group_id = aws_security_group.web.id
  ip_protocol       = "-1"
}
resource "aws_cloudwatch_log_group" "trail" {
  name = "trail"
}
resource "aws_cloudtrail" "all" {
  name                       = "all"
  s3_bucket_name             = aws_s3_bucket.records.id
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
}
`

// indexOf indexes one file and a state without resources of its own.
func indexOf(t *testing.T, name, text string) *link.Index {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if name == "main.tf" {
		path = filepath.Dir(path)
	}
	in, err := terraform.Load(t.Context(), path, nil, terraform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if name == "main.tf" {
		return link.New(in.Graphs, nil)
	}
	return link.New(nil, in.Graphs)
}

func TestCompanions(t *testing.T) {
	t.Parallel()
	x := indexOf(t, "main.tf", withCompanions)
	for _, c := range []struct{ rule, typ, id, want string }{
		{"S3_BUCKET_VERSIONING_ENABLED", "AWS::S3::Bucket", "records", "aws_s3_bucket_versioning.records:4"},
		{"S3_BUCKET_SSL_REQUESTS_ONLY", "AWS::S3::Bucket", "records", "aws_s3_bucket_policy.records:8"},
		{"S3_BUCKET_LOGGING_ENABLED", "AWS::S3::Bucket", "records", ""},
		{"S3.999", "AWS::S3::Bucket", "records", "aws_s3_bucket_versioning.records:4 aws_s3_bucket_policy.records:8"},
		{"RDS_LOGGING_ENABLED", "AWS::RDS::DBInstance", "main", "aws_db_parameter_group.pg:16"},
		{"RDS_MULTI_AZ_SUPPORT", "AWS::RDS::DBInstance", "main", ""},
		{"IAM_NO_INLINE_POLICY_CHECK", "AWS::IAM::Role", "app", "aws_iam_role_policy.app:28"},
		{"INCOMING_SSH_DISABLED", "AWS::EC2::SecurityGroup", "web", ""},
		{"CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED", "AWS::CloudTrail::Trail", "all", "aws_cloudwatch_log_group.trail:44"},
	} {
		r := result(c.typ, c.id, "")
		r.Rule = c.rule
		x.Link(r)
		var got []string
		if r.Link != nil {
			for _, p := range r.Link.Companions {
				got = append(got, fmt.Sprintf("%s:%d", p.Address, p.Location.Line))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s on %s: got %q, want %q", c.rule, c.id, got, c.want)
		}
	}
}

// TestCompanionsOfState has no code: the state knows who belongs to whom.
func TestCompanionsOfState(t *testing.T) {
	t.Parallel()
	x := indexOf(t, "terraform.tfstate", `{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": [
  {"mode": "managed", "type": "aws_security_group", "name": "web", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [
    {"schema_version": 1, "attributes": {"id": "sg-1", "name": "web", "arn": "arn:aws:ec2:eu-central-1:111111111111:security-group/sg-1"}}]},
  {"mode": "managed", "type": "aws_security_group_rule", "name": "ssh", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [
    {"index_key": 0, "schema_version": 2, "attributes": {"id": "sgrule-1", "security_group_id": "sg-1", "type": "ingress", "from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}},
    {"index_key": 1, "schema_version": 2, "attributes": {"id": "sgrule-2", "security_group_id": "sg-2", "type": "ingress", "from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}}]}]}`)
	r := result("AWS::EC2::SecurityGroup", "sg-1", "")
	r.Rule = "INCOMING_SSH_DISABLED"
	x.Link(r)
	if r.Link == nil || len(r.Link.Companions) != 1 || r.Link.Companions[0].Address != "aws_security_group_rule.ssh[0]" {
		t.Errorf("got %+v, want the rule of the group", r.Link)
	}
}

func TestMakersByTags(t *testing.T) {
	t.Parallel()
	x := indexOf(t, "main.tf", "resource \"aws_autoscaling_group\" \"web\" {\n  name = \"web\"\n}\n")
	for _, c := range []struct {
		typ, id string
		tags    map[string]string
		want    string
	}{
		{"AWS::EC2::Instance", "i-1", map[string]string{"aws:autoscaling:groupName": "web"}, "aws_autoscaling_group.web: the group makes its instances"},
		{"AWS::EC2::Instance", "i-2", map[string]string{"aws:autoscaling:groupName": "other"}, "aws: the Auto Scaling group other made it"},
		{"AWS::S3::Bucket", "b", map[string]string{"aws:cloudformation:stack-name": "billing"}, "cloudformation: CloudFormation made it in the stack billing"},
		{"AWS::S3::Bucket", "b", map[string]string{"aws:cloudformation:stack-name": "StackSet-AWSControlTowerBP-BASELINE-CONFIG-1"}, "control-tower: Control Tower made it"},
		{"AWS::S3::Bucket", "b", map[string]string{"aws:cloudformation:stack-name": "StackSet-guard-1"}, "cloudformation: a stack set of CloudFormation"},
		{"AWS::EC2::Volume", "vol-1", map[string]string{"aws:backup:source-resource": "arn:x"}, "aws: AWS Backup made it of arn:x"},
		{"AWS::S3::Bucket", "b", nil, "hand: it is not in the Terraform"},
	} {
		r := result(c.typ, c.id, "")
		r.Resource.AWSTags = c.tags
		x.Link(r)
		if got := r.Resource.Address + r.Link.Unmanaged + ": " + r.Link.Reason; !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %v: got %q, want %q", c.id, c.tags, got, c.want)
		}
	}
}
