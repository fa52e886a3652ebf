variable "trail_log_retention_days" {
  description = "Days for which CloudWatch keeps the events of the trail."
  type        = number
  default     = 365
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/aws/cloudtrail"
  kms_key_id        = shared.kms_key_logs.arn
  retention_in_days = var.trail_log_retention_days
}
