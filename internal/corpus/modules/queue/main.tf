locals {
  encryption = var.encrypted ? { kms_key = "alias/aws/sqs" } : { kms_key = null }
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
  kms_master_key_id         = local.encryption.kms_key
  tags                      = var.tags
}

resource "aws_sqs_queue" "this" {
  for_each = var.consumers

  name                       = "${var.name}-${each.key}"
  visibility_timeout_seconds = each.value.timeout
  kms_master_key_id          = local.encryption.kms_key

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = each.value.retries
  })

  tags = merge(var.tags, { Consumer = each.key })
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  alarm_name          = "${var.name}-dead"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead.name }
  comparison_operator = "GreaterThanThreshold"
  statistic           = "Maximum"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = var.alarm_arns
}
