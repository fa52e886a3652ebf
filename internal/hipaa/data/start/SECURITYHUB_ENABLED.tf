# In every Region that is in use. AWS Config has to record.
resource "aws_securityhub_account" "account" {}
