# Look at why the association failed (ssm describe-association-executions), and
# let it run again on a schedule.
resource "aws_ssm_association" "inventory" {
  name                = "AWS-GatherSoftwareInventory"
  schedule_expression = "rate(12 hours)"

  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}
