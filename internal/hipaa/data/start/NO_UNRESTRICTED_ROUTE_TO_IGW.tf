# What has to reach the internet does so by a NAT gateway, and what has to reach
# AWS by endpoints.
resource "aws_route" "by_nat" {
  route_table_id         = "rtb-0123456789abcdef0"
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = "nat-0123456789abcdef0"
}

resource "aws_vpc_endpoint" "s3_instead_of_igw" {
  vpc_id          = "vpc-0123456789abcdef0"
  service_name    = "com.amazonaws.eu-central-1.s3"
  route_table_ids = ["rtb-0123456789abcdef0"]
}
