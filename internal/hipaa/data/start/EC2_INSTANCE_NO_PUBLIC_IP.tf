# The instance moves to a private subnet; people reach it by Session Manager.
resource "aws_instance" "private" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.medium"
  subnet_id                   = "subnet-0123456789abcdef0" # a private one
  associate_public_ip_address = false
}

resource "aws_vpc_endpoint" "session_manager" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])

  vpc_id              = "vpc-0123456789abcdef0"
  service_name        = "com.amazonaws.eu-central-1.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = ["subnet-0123456789abcdef0"]
  private_dns_enabled = true
}
