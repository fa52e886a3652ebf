rule "SECRETSMANAGER_USING_CMK" {
  inputs {
    kms_key_id = shared.kms_key.arn
  }
}
