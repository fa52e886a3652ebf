resource "aws_kms_key" "messaging" {
  description             = "Topics and queues"
  deletion_window_in_days = 30
  enable_key_rotation     = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountIAM"
        Effect    = "Allow"
        Action    = "kms:*"
        Resource  = "*"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      # EventBridge does not say for which account it uses the key, and for the
      # others AWS does not promise it: a condition would stop what they send.
      {
        Sid      = "Publishers"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
        Principal = {
          Service = ["backup.amazonaws.com", "events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"]
        }
      },
    ]
  })
}

resource "aws_kms_alias" "messaging" {
  name          = "alias/messaging"
  target_key_id = aws_kms_key.messaging.key_id
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
