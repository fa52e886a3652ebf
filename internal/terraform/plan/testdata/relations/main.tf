# What a plan must lead back to its source: see plan.json, which Terraform made of this.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "region" {
  default = "eu-west-1"
}

variable "password" {
  default   = "hunter2-secret"
  sensitive = true
}

variable "names" {
  default = { a = "one", "b.c" = "two" }
}

variable "encrypt" {
  default = true
}

variable "key" {
  default = null
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { team = "x" }
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

# Buckets and what refers to them: by for_each over them, by key, by a name that is made only at apply.

resource "aws_s3_bucket" "b" {
  for_each = var.names
  bucket   = "acme-${each.value}"
}

resource "aws_s3_bucket_versioning" "chained" {
  for_each = aws_s3_bucket.b
  bucket   = each.value.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_logging" "keyed" {
  for_each      = var.names
  bucket        = aws_s3_bucket.b[each.key].id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "log/"
}

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "logs-"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.bucket
  rule {
    apply_server_side_encryption_by_default {
      kms_master_key_id = one(aws_kms_key.k[*].arn)
      sse_algorithm     = "aws:kms"
    }
  }
}

data "aws_iam_policy_document" "tls" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

data "aws_iam_policy_document" "known" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.tls.json
}

resource "terraform_data" "suffix" {}

resource "aws_s3_bucket" "suffixed" {
  bucket = "app-${terraform_data.suffix.id}"
}

resource "aws_s3_bucket_versioning" "suffixed" {
  bucket = "app-${terraform_data.suffix.id}"
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "suffixed" {
  bucket            = aws_s3_bucket.suffixed.bucket
  block_public_acls = true
}

# Keys: chosen by a switch, left out, null.

resource "aws_kms_key" "k" {
  count = var.encrypt ? 1 : 0
}

resource "aws_ebs_volume" "encrypted" {
  provider          = aws.west
  availability_zone = "us-west-2a"
  size              = 8
  encrypted         = true
  kms_key_id        = var.encrypt ? aws_kms_key.k[0].arn : null
}

resource "aws_ebs_volume" "plain" {
  availability_zone = "eu-west-1a"
  size              = 8
}

resource "aws_ebs_volume" "null" {
  availability_zone = "eu-west-1a"
  size              = 8
  kms_key_id        = var.key
}

# Networks: sets of references, blocks that may be written as attributes, dynamic blocks.

resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "s" {
  count      = 2
  vpc_id     = aws_vpc.v.id
  cidr_block = cidrsubnet("10.0.0.0/16", 8, count.index)
}

resource "aws_security_group" "bare" {
  vpc_id = aws_subnet.s[0].vpc_id
}

resource "aws_security_group" "blocks" {
  vpc_id = aws_vpc.v.id
  ingress {
    from_port       = 22
    to_port         = 22
    protocol        = "tcp"
    security_groups = [aws_security_group.bare.id]
  }
}

resource "aws_security_group" "dynamic" {
  vpc_id = aws_vpc.v.id
  dynamic "ingress" {
    for_each = split(",", aws_vpc.v.id)
    content {
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

resource "aws_db_subnet_group" "all" {
  name       = "all"
  subnet_ids = aws_subnet.s[*].id
}

resource "aws_db_subnet_group" "each" {
  name       = "each"
  subnet_ids = [aws_subnet.s[0].id, aws_subnet.s[1].id]
}

resource "aws_db_instance" "db" {
  identifier             = "db"
  engine                 = "postgres"
  instance_class         = "db.t3.micro"
  allocated_storage      = 10
  username               = "u"
  password               = var.password
  db_subnet_group_name   = aws_db_subnet_group.all.name
  vpc_security_group_ids = [aws_security_group.bare.id, aws_security_group.blocks.id]
}

resource "aws_lb" "lb" {
  name            = "lb"
  subnets         = [for s in aws_subnet.s : s.id]
  security_groups = var.encrypt ? [aws_security_group.bare.id] : []
  dynamic "access_logs" {
    for_each = split(",", aws_vpc.v.id)
    content {
      bucket = access_logs.value
    }
  }
}

resource "aws_instance" "i" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  subnet_id     = element(aws_subnet.s[*].id, 0)
  ebs_block_device {
    device_name = "a"
    kms_key_id  = aws_kms_key.k[0].arn
  }
  ebs_block_device {
    device_name = "b"
  }
}

# Permissions: documents that hold identities, environments that hold secrets.

resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_role_policy" "r" {
  name   = "r"
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = aws_kms_key.k[0].arn }] })
}

resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  s3_bucket     = aws_s3_bucket.logs.id
  s3_key        = "f.zip"
  handler       = "f"
  runtime       = "python3.12"
  environment {
    variables = { PASSWORD = var.password, MODE = "x" }
  }
}

resource "aws_backup_selection" "b" {
  iam_role_arn = aws_iam_role.r.arn
  name         = "b"
  plan_id      = "p"
  resources    = [aws_db_instance.db.arn, aws_ebs_volume.plain.arn]
}

# Modules: variables, objects, outputs, for_each over a module.

module "key" {
  for_each = toset(["x", "y"])
  source   = "./modules/key"
  name     = each.key
}

module "bucket" {
  for_each  = toset(["x", "y"])
  source    = "./modules/bucket"
  name      = "mod-${each.key}"
  kms_key   = module.key[each.key].arn
  log       = { bucket = aws_s3_bucket.logs.id, prefix = "p" }
  other     = aws_s3_bucket.b["a"].id
  providers = { aws = aws.west }
}

resource "aws_s3_bucket_public_access_block" "modules" {
  for_each          = module.bucket
  bucket            = each.value.id
  block_public_acls = true
}

resource "aws_s3_bucket_versioning" "module" {
  bucket = module.bucket["x"].id
  versioning_configuration {
    status = "Suspended"
  }
}
