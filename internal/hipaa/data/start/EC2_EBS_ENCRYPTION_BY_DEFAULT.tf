# In every Region that is in use.
resource "aws_ebs_encryption_by_default" "account" {
  enabled = true
}
