resource "aws_db_subnet_group" "main" {
  name       = local.prefix
  subnet_ids = values(module.network.subnets_by_tier["data"])
}

resource "aws_db_parameter_group" "postgres" {
  name   = "${local.prefix}-postgres16"
  family = "postgres16"

  dynamic "parameter" {
    for_each = {
      "log_min_duration_statement" = "500"
      "rds.force_ssl"              = "1"
    }

    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}

resource "aws_db_instance" "main" {
  identifier     = "${local.prefix}-main"
  engine         = "postgres"
  engine_version = "16.4"
  instance_class = "db.t4g.large"

  allocated_storage     = 100
  max_allocated_storage = 500
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.phi.arn

  db_name  = "clinic"
  username = var.db_username
  password = var.db_password

  db_subnet_group_name   = aws_db_subnet_group.main.name
  parameter_group_name   = aws_db_parameter_group.postgres.name
  vpc_security_group_ids = [aws_security_group.data.id]

  backup_retention_period         = 14
  deletion_protection             = true
  multi_az                        = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${local.prefix}-main-final"

  tags = local.phi_tags
}

# Loaded every night from a dump, so that the dashboards leave the main database alone.
resource "aws_db_instance" "reporting" {
  identifier     = "${local.prefix}-reporting"
  engine         = "postgres"
  engine_version = "16.4"
  instance_class = "db.t4g.medium"

  allocated_storage          = 100
  auto_minor_version_upgrade = false

  db_name  = "reporting"
  username = var.db_username
  password = var.db_password

  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.data.id]
  publicly_accessible    = true
  skip_final_snapshot    = true
}

resource "aws_dynamodb_table" "sessions" {
  name         = "${local.prefix}-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}

resource "aws_dynamodb_table" "appointments" {
  name           = "${local.prefix}-appointments"
  read_capacity  = 10
  write_capacity = 5
  hash_key       = "patient_id"
  range_key      = "starts_at"

  dynamic "attribute" {
    for_each = { patient_id = "S", starts_at = "S", provider_id = "S" }

    content {
      name = attribute.key
      type = attribute.value
    }
  }

  global_secondary_index {
    name            = "by-provider"
    hash_key        = "provider_id"
    range_key       = "starts_at"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = local.phi_tags
}

resource "aws_elasticache_subnet_group" "main" {
  name       = local.prefix
  subnet_ids = values(module.network.subnets_by_tier["data"])
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id = "${local.prefix}-cache"
  description          = "Waiting rooms and rate limits"
  engine               = "redis"
  node_type            = "cache.t4g.small"
  num_cache_clusters   = 2

  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.data.id]
  at_rest_encryption_enabled = true
  snapshot_retention_limit   = 1
}

resource "aws_secretsmanager_secret" "this" {
  for_each = {
    database = aws_kms_key.phi.arn
    video    = null
  }

  name                    = "${local.prefix}/${each.key}"
  kms_key_id              = each.value
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.this["database"].id
  secret_string = jsonencode({
    host     = aws_db_instance.main.address
    username = var.db_username
    password = var.db_password
  })
}
