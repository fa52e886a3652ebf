rule "ELB_DELETION_PROTECTION_ENABLED" {
  inputs {
    enable_deletion_protection = true
  }
}

rule "ELB_LOGGING_ENABLED" {
  inputs {
    access_logs = {
      bucket  = shared.elb_log_bucket.id
      prefix  = "CALL"
      enabled = true
    }
  }
}

rule "ALB_WAF_ENABLED" {
  inputs {
    associate_web_acl = true
    web_acl_arn       = shared.web_acl.arn
  }
}
