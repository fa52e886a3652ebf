# Narrow these down once we know what they need.
resource "aws_iam_user" "this" {
  for_each = {
    deploy  = "pipeline"
    support = "zendesk bot"
  }

  name = "${local.prefix}-${each.key}"
  tags = { Purpose = each.value }
}

resource "aws_iam_user_policy_attachment" "this" {
  for_each = {
    deploy  = aws_iam_policy.deploy.arn
    support = aws_iam_policy.support.arn
  }

  user       = aws_iam_user.this[each.key].name
  policy_arn = each.value
}

resource "aws_iam_policy" "deploy" {
  name = "${local.prefix}-deploy"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Everything"
      Effect   = "Allow"
      Action   = "*"
      Resource = "*"
    }]
  })
}

resource "aws_iam_policy" "support" {
  name   = "${local.prefix}-support"
  policy = data.aws_iam_policy_document.support.json
}

data "aws_iam_policy_document" "support" {
  statement {
    sid = "Look"
    actions = flatten([
      for service in ["cloudwatch", "logs", "ecs"] : ["${service}:Describe*", "${service}:List*"]
    ])
    resources = ["*"]
  }

  statement {
    sid       = "Tickets"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::${local.prefix}-*", "arn:aws:s3:::${local.prefix}-*/*"]
  }
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length      = 10
  require_lowercase_characters = true
  require_numbers              = true
  require_symbols              = false
}
