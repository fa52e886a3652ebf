# Delete the plain snapshot after the copy is there.
resource "aws_db_snapshot_copy" "encrypted_snapshot" {
  source_db_snapshot_identifier = "arn:aws:rds:eu-central-1:123456789012:snapshot:plain"
  target_db_snapshot_identifier = "encrypted"
  kms_key_id                    = "alias/data"
}
