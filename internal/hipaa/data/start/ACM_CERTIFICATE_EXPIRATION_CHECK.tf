# A certificate that is validated by DNS renews itself as long as the record is
# there and it is in use. An imported one has to be imported again.
resource "aws_acm_certificate" "renews_itself" {
  domain_name       = "app.example.com"
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "renews_itself" {
  for_each = {
    for o in aws_acm_certificate.renews_itself.domain_validation_options : o.domain_name => o
  }

  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}
