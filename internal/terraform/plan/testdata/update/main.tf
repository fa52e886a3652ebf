# A second plan: terraform.tfstate is what the first one left behind, plan.json what Terraform makes of both.
provider "aws" {
  region = "eu-west-1"
}

resource "aws_s3_bucket" "kept" {
  bucket = "kept"
}

resource "aws_s3_bucket_versioning" "changed" {
  bucket = aws_s3_bucket.kept.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_ebs_volume" "replaced" {
  availability_zone = "eu-west-1b"
  size              = 8
  encrypted         = true
}

resource "aws_s3_bucket" "new" {
  bucket_prefix = "new-"
}

resource "aws_s3_bucket_versioning" "new" {
  bucket = aws_s3_bucket.new.id
  versioning_configuration {
    status = "Enabled"
  }
}

removed {
  from = aws_s3_bucket.forgotten
  lifecycle {
    destroy = false
  }
}

moved {
  from = aws_s3_bucket.old_name
  to   = aws_s3_bucket.renamed
}

resource "aws_s3_bucket" "renamed" {
  bucket = "renamed"
}
