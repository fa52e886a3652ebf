resource "aws_iam_role" "trail_logs" {
  name               = "cloudtrail-logs"
  assume_role_policy = data.aws_iam_policy_document.trail_logs_trust.json
}

data "aws_iam_policy_document" "trail_logs_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "trail_logs" {
  name   = "cloudtrail-logs"
  policy = data.aws_iam_policy_document.trail_logs.json
}

resource "aws_iam_role_policy_attachment" "trail_logs" {
  role       = aws_iam_role.trail_logs.name
  policy_arn = aws_iam_policy.trail_logs.arn
}

data "aws_iam_policy_document" "trail_logs" {
  statement {
    sid       = "Write"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${shared.trail_log_group.arn}:*"]
  }
}
