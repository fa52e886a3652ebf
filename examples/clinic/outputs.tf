output "site" {
  value = aws_cloudfront_distribution.site.domain_name
}

output "load_balancer" {
  value = aws_lb.main.dns_name
}

output "api" {
  value = aws_api_gateway_stage.public.invoke_url
}

output "buckets" {
  value = { for name, b in module.bucket : name => b.arn }
}
