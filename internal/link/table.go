package link

import "maps"

// A kind is how Terraform has a type of AWS.
type kind struct {
	types []string // of Terraform, the one to import into first
	// names are the attributes that AWS Config or Security Hub names such a
	// resource by, besides id and arn.
	names []string
	// imports is what `terraform import` takes: "id" as AWS Config has it, "arn",
	// or "name", the end of the ARN.
	imports string
	// argument is what a skeleton writes the name to; "" if the name is made by AWS.
	argument string
}

// kinds are the types of AWS that findings are about.
var kinds = map[string]kind{
	"AWS::S3::Bucket":                           {[]string{"aws_s3_bucket"}, []string{"bucket"}, "name", "bucket"},
	"AWS::RDS::DBInstance":                      {[]string{"aws_db_instance", "aws_rds_cluster_instance"}, []string{"resource_id", "dbi_resource_id", "identifier"}, "name", "identifier"},
	"AWS::RDS::DBCluster":                       {[]string{"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}, []string{"cluster_resource_id", "cluster_identifier"}, "name", "cluster_identifier"},
	"AWS::RDS::DBSnapshot":                      {[]string{"aws_db_snapshot"}, []string{"db_snapshot_identifier", "db_snapshot_arn"}, "name", "db_snapshot_identifier"},
	"AWS::RDS::DBClusterSnapshot":               {[]string{"aws_db_cluster_snapshot"}, []string{"db_cluster_snapshot_identifier", "db_cluster_snapshot_arn"}, "name", "db_cluster_snapshot_identifier"},
	"AWS::EC2::Instance":                        {[]string{"aws_instance"}, nil, "name", ""},
	"AWS::EC2::Volume":                          {[]string{"aws_ebs_volume"}, nil, "name", ""},
	"AWS::EC2::SecurityGroup":                   {[]string{"aws_security_group", "aws_default_security_group"}, nil, "name", ""},
	"AWS::EC2::VPC":                             {[]string{"aws_vpc", "aws_default_vpc"}, nil, "name", ""},
	"AWS::EC2::Subnet":                          {[]string{"aws_subnet", "aws_default_subnet"}, nil, "name", ""},
	"AWS::EC2::RouteTable":                      {[]string{"aws_route_table", "aws_default_route_table"}, nil, "name", ""},
	"AWS::EC2::InternetGateway":                 {[]string{"aws_internet_gateway"}, nil, "name", ""},
	"AWS::EC2::NetworkAcl":                      {[]string{"aws_network_acl", "aws_default_network_acl"}, nil, "name", ""},
	"AWS::EC2::FlowLog":                         {[]string{"aws_flow_log"}, nil, "name", ""},
	"AWS::EC2::VPNConnection":                   {[]string{"aws_vpn_connection"}, nil, "name", ""},
	"AWS::EC2::EIP":                             {[]string{"aws_eip"}, []string{"allocation_id"}, "name", ""},
	"AWS::EC2::NatGateway":                      {[]string{"aws_nat_gateway"}, nil, "name", ""},
	"AWS::EC2::LaunchTemplate":                  {[]string{"aws_launch_template"}, nil, "name", ""},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {[]string{"aws_lb", "aws_alb"}, nil, "arn", ""},
	"AWS::ElasticLoadBalancing::LoadBalancer":   {[]string{"aws_elb"}, []string{"name"}, "name", "name"},
	"AWS::AutoScaling::AutoScalingGroup":        {[]string{"aws_autoscaling_group"}, []string{"name"}, "name", "name"},
	"AWS::AutoScaling::LaunchConfiguration":     {[]string{"aws_launch_configuration"}, []string{"name"}, "name", "name"},
	"AWS::IAM::Role":                            {[]string{"aws_iam_role"}, []string{"unique_id", "name"}, "name", "name"},
	"AWS::IAM::User":                            {[]string{"aws_iam_user"}, []string{"unique_id", "name"}, "name", "name"},
	"AWS::IAM::Group":                           {[]string{"aws_iam_group"}, []string{"unique_id", "name"}, "name", "name"},
	"AWS::IAM::Policy":                          {[]string{"aws_iam_policy"}, []string{"policy_id", "name"}, "arn", "name"},
	"AWS::KMS::Key":                             {[]string{"aws_kms_key", "aws_kms_replica_key"}, []string{"key_id"}, "name", ""},
	"AWS::SNS::Topic":                           {[]string{"aws_sns_topic"}, nil, "arn", "name"},
	"AWS::SQS::Queue":                           {[]string{"aws_sqs_queue"}, []string{"url"}, "id", "name"},
	"AWS::DynamoDB::Table":                      {[]string{"aws_dynamodb_table"}, []string{"name"}, "name", "name"},
	"AWS::Lambda::Function":                     {[]string{"aws_lambda_function"}, []string{"function_name"}, "name", "function_name"},
	"AWS::SecretsManager::Secret":               {[]string{"aws_secretsmanager_secret"}, nil, "arn", ""},
	"AWS::ApiGateway::Stage":                    {[]string{"aws_api_gateway_stage"}, nil, "id", "stage_name"},
	"AWS::ApiGatewayV2::Stage":                  {[]string{"aws_apigatewayv2_stage"}, nil, "id", "name"},
	"AWS::ApiGateway::RestApi":                  {[]string{"aws_api_gateway_rest_api"}, nil, "name", ""},
	"AWS::CloudTrail::Trail":                    {[]string{"aws_cloudtrail"}, []string{"name"}, "arn", "name"},
	"AWS::CloudFront::Distribution":             {[]string{"aws_cloudfront_distribution"}, nil, "name", ""},
	"AWS::OpenSearch::Domain":                   {[]string{"aws_opensearch_domain"}, []string{"domain_id", "domain_name"}, "name", "domain_name"},
	"AWS::Elasticsearch::Domain":                {[]string{"aws_elasticsearch_domain", "aws_opensearch_domain"}, []string{"domain_id", "domain_name"}, "name", "domain_name"},
	"AWS::Redshift::Cluster":                    {[]string{"aws_redshift_cluster"}, []string{"cluster_identifier"}, "name", "cluster_identifier"},
	"AWS::EFS::FileSystem":                      {[]string{"aws_efs_file_system"}, nil, "name", ""},
	"AWS::ECS::TaskDefinition":                  {[]string{"aws_ecs_task_definition"}, nil, "arn", "family"},
	"AWS::ECS::Service":                         {[]string{"aws_ecs_service"}, nil, "id", "name"},
	"AWS::ECS::Cluster":                         {[]string{"aws_ecs_cluster"}, nil, "name", "name"},
	"AWS::EKS::Cluster":                         {[]string{"aws_eks_cluster"}, []string{"name"}, "name", "name"},
	"AWS::Kinesis::Stream":                      {[]string{"aws_kinesis_stream"}, []string{"name"}, "name", "name"},
	"AWS::CodeBuild::Project":                   {[]string{"aws_codebuild_project"}, []string{"name"}, "name", "name"},
	"AWS::CloudWatch::Alarm":                    {[]string{"aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"}, []string{"alarm_name"}, "name", "alarm_name"},
	"AWS::Logs::LogGroup":                       {[]string{"aws_cloudwatch_log_group"}, []string{"name"}, "id", "name"},
	"AWS::ACM::Certificate":                     {[]string{"aws_acm_certificate"}, nil, "arn", ""},
	"AWS::WAFv2::WebACL":                        {[]string{"aws_wafv2_web_acl"}, nil, "id", "name"},
	"AWS::Backup::BackupPlan":                   {[]string{"aws_backup_plan"}, nil, "name", ""},
	"AWS::Backup::BackupVault":                  {[]string{"aws_backup_vault"}, []string{"name"}, "name", "name"},
	"AWS::ElasticBeanstalk::Environment":        {[]string{"aws_elastic_beanstalk_environment"}, []string{"name"}, "id", "name"},
	"AWS::ElastiCache::ReplicationGroup":        {[]string{"aws_elasticache_replication_group"}, []string{"replication_group_id"}, "name", "replication_group_id"},
	"AWS::ElastiCache::CacheCluster":            {[]string{"aws_elasticache_cluster"}, []string{"cluster_id"}, "name", "cluster_id"},
	"AWS::EMR::Cluster":                         {[]string{"aws_emr_cluster"}, nil, "name", ""},
	"AWS::DMS::ReplicationInstance":             {[]string{"aws_dms_replication_instance"}, []string{"replication_instance_arn", "replication_instance_id"}, "id", "replication_instance_id"},
	"AWS::SageMaker::NotebookInstance":          {[]string{"aws_sagemaker_notebook_instance"}, []string{"name"}, "name", "name"},
	"AWS::SageMaker::EndpointConfig":            {[]string{"aws_sagemaker_endpoint_configuration"}, []string{"name"}, "name", "name"},
	"AWS::NetworkFirewall::Firewall":            {[]string{"aws_networkfirewall_firewall"}, nil, "arn", "name"},
}

// awsTypes are the types of AWS by Terraform's.
var awsTypes = func() map[string][]string {
	m := map[string][]string{
		// The volumes and the patch state of an instance are reported by its id.
		"aws_instance": {"AWS::SSM::ManagedInstanceInventory", "AWS::SSM::AssociationCompliance", "AWS::SSM::PatchCompliance"},
	}
	for aws := range maps.Keys(kinds) {
		for _, t := range kinds[aws].types {
			m[t] = append(m[t], aws)
		}
	}
	return m
}()

// singletons are the resources of Terraform that decide a rule about the account.
var singletons = map[string][]string{
	"IAM_PASSWORD_POLICY":                            {"aws_iam_account_password_policy"},
	"S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": {"aws_s3_account_public_access_block"},
	"EC2_EBS_ENCRYPTION_BY_DEFAULT":                  {"aws_ebs_encryption_by_default"},
	"GUARDDUTY_ENABLED_CENTRALIZED":                  {"aws_guardduty_detector"},
	"SECURITYHUB_ENABLED":                            {"aws_securityhub_account"},
	"CLOUD_TRAIL_ENABLED":                            {"aws_cloudtrail"},
	"CLOUDTRAIL_S3_DATAEVENTS_ENABLED":               {"aws_cloudtrail"},
	"CLOUDTRAIL_SECURITY_TRAIL_ENABLED":              {"aws_cloudtrail"},
	"MULTI_REGION_CLOUD_TRAIL_ENABLED":               {"aws_cloudtrail"},
}
