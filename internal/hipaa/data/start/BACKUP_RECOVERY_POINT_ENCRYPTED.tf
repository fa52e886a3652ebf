# Recovery points of EBS, EC2 and RDS are encrypted as their source is: encrypt
# that. The key of the vault encrypts the others. Copy old ones to it, then
# delete the plain ones.
resource "aws_kms_key" "backup_vault" {
  description         = "Backups"
  enable_key_rotation = true
}

resource "aws_backup_vault" "encrypted" {
  name        = "encrypted"
  kms_key_arn = aws_kms_key.backup_vault.arn
}
