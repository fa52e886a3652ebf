rule "DYNAMODB_PITR_ENABLED" {
  inputs {
    point_in_time_recovery_enabled = true
  }
}

rule "DYNAMODB_PITR_ENABLED" {
  inputs {
    point_in_time_recovery = { enabled = true }
  }
}
