package doctor

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"safeguard/internal/tunnel"
)

// The functions below write Terraform that is whole by itself: what exists is
// named by its id.

func bastion(tag tunnel.Tag) string {
	return fmt.Sprintf(`variable "bastion_subnet_id" {
  description = "A private subnet with a way to the database"
  type        = string
}

data "aws_ssm_parameter" "al2023" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

data "aws_subnet" "bastion" {
  id = var.bastion_subnet_id
}

resource "aws_security_group" "bastion" {
  name        = "tunnel-bastion"
  description = "Session Manager alone: nothing comes in"
  vpc_id      = data.aws_subnet.bastion.vpc_id

  egress {
    description = "to Systems Manager and the database"
    protocol    = "tcp"
    from_port   = 0
    to_port     = 65535
    cidr_blocks = ["0.0.0.0/0"]
  }
}

%s
resource "aws_instance" "bastion" {
  ami                    = data.aws_ssm_parameter.al2023.insecure_value
  instance_type          = "t4g.nano"
  subnet_id              = var.bastion_subnet_id
  vpc_security_group_ids = [aws_security_group.bastion.id]
  iam_instance_profile   = aws_iam_instance_profile.bastion.name

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted = true
  }

  tags = {
    %q = %q
  }
}
`, instanceRole("tunnel-bastion"), tag.Key, tag.Value)
}

func startInstance(id string) string {
	return fmt.Sprintf("resource \"aws_ec2_instance_state\" \"bastion\" {\n  instance_id = %q\n  state       = \"running\"\n}\n", id)
}

func execService(via tunnel.Via) string {
	service := via.Service
	if service == "" {
		service = "SERVICE"
	}
	return fmt.Sprintf(`# In the aws_ecs_service %q:
#   enable_execute_command = true
#   force_new_deployment   = true
# and for the role of its task:
%s`, service, taskRole((&visit{node: &node{task: true}}).needs()))
}

func taskRole(actions []string) string {
	return fmt.Sprintf(`data "aws_iam_policy_document" "exec" {
  statement {
    actions   = [%s]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "exec" {
  name   = "ecs-exec"
  policy = data.aws_iam_policy_document.exec.json
}
`, quoted(actions))
}

func updateAgent(id string) string {
	return fmt.Sprintf(`resource "aws_ssm_association" "update_agent" {
  name                = "AWS-UpdateSSMAgent"
  association_name    = "update-ssm-agent"
  schedule_expression = "rate(14 days)"

  targets {
    key    = "InstanceIds"
    values = [%q]
  }
}
`, id)
}

func instanceRole(name string) string {
	return fmt.Sprintf(`data "aws_iam_policy_document" "bastion" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "bastion" {
  name               = %[1]q
  assume_role_policy = data.aws_iam_policy_document.bastion.json
}

resource "aws_iam_role_policy_attachment" "bastion" {
  role       = aws_iam_role.bastion.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "bastion" {
  name = %[1]q
  role = aws_iam_role.bastion.name
}
`, name)
}

func attachCore(role string, task bool, actions []string) string {
	if task {
		return taskRole(actions) + fmt.Sprintf("\nresource \"aws_iam_role_policy_attachment\" \"exec\" {\n  role       = %q\n  policy_arn = aws_iam_policy.exec.arn\n}\n", role)
	}
	return fmt.Sprintf("resource \"aws_iam_role_policy_attachment\" \"bastion_ssm\" {\n  role       = %q\n  policy_arn = \"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore\"\n}\n", role)
}

func vpcEndpoints(n *node, region string, services []string) string {
	return fmt.Sprintf(`resource "aws_security_group" "ssm_endpoints" {
  name        = "ssm-endpoints"
  description = "HTTPS from the bastion to Systems Manager"
  vpc_id      = %[1]q

  ingress {
    description     = "HTTPS from the bastion"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [%[2]s]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  for_each = toset([%[3]s])

  vpc_id              = %[1]q
  service_name        = "com.amazonaws.%[4]s.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [%[5]q]
  security_group_ids  = [aws_security_group.ssm_endpoints.id]
}
`, n.vpc, quoted(n.groups), quoted(services), region, n.subnet)
}

func endpointRules(n *node, e ec2types.VpcEndpoint) string {
	const name, why = "bastion_to_endpoint", "HTTPS from the bastion to Systems Manager"
	return rule("ingress", name, first(groupsOf(e)), n.peer(), 443, why) + "\n" +
		rule("egress", name, first(n.groups), peer{groups: groupsOf(e)}, 443, why)
}

func egressRule(groups []string, to peer, port int) string {
	return rule("egress", "bastion_to_database", first(groups), to, port, "tunnel to the database")
}

func ingressRule(groups []string, n *node, port int) string {
	return rule("ingress", "bastion_to_database", first(groups), n.peer(), port, "tunnel from the bastion")
}

// rule is a rule of a group that refers to that of the peer, or to its address if
// it has none. Where neither is known, people have to say.
func rule(direction, name, group string, other peer, port int, why string) string {
	var ask, to string
	switch {
	case len(other.groups) > 0:
		to = fmt.Sprintf("referenced_security_group_id = %q", other.groups[0])
	case other.address.Is6():
		to = fmt.Sprintf("cidr_ipv6                    = %q", netip.PrefixFrom(other.address, 128))
	case other.address.Is4():
		to = fmt.Sprintf("cidr_ipv4                    = %q", netip.PrefixFrom(other.address, 32))
	default:
		ask = "variable \"database_cidr\" {\n  description = \"The addresses of the database\"\n  type        = string\n}\n\n"
		to = "cidr_ipv4                    = var.database_cidr"
	}
	return ask + fmt.Sprintf(`resource "aws_vpc_security_group_%s_rule" %q {
  security_group_id            = %q
  %s
  ip_protocol                  = "tcp"
  from_port                    = %d
  to_port                      = %[5]d
  description                  = %q
}
`, direction, name, group, to, port, why)
}

func dnsSupport(vpc, cidr string) string {
	return fmt.Sprintf(`# Or set it where the VPC is declared.
import {
  to = aws_vpc.this
  id = %q
}

resource "aws_vpc" "this" {
  cidr_block           = %q
  enable_dns_support   = true
  enable_dns_hostnames = true
}
`, vpc, cidr)
}

// grant gives the caller what the tunnel needs.
func grant(caller string, p tunnel.Permissions) string {
	name := caller[strings.LastIndex(caller, "/")+1:]
	if parts := strings.Split(caller, "/"); strings.Contains(caller, ":assumed-role/") && len(parts) > 1 {
		name = parts[1]
		if strings.HasPrefix(name, "AWSReservedSSO_") {
			var b strings.Builder
			_ = p.Terraform(&b)
			return b.String()
		}
		return p.Document("safeguard_tunnel") + attachDocument("role", name)
	}
	return p.Document("safeguard_tunnel") + attachDocument("user", name)
}

func attachDocument(kind, name string) string {
	return fmt.Sprintf("\nresource \"aws_iam_%[1]s_policy\" \"safeguard_tunnel\" {\n  name   = \"safeguard-tunnel\"\n  %[1]s   = %[2]q\n  policy = data.aws_iam_policy_document.safeguard_tunnel.json\n}\n", kind, name)
}

func quoted(values []string) string {
	q := make([]string, len(values))
	for i, v := range values {
		q[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(q, ", ")
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
