rule "DB_INSTANCE_BACKUP_ENABLED" {
  inputs {
    backup_retention_period = 7
  }
}

rule "RDS_MULTI_AZ_SUPPORT" {
  inputs {
    multi_az = true
  }
}

rule "RDS_STORAGE_ENCRYPTED" {
  inputs {
    storage_encrypted = true
  }
}

rule "RDS_INSTANCE_PUBLIC_ACCESS_CHECK" {
  inputs {
    publicly_accessible = false
  }
}

rule "RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED" {
  inputs {
    auto_minor_version_upgrade = true
  }
}

# Roles of several calls may not have one name.
rule "RDS_ENHANCED_MONITORING_ENABLED" {
  inputs {
    monitoring_interval    = 60
    create_monitoring_role = true
    monitoring_role_name   = "CALL-rds-monitoring"
  }
}

rule "RDS_LOGGING_ENABLED" {
  when = { engine = "postgres" }
  inputs {
    enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  }
}

rule "RDS_LOGGING_ENABLED" {
  when = { engine = "mysql" }
  inputs {
    enabled_cloudwatch_logs_exports = ["audit", "error", "general", "slowquery"]
  }
}

rule "RDS_LOGGING_ENABLED" {
  when = { engine = "mariadb" }
  inputs {
    enabled_cloudwatch_logs_exports = ["audit", "error", "general", "slowquery"]
  }
}
