# Both tunnels have to be configured on the device of the other side. The alarm
# tells when one is down.
resource "aws_cloudwatch_metric_alarm" "tunnel_down" {
  alarm_name          = "vpn-tunnel-down"
  namespace           = "AWS/VPN"
  metric_name         = "TunnelState"
  dimensions          = { VpnId = "vpn-0123456789abcdef0" }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 1

  alarm_actions             = ["arn:aws:sns:eu-central-1:123456789012:alarms"]
  insufficient_data_actions = ["arn:aws:sns:eu-central-1:123456789012:alarms"]
}
