exception "S3_BUCKET_VERSIONING_ENABLED" {
  resource = "aws_s3_bucket.access_logs"
  reason   = "Access logs are written once and expire after 90 days"
  owner    = "platform"
  expires  = "2027-03-31"

  compensating_control = "Nobody but the log service may write"
}
