# The code of the quota is in service-quotas list-service-quotas; more needs AWS
# to agree.
resource "aws_servicequotas_service_quota" "dynamodb_reads" {
  service_code = "dynamodb"
  quota_code   = "L-0123ABCD"
  value        = 80000
}
