rule "RDS_CLUSTER_DELETION_PROTECTION_ENABLED" {
  inputs {
    deletion_protection = true
  }
}

rule "DB_INSTANCE_BACKUP_ENABLED" {
  inputs {
    backup_retention_period = 7
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

# From version 10 on, the input without a prefix is gone.
rule "RDS_ENHANCED_MONITORING_ENABLED" {
  inputs {
    create_monitoring_role = true
    monitoring_interval    = 60
  }
}

rule "RDS_ENHANCED_MONITORING_ENABLED" {
  inputs {
    create_monitoring_role      = true
    cluster_monitoring_interval = 60
  }
}

rule "RDS_LOGGING_ENABLED" {
  when = { engine = "aurora-postgresql" }
  inputs {
    enabled_cloudwatch_logs_exports = ["postgresql"]
  }
}

rule "RDS_LOGGING_ENABLED" {
  when = { engine = "aurora-mysql" }
  inputs {
    enabled_cloudwatch_logs_exports = ["audit", "error", "general", "slowquery"]
  }
}
