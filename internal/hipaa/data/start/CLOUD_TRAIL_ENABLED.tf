# The bucket has to let cloudtrail.amazonaws.com write.
resource "aws_cloudtrail" "account" {
  name                          = "account"
  s3_bucket_name                = "trail-123456789012"
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  kms_key_id                    = "arn:aws:kms:eu-central-1:123456789012:alias/logs"
}
