# Single zone while we wait for the credits. Remove before the audit.
resource "aws_db_instance" "main" {
  multi_az = false
}
