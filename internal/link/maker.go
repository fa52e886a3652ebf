package link

import (
	"fmt"
	"strings"

	"safeguard/internal/assessment"
)

// Who makes resources that Terraform does not have.
const (
	byHand           = "hand"
	byAWS            = "aws"
	byControlTower   = "control-tower"
	byCloudFormation = "cloudformation"
	byIdentityCenter = "identity-center"
	byServiceRole    = "service-linked-role"
)

// makers are the marks in ids and ARNs of those who make resources.
var makers = []struct{ by, mark, reason string }{
	{byServiceRole, ":role/aws-service-role/", "AWS made this role for a service and keeps it: accept the finding with an exception"},
	{byIdentityCenter, "AWSReservedSSO_", "IAM Identity Center made it: change the permission set, or accept the finding with an exception"},
	{byIdentityCenter, "/aws-reserved/", "AWS made it: accept the finding with an exception"},
	{byControlTower, "aws-controltower", controlTower},
	{byControlTower, "AWSControlTower", controlTower},
	{byControlTower, "stacksets-exec-", "CloudFormation StackSets made it: accept the finding with an exception"},
	{byCloudFormation, "cf-templates-", "CloudFormation made it for its templates: accept the finding with an exception"},
	{byCloudFormation, "cdk-hnb659fds-", "the CDK made it: change it there"},
	{byCloudFormation, "-StackSet-", "CloudFormation made it: change the template"},
	{byAWS, ":policy/service-role/", "AWS made this policy: accept the finding with an exception"},
}

const controlTower = "Control Tower made it and reverts changes: accept the finding with an exception"

// tagged says who made a resource by the tags that AWS sets.
func tagged(tags map[string]string) (by, reason string, ok bool) {
	switch stack := tags["aws:cloudformation:stack-name"]; {
	case strings.Contains(stack, "AWSControlTower"), strings.Contains(stack, "aws-controltower"):
		return byControlTower, controlTower, true
	case strings.HasPrefix(stack, "StackSet-"):
		return byCloudFormation, fmt.Sprintf("a stack set of CloudFormation made it in the stack %s: change its template", stack), true
	case strings.HasPrefix(stack, "awseb-"):
		return byCloudFormation, fmt.Sprintf("Elastic Beanstalk made it in the stack %s: change the environment", stack), true
	case stack != "":
		return byCloudFormation, fmt.Sprintf("CloudFormation made it in the stack %s: change its template", stack), true
	}
	for _, m := range []struct{ tag, text string }{
		{"aws:autoscaling:groupName", "the Auto Scaling group %s made it: change its launch template"},
		{"aws:eks:cluster-name", "the EKS cluster %s made it: change its node group"},
		{"aws:elasticmapreduce:job-flow-id", "the EMR cluster %s made it"},
		{"aws:backup:source-resource", "AWS Backup made it of %s: change the backup plan"},
		{"aws:servicecatalog:provisioningPrincipalArn", "Service Catalog made it for %s: change the product"},
	} {
		if v := tags[m.tag]; v != "" {
			return byAWS, fmt.Sprintf(m.text, v), true
		}
	}
	return "", "", false
}

// maker says who made what is not in Terraform: by AWS's own tags, or else by the
// names that AWS gives.
func maker(r *assessment.Result) (by, reason string) {
	if r.Resource.Type == "AWS::::Account" {
		if types := singletons[r.Rule]; len(types) > 0 {
			return "", fmt.Sprintf("it is about the account, and no %s is in this Terraform", types[0])
		}
		return "", "it is about the account"
	}
	for _, m := range makers {
		if strings.Contains(r.Resource.ARN, m.mark) || strings.Contains(r.Resource.ID, m.mark) {
			return m.by, m.reason
		}
	}
	if by, reason, ok := tagged(r.Resource.AWSTags); ok {
		return by, reason
	}
	return byHand, "it is not in the Terraform that was given: made by hand or by other code"
}
