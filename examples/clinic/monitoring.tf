locals {
  alarms = {
    api-errors = {
      namespace  = "AWS/ApiGateway"
      metric     = "5XXError"
      dimensions = { ApiName = aws_api_gateway_rest_api.public.name }
      threshold  = 10
    }
    alb-errors = {
      namespace  = "AWS/ApplicationELB"
      metric     = "HTTPCode_ELB_5XX_Count"
      dimensions = { LoadBalancer = aws_lb.main.arn_suffix }
      threshold  = 25
    }
    db-cpu = {
      namespace  = "AWS/RDS"
      metric     = "CPUUtilization"
      statistic  = "Average"
      dimensions = { DBInstanceIdentifier = aws_db_instance.main.identifier }
      threshold  = 85
      no_data    = true
    }
    db-space = {
      namespace  = "AWS/RDS"
      metric     = "FreeStorageSpace"
      statistic  = "Minimum"
      below      = true
      dimensions = { DBInstanceIdentifier = aws_db_instance.main.identifier }
      threshold  = 10 * pow(1024, 3)
    }
    dead-letters = {
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      dimensions = { QueueName = aws_sqs_queue.dead.name }
      threshold  = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = try(each.value.statistic, "Sum")
  comparison_operator = try(each.value.below, false) ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 3

  alarm_actions             = [aws_sns_topic.alerts.arn]
  insufficient_data_actions = try(each.value.no_data, false) ? [aws_sns_topic.alerts.arn] : []
}
