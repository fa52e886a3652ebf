# For all clusters of the Region; the cluster itself has to be made anew in a
# private subnet (ec2_attributes.subnet_id).
resource "aws_emr_block_public_access_configuration" "account" {
  block_public_security_group_rules = true
}
