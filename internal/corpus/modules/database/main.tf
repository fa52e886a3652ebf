locals {
  ports   = { postgres = 5432, mysql = 3306 }
  exports = { postgres = ["postgresql", "upgrade"], mysql = ["error", "slowquery"] }
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_instance" "this" {
  identifier        = var.name
  engine            = var.settings.engine
  instance_class    = var.settings.class
  allocated_storage = var.settings.gigabytes
  storage_encrypted = var.settings.encrypted
  port              = local.ports[var.settings.engine]

  username                    = "owner"
  manage_master_user_password = true

  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = var.security_group_ids
  multi_az                        = var.settings.multi_az
  backup_retention_period         = var.settings.backup.days
  backup_window                   = var.settings.backup.window
  enabled_cloudwatch_logs_exports = local.exports[var.settings.engine]
  skip_final_snapshot             = true

  tags = var.tags
}

resource "aws_db_instance" "replica" {
  count = var.settings.replicas

  identifier          = "${var.name}-replica-${count.index}"
  replicate_source_db = aws_db_instance.this.identifier
  instance_class      = var.settings.class
  storage_encrypted   = var.settings.encrypted
  skip_final_snapshot = true
}
