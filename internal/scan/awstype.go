package scan

import (
	"slices"

	"safeguard/internal/hipaa"
)

// awsTypes maps Terraform types to CloudFormation types, where a rule is about
// several or the type a rule names is not what the resource becomes.
var awsTypes = map[string]string{
	"aws_api_gateway_stage":             "AWS::ApiGateway::Stage",
	"aws_api_gateway_deployment":        "AWS::ApiGateway::Stage",
	"aws_apigatewayv2_stage":            "AWS::ApiGatewayV2::Stage",
	"aws_elasticache_cluster":           "AWS::ElastiCache::CacheCluster",
	"aws_elasticache_replication_group": "AWS::ElastiCache::ReplicationGroup",
	"aws_elb":                           "AWS::ElasticLoadBalancing::LoadBalancer",
	"aws_lb":                            "AWS::ElasticLoadBalancingV2::LoadBalancer",
	"aws_alb":                           "AWS::ElasticLoadBalancingV2::LoadBalancer",
	"aws_iam_user":                      "AWS::IAM::User",
	"aws_iam_group":                     "AWS::IAM::Group",
	"aws_iam_role":                      "AWS::IAM::Role",
	"aws_iam_policy":                    "AWS::IAM::Policy",
	"aws_iam_user_policy":               "AWS::IAM::User",
	"aws_iam_group_policy":              "AWS::IAM::Group",
	"aws_iam_role_policy":               "AWS::IAM::Role",
	"aws_db_snapshot":                   "AWS::RDS::DBSnapshot",
	"aws_db_snapshot_copy":              "AWS::RDS::DBSnapshot",
	"aws_db_cluster_snapshot":           "AWS::RDS::DBClusterSnapshot",
	"aws_rds_cluster_snapshot_copy":     "AWS::RDS::DBClusterSnapshot",
	"aws_neptune_cluster_snapshot":      "AWS::RDS::DBClusterSnapshot",
	"aws_redshift_cluster":              "AWS::Redshift::Cluster",
	"aws_redshift_parameter_group":      "AWS::Redshift::ClusterParameterGroup",
	"aws_s3_bucket":                     "AWS::S3::Bucket",
	"aws_kms_key":                       "AWS::KMS::Key",
	"aws_instance":                      "AWS::EC2::Instance",
	"aws_emr_cluster":                   "AWS::EMR::Cluster",
	"aws_s3_directory_bucket":           "AWS::S3Express::DirectoryBucket",
	"aws_vpc":                           "AWS::EC2::VPC",
	"aws_subnet":                        "AWS::EC2::Subnet",
	"aws_default_subnet":                "AWS::EC2::Subnet",
	"aws_default_vpc":                   "AWS::EC2::VPC",
	"aws_security_group":                "AWS::EC2::SecurityGroup",
	"aws_default_security_group":        "AWS::EC2::SecurityGroup",
	"aws_opensearch_domain":             "AWS::OpenSearch::Domain",
	"aws_elasticsearch_domain":          "AWS::Elasticsearch::Domain",
	"aws_rds_cluster":                   "AWS::RDS::DBCluster",
	"aws_db_instance":                   "AWS::RDS::DBInstance",
	"aws_rds_cluster_instance":          "AWS::RDS::DBInstance",
}

// awsType is the CloudFormation type under which AWS Config records a resource
// of a Terraform type that a rule judges.
func awsType(terraform string, facts *hipaa.Rule) string {
	if t, ok := awsTypes[terraform]; ok && (len(facts.ResourceTypes) != 1 || slices.Contains(facts.ResourceTypes, t)) {
		return t
	}
	if len(facts.ResourceTypes) > 0 {
		return facts.ResourceTypes[0]
	}
	return accountType
}
