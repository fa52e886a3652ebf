data "aws_partition" "current" {}

# One for all APIs of the account in the Region.
resource "aws_api_gateway_account" "main" {
  cloudwatch_role_arn = aws_iam_role.api_gateway_logs.arn

  # API Gateway takes only a role that may write logs.
  depends_on = [aws_iam_role_policy_attachment.api_gateway_logs]
}

resource "aws_iam_role" "api_gateway_logs" {
  name               = "api-gateway-logs"
  assume_role_policy = data.aws_iam_policy_document.api_gateway_logs_trust.json
}

data "aws_iam_policy_document" "api_gateway_logs_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "api_gateway_logs" {
  role       = aws_iam_role.api_gateway_logs.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}
