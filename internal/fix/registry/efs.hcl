rule "EFS_ENCRYPTED_CHECK" {
  inputs {
    encrypted   = true
    kms_key_arn = shared.kms_key.arn
  }
}

rule "EFS_ENCRYPTED_CHECK" {
  inputs {
    encrypted  = true
    kms_key_id = shared.kms_key.arn
  }
}
