package audit

import (
	"strings"
	"sync"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

const accountType = "AWS::::Account"

// canonical completes a resource: AWS Config and Security Hub name one resource
// in different ways (id, name, unique id, URL, ARN), and its ARN is what they
// have in common. partition is that of the account.
func canonical(r assessment.Resource, partition string) assessment.Resource {
	if r.Type == accountType || strings.HasPrefix(r.ID, accountType+":") {
		r.Type, r.ID, r.ARN, r.Address = accountType, r.Account, "", "account"
		return r
	}
	if r.ARN == "" && strings.HasPrefix(r.ID, "arn:") {
		r.ARN = r.ID
	}
	if r.ARN == "" {
		if form, ok := arnForms[r.Type]; ok && r.ID != "" {
			r.ARN = strings.NewReplacer("P", partition, "R", r.Region, "A", r.Account).Replace(form) + r.ID
		}
	}
	if r.ARN == "" && r.Type == "AWS::SQS::Queue" && strings.Contains(r.ID, "/") {
		r.ARN = "arn:" + partition + ":sqs:" + r.Region + ":" + r.Account + ":" + r.ID[strings.LastIndex(r.ID, "/")+1:]
	}
	switch r.Type {
	case "AWS::Logs::LogGroup":
		r.ARN = strings.TrimSuffix(r.ARN, ":*")
	case "AWS::Lambda::Function":
		if parts := strings.Split(r.ARN, ":"); len(parts) > 7 { // a version or alias
			r.ARN = strings.Join(parts[:7], ":")
		}
	}
	return r
}

// arnForms are the types whose ARN follows from the id of AWS Config: P is the
// partition, R the region, A the account, and the id comes last.
var arnForms = map[string]string{
	"AWS::S3::Bucket":                         "arn:P:s3:::",
	"AWS::EC2::Instance":                      "arn:P:ec2:R:A:instance/",
	"AWS::EC2::Volume":                        "arn:P:ec2:R:A:volume/",
	"AWS::EC2::SecurityGroup":                 "arn:P:ec2:R:A:security-group/",
	"AWS::EC2::VPC":                           "arn:P:ec2:R:A:vpc/",
	"AWS::EC2::Subnet":                        "arn:P:ec2:R:A:subnet/",
	"AWS::EC2::RouteTable":                    "arn:P:ec2:R:A:route-table/",
	"AWS::EC2::InternetGateway":               "arn:P:ec2:R:A:internet-gateway/",
	"AWS::EC2::NetworkAcl":                    "arn:P:ec2:R:A:network-acl/",
	"AWS::EC2::FlowLog":                       "arn:P:ec2:R:A:vpc-flow-log/",
	"AWS::EC2::VPNConnection":                 "arn:P:ec2:R:A:vpn-connection/",
	"AWS::EC2::EIP":                           "arn:P:ec2:R:A:elastic-ip/",
	"AWS::EC2::NatGateway":                    "arn:P:ec2:R:A:natgateway/",
	"AWS::DynamoDB::Table":                    "arn:P:dynamodb:R:A:table/",
	"AWS::Lambda::Function":                   "arn:P:lambda:R:A:function:",
	"AWS::KMS::Key":                           "arn:P:kms:R:A:key/",
	"AWS::Redshift::Cluster":                  "arn:P:redshift:R:A:cluster:",
	"AWS::EFS::FileSystem":                    "arn:P:elasticfilesystem:R:A:file-system/",
	"AWS::Kinesis::Stream":                    "arn:P:kinesis:R:A:stream/",
	"AWS::EKS::Cluster":                       "arn:P:eks:R:A:cluster/",
	"AWS::Logs::LogGroup":                     "arn:P:logs:R:A:log-group:",
	"AWS::CloudWatch::Alarm":                  "arn:P:cloudwatch:R:A:alarm:",
	"AWS::ElasticLoadBalancing::LoadBalancer": "arn:P:elasticloadbalancing:R:A:loadbalancer/",
	"AWS::ElastiCache::ReplicationGroup":      "arn:P:elasticache:R:A:replicationgroup:",
	"AWS::ElastiCache::CacheCluster":          "arn:P:elasticache:R:A:cluster:",
	"AWS::EMR::Cluster":                       "arn:P:elasticmapreduce:R:A:cluster/",
	"AWS::RDS::DBSnapshot":                    "arn:P:rds:R:A:snapshot:",
	"AWS::RDS::DBClusterSnapshot":             "arn:P:rds:R:A:cluster-snapshot:",
}

// fingerprint identifies a problem that AWS reports: the same from both sources,
// in every run, with Terraform at hand or without.
func fingerprint(rule string, r assessment.Resource) string {
	name := r.ARN
	if name == "" {
		name = r.Type + " " + r.ID
	}
	return assessment.Fingerprint(rule, assessment.Resource{Account: r.Account, Region: r.Region, Address: name})
}

// configType is AWS Config's name of a type that Security Hub writes without
// colons: AwsRdsDbInstance is AWS::RDS::DBInstance.
func configType(hub string) string {
	if t, ok := configTypes()[fold(hub)]; ok {
		return t
	}
	return hub
}

func fold(t string) string { return strings.ToLower(strings.ReplaceAll(t, ":", "")) }

var configTypes = sync.OnceValue(func() map[string]string {
	types := map[string]string{
		"awselbloadbalancer":                "AWS::ElasticLoadBalancing::LoadBalancer",
		"awselbv2loadbalancer":              "AWS::ElasticLoadBalancingV2::LoadBalancer",
		"awsaccount":                        accountType,
		"awsiamrole":                        "AWS::IAM::Role",
		"awsiampolicy":                      "AWS::IAM::Policy",
		"awsapigatewayv2stage":              "AWS::ApiGatewayV2::Stage",
		"awscertificatemanagercertificate":  "AWS::ACM::Certificate",
		"awsautoscalingautoscalinggroup":    "AWS::AutoScaling::AutoScalingGroup",
		"awsautoscalinglaunchconfiguration": "AWS::AutoScaling::LaunchConfiguration",
	}
	for _, r := range hipaa.Rules() {
		for _, t := range r.ResourceTypes {
			types[fold(t)] = t
		}
	}
	for _, c := range hipaa.Controls() {
		for _, t := range c.ResourceTypes {
			types[fold(t)] = t
		}
	}
	for t := range arnForms {
		types[fold(t)] = t
	}
	return types
})
