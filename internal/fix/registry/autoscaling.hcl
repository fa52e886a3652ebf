rule "AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED" {
  inputs {
    health_check_type = "ELB"
  }
}

# Launch configurations are gone from version 5 on.
rule "AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED" {
  inputs {
    associate_public_ip_address = false
  }
}
