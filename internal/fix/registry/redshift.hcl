rule "REDSHIFT_BACKUP_ENABLED" {
  inputs {
    automated_snapshot_retention_period = 7
  }
}

rule "REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK" {
  inputs {
    publicly_accessible = false
  }
}

rule "REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK" {
  inputs {
    allow_version_upgrade               = true
    automated_snapshot_retention_period = 7
  }
}

rule "REDSHIFT_REQUIRE_TLS_SSL" {
  inputs {
    create_parameter_group     = true
    parameter_group_parameters = { require_ssl = { name = "require_ssl", value = true } }
  }
}

# The logs go to CloudWatch: a bucket would need a policy for the account of
# Redshift in each Region.
rule "REDSHIFT_CLUSTER_CONFIGURATION_CHECK" {
  inputs {
    encrypted = true
    logging = {
      enable               = true
      log_destination_type = "cloudwatch"
      log_exports          = ["connectionlog", "userlog", "useractivitylog"]
    }
  }
}
