package main

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/layout"
)

// identities marks the attributes that stand for exactly one resource once it
// exists: strings that the provider computes and that are never null or empty
// then. The lists were reviewed name by name; what AWS returns only in some
// configurations (cluster_id of aws_eks_cluster, website_endpoint of
// aws_s3_bucket, stream_arn of aws_dynamodb_table) is not among them, nor is
// what several resources share (zone_id of aws_lb). Only resources have names
// that are generated.
func identities(blocks map[string]*block, generated bool) {
	for typ, b := range blocks {
		for name, a := range b.attrs {
			if a.typ == cty.String && a.flags&(layout.Computed|layout.Removed) == layout.Computed && isIdentity(typ, name, a, generated) {
				a.flags |= layout.Identity
			}
		}
	}
}

func isIdentity(typ, name string, a *attr, generated bool) bool {
	short := strings.TrimPrefix(typ, "aws_")
	if slices.Contains(notIdentity[short], name) {
		return false
	}
	switch name {
	case "id", "arn", "arn_suffix", "dns_name", "unique_id":
		return true
	case "name":
		// A computed name that may be set is generated when it is not.
		return generated && a.flags&layout.Optional != 0 || short == "iam_service_linked_role"
	}
	return generated && isOwn(short, name) || slices.Contains(furtherIdentities[short], name)
}

// isOwn reports whether an attribute is named after its own type:
// guardrail_id of aws_bedrock_guardrail.
func isOwn(short, name string) bool {
	for _, suffix := range []string{"_id", "_arn", "_uuid", "_identifier", "_resource_id", "_url", "_endpoint"} {
		if stem, ok := strings.CutSuffix(name, suffix); ok && (short == stem || strings.HasSuffix(short, "_"+stem)) {
			return true
		}
	}
	return false
}

// notIdentity lists attributes that the general rules take for identities,
// but that may be empty or stand for something else.
var notIdentity = map[string][]string{
	"db_proxy_target":                      {"target_arn"},
	"eks_cluster":                          {"cluster_id"},
	"fms_admin_account":                    {"account_id"},
	"fsx_ontap_file_system":                {"dns_name"},
	"glue_catalog":                         {"catalog_id"},
	"grafana_workspace":                    {"name"},
	"ivs_channel":                          {"name"},
	"ivs_playback_key_pair":                {"name"},
	"ivs_recording_configuration":          {"name"},
	"lexv2models_bot_locale":               {"name"},
	"partition":                            {"id"},
	"region":                               {"id"},
	"opsworks_stack":                       {"stack_endpoint"},
	"security_group_rule":                  {"security_group_rule_id"},
	"securityhub_standards_control":        {"control_id"},
	"securitylake_subscriber":              {"subscriber_endpoint"},
	"servicecatalog_provisioned_product":   {"product_id"},
	"servicecatalog_provisioning_artifact": {"name"},
	"spot_instance_request":                {"arn"},
}

// furtherIdentities lists identities that no general rule finds, for resources
// and for data sources without a resource of the same name.
var furtherIdentities = map[string][]string{
	"amplify_app":                         {"default_domain"},
	"api_gateway_deployment":              {"execution_arn", "invoke_url"},
	"api_gateway_rest_api":                {"execution_arn", "root_resource_id"},
	"api_gateway_stage":                   {"execution_arn", "invoke_url"},
	"apigatewayv2_api":                    {"execution_arn"},
	"apigatewayv2_stage":                  {"execution_arn", "invoke_url"},
	"batch_job_definition":                {"arn_prefix"},
	"caller_identity":                     {"account_id", "user_id"},
	"chatbot_slack_channel_configuration": {"chat_configuration_arn"},
	"chatbot_teams_channel_configuration": {"chat_configuration_arn"},
	"cloudfront_distribution":             {"domain_name"},
	"cloudfront_origin_access_identity":   {"cloudfront_access_identity_path", "iam_arn", "s3_canonical_user_id"},
	"codecommit_repository":               {"clone_url_http", "clone_url_ssh"},
	"codedeploy_app":                      {"application_id"},
	"cognito_user_pool":                   {"endpoint"},
	"db_instance":                         {"address", "endpoint", "identifier", "resource_id"},
	"db_proxy":                            {"endpoint"},
	"db_proxy_endpoint":                   {"endpoint"},
	"docdb_cluster":                       {"endpoint", "reader_endpoint"},
	"docdb_cluster_instance":              {"dbi_resource_id", "endpoint", "identifier"},
	"docdb_cluster_snapshot":              {"db_cluster_snapshot_arn"},
	"ecs_task_definition":                 {"arn_without_revision"},
	"efs_mount_target":                    {"mount_target_dns_name"},
	"eip":                                 {"allocation_id", "public_ip"},
	"eks_cluster":                         {"endpoint"},
	"elasticsearch_domain":                {"endpoint"},
	"grafana_workspace":                   {"endpoint"},
	"iam_user_ssh_key":                    {"ssh_public_key_id"},
	"key_pair":                            {"key_name"},
	"lambda_alias":                        {"invoke_arn"},
	"lambda_function":                     {"invoke_arn", "qualified_arn", "qualified_invoke_arn"},
	"lambda_function_url":                 {"function_url"},
	"lambda_layer_version":                {"layer_arn"},
	"mwaa_environment":                    {"webserver_url"},
	"neptune_cluster":                     {"endpoint", "reader_endpoint"},
	"neptune_cluster_endpoint":            {"endpoint"},
	"neptune_cluster_instance":            {"address", "dbi_resource_id", "endpoint", "identifier"},
	"neptune_cluster_snapshot":            {"db_cluster_snapshot_arn"},
	"opensearch_domain":                   {"endpoint"},
	"opensearchserverless_collection":     {"dashboard_endpoint"},
	"prometheus_workspace":                {"prometheus_endpoint"},
	"rds_cluster":                         {"endpoint", "reader_endpoint"},
	"rds_cluster_endpoint":                {"endpoint"},
	"rds_cluster_instance":                {"dbi_resource_id", "endpoint", "identifier"},
	"redshift_cluster":                    {"cluster_namespace_arn", "endpoint"},
	"route53_record":                      {"fqdn"},
	"s3_access_point":                     {"alias", "domain_name"},
	"s3_bucket":                           {"bucket", "bucket_domain_name", "bucket_regional_domain_name"},
	"s3_bucket_website_configuration":     {"website_endpoint"},
	"sagemaker_domain":                    {"url"},
	"sagemaker_notebook_instance":         {"url"},
	"sqs_queue":                           {"url"},
	"transfer_server":                     {"endpoint"},
	"vpc_security_group_egress_rule":      {"security_group_rule_id"},
	"vpc_security_group_ingress_rule":     {"security_group_rule_id"},
}
