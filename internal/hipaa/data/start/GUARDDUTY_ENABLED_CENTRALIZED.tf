# In every Region that is in use. The account of an organization's administrator
# turns it on for all with aws_guardduty_organization_configuration.
resource "aws_guardduty_detector" "account" {
  enable = true
}
