variable "search_log_retention_days" {
  description = "Days for which the error logs of search domains are kept."
  type        = number
  default     = 365
}

resource "aws_cloudwatch_log_group" "search" {
  name              = "/aws/opensearch/errors"
  kms_key_id        = shared.kms_key_logs.arn
  retention_in_days = var.search_log_retention_days

  # A domain takes the group only if it may write to it.
  depends_on = [shared.search_log_policy]
}
