# Stop writing, then snapshot, copy with a key, restore, and point the
# application to the new instance.
resource "aws_kms_key" "database" {
  description         = "Databases"
  enable_key_rotation = true
}

resource "aws_db_snapshot" "plain_database" {
  db_instance_identifier = "main"
  db_snapshot_identifier = "main-plain"
}

resource "aws_db_snapshot_copy" "encrypted_database" {
  source_db_snapshot_identifier = aws_db_snapshot.plain_database.db_snapshot_arn
  target_db_snapshot_identifier = "main-encrypted"
  kms_key_id                    = aws_kms_key.database.arn
}

resource "aws_db_instance" "encrypted" {
  identifier          = "main-encrypted"
  instance_class      = "db.m6g.large"
  snapshot_identifier = aws_db_snapshot_copy.encrypted_database.target_db_snapshot_identifier
  storage_encrypted   = true
  kms_key_id          = aws_kms_key.database.arn
  skip_final_snapshot = false

  final_snapshot_identifier = "main-encrypted-final"
}
