variable "flow_log_retention_days" {
  description = "Days for which VPC flow logs are kept."
  type        = number
  default     = 365
}

resource "aws_cloudwatch_log_group" "flow_logs" {
  name              = "/aws/vpc/flow-logs"
  kms_key_id        = shared.kms_key_logs.arn
  retention_in_days = var.flow_log_retention_days
}
