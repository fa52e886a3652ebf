rule "SNS_ENCRYPTED_KMS" {
  inputs {
    kms_master_key_id = shared.kms_key_messaging.arn
  }
}
