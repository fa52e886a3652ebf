# Two buckets whose findings somebody accepted: one still is, one is not any more.

resource "aws_s3_bucket" "access_logs" {
  bucket = "fernwell-access-logs"
}

# safeguard:ignore S3_BUCKET_VERSIONING_ENABLED until=2026-06-30 reason="rebuilt every night until the migration"
resource "aws_s3_bucket" "cache" {
  bucket = "fernwell-cache"
}
