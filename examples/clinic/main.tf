module "network" {
  source = "./modules/network"

  name            = local.prefix
  cidr            = var.vpc_cidr
  public_subnets  = local.public_subnets
  private_subnets = local.private_subnets

  # Off since the log bill in March.
  flow_logs = { enabled = false }
}

resource "aws_kms_key" "phi" {
  description             = "Patient data"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

module "log_bucket" {
  source = "./modules/bucket"

  name   = "${local.prefix}-logs"
  policy = data.aws_iam_policy_document.log_delivery.json
  lifecycle_rules = [
    { id = "expire", expire_days = 400 },
  ]
}

data "aws_iam_policy_document" "log_delivery" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::${local.prefix}-logs/*"]

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

module "bucket" {
  source   = "./modules/bucket"
  for_each = local.buckets

  name             = "${local.prefix}-${each.key}"
  tags             = try(each.value.tags, {})
  block_public     = try(each.value.block_public, true)
  versioning       = try(each.value.versioning, false)
  tls_only         = try(each.value.tls_only, false)
  encrypt_with_kms = try(each.value.kms, false)
  kms_key_arn      = aws_kms_key.phi.arn
  lifecycle_rules  = try(each.value.lifecycle_rules, [])
  access_log       = try(each.value.log, false) ? { bucket = module.log_bucket.bucket, prefix = each.key } : null
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = module.bucket["uploads"].id

  lambda_function {
    lambda_function_arn = module.function["intake"].arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "incoming/"
  }
}
