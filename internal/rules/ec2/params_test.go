package ec2_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/rules/ec2"
	"safeguard/internal/ruletest"
	"safeguard/internal/scan"
)

// TestParameters judges with parameters that the pack leaves unset.
func TestParameters(t *testing.T) {
	t.Parallel()
	const group = `
resource "aws_security_group" "x" {
  ingress {
    from_port   = 443
    to_port     = 445
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
variable "port" {}
resource "aws_security_group" "unknown" {
  ingress {
    from_port   = var.port
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}`
	const volume = `
resource "aws_ebs_volume" "x" {
  encrypted  = true
  kms_key_id = "arn:aws:kms:us-east-1:123456789012:key/1234"
}
resource "aws_volume_attachment" "x" {
  volume_id = aws_ebs_volume.x.id
}`
	const profile = `
resource "aws_instance" "x" {
  iam_instance_profile = "app"
}`
	const instance = `
resource "aws_instance" "x" {
  subnet_id = aws_subnet.x.id
}
resource "aws_subnet" "x" {
  vpc_id = "vpc-1"
}
resource "aws_instance" "nowhere" {
}`
	const gateway = `
resource "aws_vpc" "x" {
}
resource "aws_internet_gateway" "x" {
  vpc_id = aws_vpc.x.id
}
resource "aws_internet_gateway" "literal" {
  vpc_id = "vpc-1"
}`
	const table = `
resource "aws_route_table" "x" {
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = "igw-1"
  }
}
resource "aws_route" "x" {
  route_table_id         = "rtb-1"
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = "igw-1"
}`
	const logs = `
resource "aws_vpc" "x" {
}
resource "aws_flow_log" "x" {
  vpc_id       = aws_vpc.x.id
  traffic_type = "ACCEPT"
}`
	type verdicts map[string]assessment.Verdict
	for _, tt := range []struct {
		name, rule, param, value, config string
		want                             verdicts
	}{
		{"every port listed", "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", "authorizedTcpPorts", "80, 443-444,445", group,
			verdicts{"aws_security_group.x": assessment.Compliant, "aws_security_group.unknown": assessment.InsufficientData}},
		{"one port missing", "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", "authorizedTcpPorts", "443,445", group,
			verdicts{"aws_security_group.x": assessment.NonCompliant}},
		{"the other protocol", "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", "authorizedUdpPorts", "443-445", group,
			verdicts{"aws_security_group.x": assessment.NonCompliant}},
		{"one more blocked port", "RESTRICTED_INCOMING_TRAFFIC", "blockedPorts", "444", group,
			verdicts{"aws_security_group.x": assessment.NonCompliant}},
		{"key by id", "ENCRYPTED_VOLUMES", "kmsId", "1234", volume, verdicts{"aws_ebs_volume.x": assessment.Compliant}},
		{"another key", "ENCRYPTED_VOLUMES", "kmsId", "5678", volume, verdicts{"aws_ebs_volume.x": assessment.NonCompliant}},
		{"listed profile", "EC2_INSTANCE_PROFILE_ATTACHED", "IamInstanceProfileArnList", "arn:aws:iam::123456789012:instance-profile/app", profile,
			verdicts{"aws_instance.x": assessment.Compliant}},
		{"unlisted profile", "EC2_INSTANCE_PROFILE_ATTACHED", "IamInstanceProfileArnList", "arn:aws:iam::123456789012:instance-profile/db", profile,
			verdicts{"aws_instance.x": assessment.NonCompliant}},
		{"the VPC", "INSTANCES_IN_VPC", "vpcId", "vpc-1", instance,
			verdicts{"aws_instance.x": assessment.Compliant, "aws_instance.nowhere": assessment.InsufficientData}},
		{"another VPC", "INSTANCES_IN_VPC", "vpcId", "vpc-2", instance, verdicts{"aws_instance.x": assessment.NonCompliant}},
		{"VPC by id", "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY", "AuthorizedVpcIds", "vpc-2,vpc-1", gateway,
			verdicts{"aws_internet_gateway.x": assessment.InsufficientData, "aws_internet_gateway.literal": assessment.Compliant}},
		{"VPC by address", "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY", "AuthorizedVpcIds", "aws_vpc.x", gateway,
			verdicts{"aws_internet_gateway.x": assessment.Compliant, "aws_internet_gateway.literal": assessment.NonCompliant}},
		{"excepted table", "NO_UNRESTRICTED_ROUTE_TO_IGW", "routeTableIds", "aws_route_table.x,rtb-1", table,
			verdicts{"aws_route_table.x": assessment.Compliant, "aws_route.x": assessment.NotApplicable}},
		{"traffic", "VPC_FLOW_LOGS_ENABLED", "trafficType", "ACCEPT", logs, verdicts{"aws_vpc.x": assessment.Compliant}},
		{"other traffic", "VPC_FLOW_LOGS_ENABLED", "trafficType", "REJECT", logs, verdicts{"aws_vpc.x": assessment.NonCompliant}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			graphs := ruletest.Load(t, &txtar.Archive{Files: []txtar.File{{Name: "main.tf", Data: []byte(tt.config)}}})
			got := verdicts{}
			_, err := scan.Judge(graphs, scan.Options{
				Rules: only(tt.rule),
				Param: func(_, name string) (hipaa.Value, bool) { return hipaa.Value(tt.value), name == tt.param },
			}, func(r *assessment.Result) error {
				got[r.Resource.Address] = r.Verdict
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for address, want := range tt.want {
				if got[address] != want {
					t.Errorf("%s: got %q, want %q", address, got[address], want)
				}
			}
		})
	}
}

func only(id string) []rule.Rule {
	for _, r := range ec2.Rules {
		if r.ID == id {
			return []rule.Rule{r}
		}
	}
	return nil
}

// TestWholeAccount judges what is not declared where nothing else is there.
func TestWholeAccount(t *testing.T) {
	t.Parallel()
	graphs := ruletest.Load(t, &txtar.Archive{Files: []txtar.File{{Name: "main.tf", Data: []byte(`resource "aws_instance" "x" {}`)}}})
	want := map[string]assessment.Verdict{
		"EC2_EBS_ENCRYPTION_BY_DEFAULT":        assessment.NonCompliant,
		"EC2_INSTANCE_NO_PUBLIC_IP":            assessment.NonCompliant,
		"EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK": assessment.InsufficientData,
	}
	_, err := scan.Judge(graphs, scan.Options{Rules: ec2.Rules, WholeAccount: true}, func(r *assessment.Result) error {
		if w, ok := want[r.Rule]; ok && r.Verdict != w {
			t.Errorf("%s: got %s %q, want %s", r.Rule, r.Verdict, r.Annotation, w)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
