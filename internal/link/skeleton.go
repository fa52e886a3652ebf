package link

// skeletons are the arguments that Terraform wants of a resource besides its name,
// with values that are valid and stand for those of the real one: a plan of the
// import shows where they differ.
var skeletons = map[string]string{
	"aws_instance": `
  ami           = "ami-00000000000000000"
  instance_type = "t3.micro"
`,
	"aws_ebs_volume": `
  availability_zone = "us-east-1a"
  size              = 1
`,
	"aws_vpc": `
  cidr_block = "10.0.0.0/16"
`,
	"aws_subnet": `
  vpc_id     = "vpc-00000000"
  cidr_block = "10.0.0.0/24"
`,
	"aws_route_table": `
  vpc_id = "vpc-00000000"
`,
	"aws_network_acl": `
  vpc_id = "vpc-00000000"
`,
	"aws_flow_log": `
  vpc_id          = "vpc-00000000"
  traffic_type    = "ALL"
  log_destination = "arn:aws:s3:::bucket"
`,
	"aws_vpn_connection": `
  customer_gateway_id = "cgw-00000000"
  type                = "ipsec.1"
`,
	"aws_nat_gateway": `
  subnet_id = "subnet-00000000"
`,
	"aws_elb": `
  availability_zones = ["us-east-1a"]

  listener {
    instance_port     = 80
    instance_protocol = "http"
    lb_port           = 80
    lb_protocol       = "http"
  }
`,
	"aws_autoscaling_group": `
  min_size           = 0
  max_size           = 1
  availability_zones = ["us-east-1a"]

  launch_template {
    id = "lt-00000000"
  }
`,
	"aws_launch_configuration": `
  image_id      = "ami-00000000000000000"
  instance_type = "t3.micro"
`,
	"aws_iam_role": `
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
`,
	"aws_iam_policy": `
  policy = jsonencode({ Version = "2012-10-17", Statement = [] })
`,
	"aws_db_instance": `
  instance_class = "db.t3.micro"
`,
	"aws_rds_cluster": `
  engine = "aurora-postgresql"
`,
	"aws_db_snapshot": `
  db_instance_identifier = "database"
`,
	"aws_db_cluster_snapshot": `
  db_cluster_identifier = "cluster"
`,
	"aws_lambda_function": `
  role      = "arn:aws:iam::000000000000:role/function"
  image_uri = "000000000000.dkr.ecr.us-east-1.amazonaws.com/image:latest"
`,
	"aws_api_gateway_stage": `
  deployment_id = "deployment"
  rest_api_id   = "api"
`,
	"aws_apigatewayv2_stage": `
  api_id = "api"
`,
	"aws_api_gateway_rest_api": `
  name = "api"
`,
	"aws_cloudtrail": `
  s3_bucket_name = "bucket"
`,
	"aws_cloudfront_distribution": `
  enabled = true

  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "origin"
    viewer_protocol_policy = "https-only"
  }

  origin {
    domain_name = "example.com"
    origin_id   = "origin"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
`,
	"aws_redshift_cluster": `
  node_type = "ra3.large"
`,
	"aws_ecs_task_definition": `
  container_definitions = jsonencode([])
`,
	"aws_eks_cluster": `
  role_arn = "arn:aws:iam::000000000000:role/cluster"

  vpc_config {
    subnet_ids = ["subnet-00000000"]
  }
`,
	"aws_kinesis_stream": `
  shard_count = 1
`,
	"aws_codebuild_project": `
  service_role = "arn:aws:iam::000000000000:role/build"

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }

  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
`,
	"aws_cloudwatch_metric_alarm": `
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "metric"
  namespace           = "namespace"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
`,
	"aws_acm_certificate": `
  domain_name       = "example.com"
  validation_method = "DNS"
`,
	"aws_wafv2_web_acl": `
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "metric"
    sampled_requests_enabled   = true
  }
`,
	"aws_backup_plan": `
  name = "plan"

  rule {
    rule_name         = "rule"
    target_vault_name = "vault"
  }
`,
	"aws_elastic_beanstalk_environment": `
  application = "application"
`,
	"aws_elasticache_replication_group": `
  description = "group"
`,
	"aws_elasticache_cluster": `
  engine          = "redis"
  node_type       = "cache.t3.micro"
  num_cache_nodes = 1
`,
	"aws_emr_cluster": `
  name          = "cluster"
  release_label = "emr-7.0.0"
  service_role  = "role"

  master_instance_group {
    instance_type = "m5.xlarge"
  }
`,
	"aws_dms_replication_instance": `
  replication_instance_class = "dms.t3.micro"
`,
	"aws_sagemaker_notebook_instance": `
  instance_type = "ml.t3.medium"
  role_arn      = "arn:aws:iam::000000000000:role/notebook"
`,
	"aws_sagemaker_endpoint_configuration": `
  production_variants {
    model_name             = "model"
    initial_instance_count = 1
    instance_type          = "ml.t2.medium"
  }
`,
	"aws_dynamodb_table": `
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
`,
	"aws_networkfirewall_firewall": `
  firewall_policy_arn = "arn:aws:network-firewall:us-east-1:000000000000:firewall-policy/policy"
  vpc_id              = "vpc-00000000"

  subnet_mapping {
    subnet_id = "subnet-00000000"
  }
`,
}
