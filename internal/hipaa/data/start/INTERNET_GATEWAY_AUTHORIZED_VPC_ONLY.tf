# The VPCs that may have a gateway are a parameter of the pack.
resource "aws_config_conformance_pack" "with_ingress_vpcs" {
  name            = "hipaa-security"
  template_s3_uri = "s3://conformance-packs-123456789012/Operational-Best-Practices-for-HIPAA-Security.yaml"

  input_parameter {
    parameter_name  = "InternetGatewayAuthorizedVpcOnlyParamAuthorizedVpcIds"
    parameter_value = "vpc-0123456789abcdef0"
  }
}
