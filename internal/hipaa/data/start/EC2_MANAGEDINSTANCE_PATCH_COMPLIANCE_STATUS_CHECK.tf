# Installs what is missing every Sunday night, and restarts where needed.
resource "aws_ssm_association" "patches" {
  name                        = "AWS-RunPatchBaseline"
  schedule_expression         = "cron(0 2 ? * SUN *)"
  apply_only_at_cron_interval = true
  max_concurrency             = "25%"
  max_errors                  = "1"

  parameters = {
    Operation    = "Install"
    RebootOption = "RebootIfNeeded"
  }

  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}
