# A volume is encrypted by way of a snapshot: then stop the instance, detach the
# old volume, and attach the new one.
resource "aws_ebs_snapshot" "plain_volume" {
  volume_id = "vol-0123456789abcdef0"
}

resource "aws_ebs_snapshot_copy" "encrypted_volume" {
  source_snapshot_id = aws_ebs_snapshot.plain_volume.id
  source_region      = "eu-central-1"
  encrypted          = true
}

resource "aws_ebs_volume" "encrypted" {
  availability_zone = "eu-central-1a"
  snapshot_id       = aws_ebs_snapshot_copy.encrypted_volume.id
  encrypted         = true
}
