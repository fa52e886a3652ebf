rule "S3_BUCKET_SSL_REQUESTS_ONLY" {
  inputs {
    attach_deny_insecure_transport_policy = true
  }
}

rule "S3_BUCKET_VERSIONING_ENABLED" {
  inputs {
    versioning = { enabled = true }
  }
}

# A versioned bucket keeps old versions for ever without a rule.
rule "S3_BUCKET_VERSIONING_ENABLED" {
  inputs {
    versioning = { enabled = true }
    lifecycle_rule = [
      {
        id                            = "expire-noncurrent-versions"
        enabled                       = true
        noncurrent_version_expiration = { days = 365 }
      }
    ]
  }
}

rule "S3_BUCKET_LOGGING_ENABLED" {
  inputs {
    logging = {
      target_bucket = shared.log_bucket.id
      target_prefix = "s3/CALL/"
    }
  }
}

rule "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED" {
  inputs {
    server_side_encryption_configuration = {
      rule = {
        apply_server_side_encryption_by_default = {
          sse_algorithm     = "aws:kms"
          kms_master_key_id = shared.kms_key.arn
        }
        bucket_key_enabled = true
      }
    }
  }
}

rule "S3_DEFAULT_ENCRYPTION_KMS" {
  inputs {
    server_side_encryption_configuration = {
      rule = {
        apply_server_side_encryption_by_default = {
          sse_algorithm     = "aws:kms"
          kms_master_key_id = shared.kms_key.arn
        }
        bucket_key_enabled = true
      }
    }
  }
}

rule "S3_BUCKET_PUBLIC_READ_PROHIBITED" {
  inputs {
    block_public_acls       = true
    block_public_policy     = true
    ignore_public_acls      = true
    restrict_public_buckets = true
  }
}

rule "S3_BUCKET_PUBLIC_WRITE_PROHIBITED" {
  inputs {
    block_public_acls       = true
    block_public_policy     = true
    ignore_public_acls      = true
    restrict_public_buckets = true
  }
}

# An ACL and BucketOwnerEnforced exclude each other.
rule "S3_BUCKET_ACL_PROHIBITED" {
  inputs {
    acl                      = null
    control_object_ownership = true
    object_ownership         = "BucketOwnerEnforced"
  }
}

rule "S3_VERSION_LIFECYCLE_POLICY_CHECK" {
  inputs {
    lifecycle_rule = [
      {
        id                            = "expire-noncurrent-versions"
        enabled                       = true
        noncurrent_version_expiration = { days = 365 }
      }
    ]
  }
}
