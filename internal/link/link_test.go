package link_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/link"
	"safeguard/internal/terraform"
)

const files = `
-- infra/main.tf --
resource "aws_s3_bucket" "records" {
  bucket = "records"
}

resource "aws_db_instance" "main" {
  count      = var.databases
  identifier = "main-${count.index}"
}

resource "aws_iam_role" "app" {
  name = "app"
}

resource "aws_instance" "web" {
  ami = "ami-1"
}

variable "databases" {}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length = 14
}
-- twin/main.tf --
resource "aws_dynamodb_table" "a" {
  name = "visits"
}

resource "aws_dynamodb_table" "b" {
  name = "visits"
}
-- infra.tfstate --
{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": [
  {"mode": "managed", "type": "aws_db_instance", "name": "main", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [
    {"index_key": 0, "schema_version": 2, "attributes": {"id": "db-AAA", "resource_id": "db-AAA", "identifier": "main-0", "arn": "arn:aws:rds:eu-central-1:111111111111:db:main-0"}},
    {"index_key": 1, "schema_version": 2, "attributes": {"id": "db-BBB", "resource_id": "db-BBB", "identifier": "main-1", "arn": "arn:aws:rds:eu-central-1:111111111111:db:main-1"}}]},
  {"mode": "managed", "type": "aws_iam_role", "name": "app", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [
    {"schema_version": 0, "attributes": {"id": "app", "name": "app", "unique_id": "AROAEXAMPLE", "arn": "arn:aws:iam::111111111111:role/app"}}]},
  {"mode": "managed", "type": "aws_instance", "name": "web", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [
    {"schema_version": 1, "attributes": {"id": "i-1", "ami": "ami-1", "arn": "arn:aws:ec2:eu-central-1:111111111111:instance/i-1", "root_block_device": [{"volume_id": "vol-1"}]}}]},
  {"mode": "managed", "type": "aws_sns_topic", "name": "gone", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [
    {"schema_version": 0, "attributes": {"id": "arn:aws:sns:eu-central-1:111111111111:gone", "arn": "arn:aws:sns:eu-central-1:111111111111:gone"}}]}
]}
`

func index(t *testing.T) *link.Index {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(files)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func(names ...string) []*graph.Graph {
		var all []*graph.Graph
		for _, name := range names {
			in, err := terraform.Load(t.Context(), filepath.Join(dir, name), nil, terraform.Options{})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, in.Graphs...)
		}
		return all
	}
	return link.New(load("infra", "twin"), load("infra.tfstate"))
}

func result(typ, id, arn string) *assessment.Result {
	return &assessment.Result{Rule: "IAM_PASSWORD_POLICY", Sources: []assessment.Source{{}}, Fingerprint: "f",
		Resource: assessment.Resource{Type: typ, ID: id, ARN: arn, Account: "111111111111", Region: "eu-central-1"}}
}

func TestLink(t *testing.T) {
	t.Parallel()
	x := index(t)
	for _, c := range []struct{ name, typ, id, arn, want string }{
		{"name in the code", "AWS::S3::Bucket", "records", "arn:aws:s3:::records", "aws_s3_bucket.records main.tf:1"},
		{"id of AWS Config", "AWS::RDS::DBInstance", "db-AAA", "", "aws_db_instance.main[0] main.tf:5"},
		{"ARN of Security Hub", "AWS::RDS::DBInstance", "arn:aws:rds:eu-central-1:111111111111:db:main-1", "arn:aws:rds:eu-central-1:111111111111:db:main-1", "aws_db_instance.main[1] main.tf:5"},
		{"unique id", "AWS::IAM::Role", "AROAEXAMPLE", "", "aws_iam_role.app main.tf:10"},
		{"another account's", "AWS::IAM::Role", "app", "arn:aws:iam::999999999999:role/nobody", "hand"},
		{"volume of an instance", "AWS::EC2::Volume", "vol-1", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-1", "aws_instance.web main.tf:14"},
		{"state without code", "AWS::SNS::Topic", "", "arn:aws:sns:eu-central-1:111111111111:gone", "aws_sns_topic.gone it is in the state and not in the code that was given"},
		{"ambiguous", "AWS::DynamoDB::Table", "visits", "arn:aws:dynamodb:eu-central-1:111111111111:table/visits", "aws_dynamodb_table.a|aws_dynamodb_table.b"},
		{"account", "AWS::::Account", "111111111111", "", "aws_iam_account_password_policy.strict main.tf:20"},
		{"service-linked role", "AWS::IAM::Role", "AROAX", "arn:aws:iam::111111111111:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", "service-linked-role"},
		{"identity center", "AWS::IAM::Role", "AROAY", "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_12", "identity-center"},
		{"control tower", "AWS::S3::Bucket", "aws-controltower-logs-1", "arn:aws:s3:::aws-controltower-logs-1", "control-tower"},
		{"by hand", "AWS::S3::Bucket", "notes", "arn:aws:s3:::notes", "hand"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := result(c.typ, c.id, c.arn)
			if c.name == "another account's" {
				r.Resource.Account = "999999999999"
			}
			x.Link(r)
			got := r.Resource.Address
			if r.Location.Line > 0 {
				got += " " + filepath.Base(graph.Location(r.Location).String())
			}
			if l := r.Link; l != nil {
				switch {
				case l.Unmanaged != "":
					got = l.Unmanaged
				case len(l.Candidates) > 0:
					var names []string
					for _, cand := range l.Candidates {
						names = append(names, cand[strings.Index(cand, ": ")+2:])
					}
					got = strings.Join(names, "|")
				default:
					got += " " + l.Reason
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q (link %+v)", got, c.want, r.Link)
			}
			if r.Fingerprint != "f" {
				t.Error("the fingerprint changed")
			}
		})
	}
}

func TestImportBlocks(t *testing.T) {
	t.Parallel()
	x := index(t)
	var m link.Importer
	for _, r := range []*assessment.Result{
		result("AWS::S3::Bucket", "notes", "arn:aws:s3:::notes"), result("AWS::S3::Bucket", "notes", "arn:aws:s3:::notes"),
		result("AWS::S3::Bucket", "records", "arn:aws:s3:::records"), result("AWS::EC2::Instance", "i-9", "arn:aws:ec2:eu-central-1:111111111111:instance/i-9"),
		result("AWS::Odd::Thing", "x", ""),
	} {
		x.Link(r)
		m.Add(r)
	}
	const want = `# account 111111111111, eu-central-1
import {
  to = aws_instance.i-9
  id = "i-9"
}

resource "aws_instance" "i-9" {
  ami           = "ami-00000000000000000"
  instance_type = "t3.micro"
}

# account 111111111111, eu-central-1
import {
  to = aws_s3_bucket.notes
  id = "notes"
}

resource "aws_s3_bucket" "notes" {
  bucket = "notes"
}
`
	if got := m.Text(); got != want || m.Skipped != 1 {
		t.Errorf("got %d skipped and\n%s\nwant 1 and\n%s", m.Skipped, got, want)
	}
}
