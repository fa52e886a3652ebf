terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "name" {}
variable "kms_key" {}
variable "log" {}
variable "other" {}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    apply_server_side_encryption_by_default {
      kms_master_key_id = var.kms_key
      sse_algorithm     = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = var.log.bucket
  target_prefix = var.log["prefix"]
}

resource "aws_s3_bucket_acl" "other" {
  bucket = var.other
  acl    = "private"
}

output "id" {
  value = aws_s3_bucket.this.id
}
