rule "VPC_FLOW_LOGS_ENABLED" {
  inputs {
    enable_flow_log                                 = true
    create_flow_log_cloudwatch_log_group            = true
    create_flow_log_cloudwatch_iam_role             = true
    flow_log_cloudwatch_log_group_retention_in_days = 365
  }
}

# From version 6 on, a module of its own makes flow logs in a role that it has.
rule "VPC_FLOW_LOGS_ENABLED" {
  inputs {
    enable_flow_log = true
  }
}

rule "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED" {
  inputs {
    map_public_ip_on_launch = false
  }
}

rule "VPC_DEFAULT_SECURITY_GROUP_CLOSED" {
  inputs {
    manage_default_security_group  = true
    default_security_group_ingress = []
    default_security_group_egress  = []
  }
}
