resource "aws_cloudwatch_log_resource_policy" "search" {
  policy_name     = "search-logs"
  policy_document = data.aws_iam_policy_document.search_logs.json
}

data "aws_iam_policy_document" "search_logs" {
  statement {
    sid       = "Write"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
    resources = ["${shared.search_log_group.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["es.amazonaws.com"]
    }
  }
}
