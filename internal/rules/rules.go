// Package rules lists the rules of every AWS service.
package rules

import (
	"embed"

	"safeguard/internal/rule"
	"safeguard/internal/rules/acm"
	"safeguard/internal/rules/apigateway"
	"safeguard/internal/rules/autoscaling"
	"safeguard/internal/rules/backup"
	"safeguard/internal/rules/cloudtrail"
	"safeguard/internal/rules/cloudwatch"
	"safeguard/internal/rules/codebuild"
	"safeguard/internal/rules/dms"
	"safeguard/internal/rules/dynamodb"
	"safeguard/internal/rules/ec2"
	"safeguard/internal/rules/ecs"
	"safeguard/internal/rules/efs"
	"safeguard/internal/rules/elasticache"
	"safeguard/internal/rules/elasticbeanstalk"
	"safeguard/internal/rules/elasticloadbalancing"
	"safeguard/internal/rules/emr"
	"safeguard/internal/rules/guardduty"
	"safeguard/internal/rules/iam"
	"safeguard/internal/rules/kinesis"
	"safeguard/internal/rules/lambda"
	"safeguard/internal/rules/opensearch"
	"safeguard/internal/rules/rds"
	"safeguard/internal/rules/redshift"
	"safeguard/internal/rules/s3"
	"safeguard/internal/rules/sagemaker"
	"safeguard/internal/rules/secretsmanager"
	"safeguard/internal/rules/securityhub"
	"safeguard/internal/rules/sns"
	"safeguard/internal/rules/ssm"
	"safeguard/internal/rules/wafv2"
)

// services are the packages of rules with their examples.
var services = []struct {
	rules    []rule.Rule
	examples embed.FS
}{
	{acm.Rules, acm.Examples},
	{autoscaling.Rules, autoscaling.Examples},
	{ec2.Rules, ec2.Examples},
	{backup.Rules, backup.Examples},
	{cloudtrail.Rules, cloudtrail.Examples},
	{cloudwatch.Rules, cloudwatch.Examples},
	{guardduty.Rules, guardduty.Examples},
	{opensearch.Rules, opensearch.Examples},
	{dms.Rules, dms.Examples},
	{dynamodb.Rules, dynamodb.Examples},
	{ecs.Rules, ecs.Examples},
	{efs.Rules, efs.Examples},
	{iam.Rules, iam.Examples},
	{kinesis.Rules, kinesis.Examples},
	{lambda.Rules, lambda.Examples},
	{sagemaker.Rules, sagemaker.Examples},
	{elasticbeanstalk.Rules, elasticbeanstalk.Examples},
	{elasticache.Rules, elasticache.Examples},
	{secretsmanager.Rules, secretsmanager.Examples},
	{codebuild.Rules, codebuild.Examples},
	{wafv2.Rules, wafv2.Examples},
	{rds.Rules, rds.Examples},
	{emr.Rules, emr.Examples},
	{redshift.Rules, redshift.Examples},
	{elasticloadbalancing.Rules, elasticloadbalancing.Examples},
	{apigateway.Rules, apigateway.Examples},
	{s3.Rules, s3.Examples},
	{securityhub.Rules, securityhub.Examples},
	{sns.Rules, sns.Examples},
	{ssm.Rules, ssm.Examples},
}

// All returns every rule, in no particular order. Rules that no configuration
// can decide are not among them.
func All() []rule.Rule {
	var all []rule.Rule
	for _, s := range services {
		all = append(all, s.rules...)
	}
	return all
}

// Example returns the archive of examples of a rule, in txtar form as package
// ruletest describes it; ok is false if there is none.
func Example(id string) (archive []byte, ok bool) {
	for _, s := range services {
		if data, err := s.examples.ReadFile("testdata/" + id + ".txtar"); err == nil {
			return data, true
		}
	}
	return nil, false
}
