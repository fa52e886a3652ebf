resource "aws_sns_topic" "alarms" {
  name              = "alarms"
  kms_master_key_id = shared.kms_key_messaging.key_id
}
