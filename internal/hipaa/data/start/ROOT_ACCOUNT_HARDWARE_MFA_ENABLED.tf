# For the members of an organization: central root access takes their root
# credentials away. The root user of the management account is for people.
resource "aws_iam_organizations_features" "for_root_account_hardware_mfa_enabled" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
}
