locals {
  principals = {
    apigateway = "apigateway.amazonaws.com"
    s3         = "s3.amazonaws.com"
  }
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = aws_iam_role.this.arn
  s3_bucket     = var.code_bucket
  s3_key        = var.code_key
  handler       = var.handler
  runtime       = var.runtime
  memory_size   = var.memory
  timeout       = var.timeout

  dynamic "environment" {
    for_each = length(var.environment) > 0 ? [var.environment] : []

    content {
      variables = environment.value
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc[*]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }
}

resource "aws_lambda_permission" "this" {
  for_each = var.invokers

  statement_id   = each.key
  function_name  = aws_lambda_function.this.function_name
  action         = "lambda:InvokeFunction"
  principal      = local.principals[each.key]
  source_arn     = each.value.source_arn
  source_account = each.value.source_account
}

resource "aws_iam_role" "this" {
  name = var.name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# Every function gets the same rights, whatever it does.
resource "aws_iam_role_policy" "this" {
  name = "app"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "dynamodb:*", "sns:Publish"]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:*"
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/${var.vpc == null ? "AWSLambdaBasicExecutionRole" : "AWSLambdaVPCAccessExecutionRole"}"
}
