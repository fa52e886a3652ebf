resource "aws_kms_key" "data" {
  description             = "Data at rest"
  deletion_window_in_days = 30
  enable_key_rotation     = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # Services use the key with the rights of whoever reads and writes, which
      # IAM policies give.
      {
        Sid       = "AccountIAM"
        Effect    = "Allow"
        Action    = "kms:*"
        Resource  = "*"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
      },
    ]
  })
}

resource "aws_kms_alias" "data" {
  name          = "alias/data"
  target_key_id = aws_kms_key.data.key_id
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
