# Encryption cannot be turned on later: DataSync copies the files to a new one.
resource "aws_kms_key" "files" {
  description         = "Files"
  enable_key_rotation = true
}

resource "aws_efs_file_system" "encrypted" {
  encrypted  = true
  kms_key_id = aws_kms_key.files.arn
}

resource "aws_efs_backup_policy" "encrypted" {
  file_system_id = aws_efs_file_system.encrypted.id

  backup_policy {
    status = "ENABLED"
  }
}
