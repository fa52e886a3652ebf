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

# S3 replicates only what is versioned.
rule "S3_BUCKET_REPLICATION_ENABLED" {
  versions = "<6"
  inputs {
    versioning = { enabled = true }
    replication_configuration = {
      role = shared.replication_role.arn
      rules = [
        {
          id                        = "all"
          status                    = "Enabled"
          delete_marker_replication = "Disabled"
          source_selection_criteria = { sse_kms_encrypted_objects = { enabled = true } }
          destination = {
            bucket                   = shared.replica_bucket.arn
            encryption_configuration = { replica_kms_key_id = shared.kms_key.arn }
          }
        }
      ]
    }
  }
}

rule "S3_BUCKET_REPLICATION_ENABLED" {
  versions = "<6"
  inputs {
    versioning = { enabled = true }
    lifecycle_rule = [
      {
        id                            = "expire-noncurrent-versions"
        enabled                       = true
        noncurrent_version_expiration = { days = 365 }
      }
    ]
    replication_configuration = {
      role = shared.replication_role.arn
      rules = [
        {
          id                        = "all"
          status                    = "Enabled"
          delete_marker_replication = "Disabled"
          source_selection_criteria = { sse_kms_encrypted_objects = { enabled = true } }
          destination = {
            bucket                   = shared.replica_bucket.arn
            encryption_configuration = { replica_kms_key_id = shared.kms_key.arn }
          }
        }
      ]
    }
  }
}

rule "S3_BUCKET_DEFAULT_LOCK_ENABLED" {
  why = "object_lock_enabled of module.CALL replaces the bucket with all objects: declare an aws_s3_bucket_object_lock_configuration for module.CALL.s3_bucket_id beside the call, which locks the bucket that is there"
}

rule "S3_EVENT_NOTIFICATIONS_ENABLED" {
  why = "the module has no input for it: call its module modules/notification, or declare an aws_s3_bucket_notification, for module.CALL.s3_bucket_id, of which a bucket can have only one"
}
