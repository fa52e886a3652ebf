package link

import (
	"cmp"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
)

// A part is a type of Terraform that sets a part of what AWS has as one resource.
type part struct {
	typ string
	// path is the attribute that joins the two: of the part, or, if own is set, of
	// the resource itself.
	path string
	own  bool
	// rules are words of the rules that it decides, as they are in their
	// identifiers; none: any rule about the resource.
	rules []string
}

func words(s string) []string { return strings.Fields(s) }

// of is a part that refers to the resource, by one that the resource refers to.
func of(typ, path, rules string) part { return part{typ, path, false, words(rules)} }
func by(path, typ, rules string) part { return part{typ, path, true, words(rules)} }

// parts are the companions of types of Terraform.
var parts = map[string][]part{
	"aws_s3_bucket": {
		of("aws_s3_bucket_versioning", "bucket", "VERSION"),
		of("aws_s3_bucket_lifecycle_configuration", "bucket", "LIFECYCLE"),
		of("aws_s3_bucket_logging", "bucket", "LOGGING"),
		of("aws_s3_bucket_policy", "bucket", "SSL PUBLIC GRANTEE"),
		of("aws_s3_bucket_acl", "bucket", "ACL PUBLIC"),
		of("aws_s3_bucket_ownership_controls", "bucket", "ACL"),
		of("aws_s3_bucket_public_access_block", "bucket", "PUBLIC"),
		of("aws_s3_bucket_server_side_encryption_configuration", "bucket", "ENCRYPTION"),
		of("aws_s3_bucket_replication_configuration", "bucket", "REPLICATION"),
		of("aws_s3_bucket_object_lock_configuration", "bucket", "LOCK"),
		of("aws_s3_bucket_notification", "bucket", "NOTIFICATION"),
	},
	"aws_db_instance": {
		by("parameter_group_name", "aws_db_parameter_group", "LOGGING SSL TLS"),
		by("option_group_name", "aws_db_option_group", "LOGGING"),
		by("monitoring_role_arn", "aws_iam_role", "MONITORING"),
		by("db_subnet_group_name", "aws_db_subnet_group", "PUBLIC MULTI_AZ"),
		by("kms_key_id", "aws_kms_key", "ENCRYPTED"),
		of("aws_backup_selection", "resources", "BACKUP_PLAN"),
	},
	"aws_rds_cluster": {
		by("db_cluster_parameter_group_name", "aws_rds_cluster_parameter_group", "LOGGING SSL TLS"),
		by("kms_key_id", "aws_kms_key", "ENCRYPTED"),
		of("aws_rds_cluster_instance", "cluster_identifier", "MULTI_AZ PUBLIC MONITORING UPGRADE"),
		of("aws_backup_selection", "resources", "BACKUP_PLAN"),
	},
	"aws_rds_cluster_instance": {
		by("cluster_identifier", "aws_rds_cluster", "ENCRYPTED DELETION BACKUP LOGGING"),
		by("db_parameter_group_name", "aws_db_parameter_group", "LOGGING SSL TLS"),
		by("monitoring_role_arn", "aws_iam_role", "MONITORING"),
	},
	"aws_redshift_cluster": {
		by("cluster_parameter_group_name", "aws_redshift_parameter_group", "TLS SSL"),
		of("aws_redshift_logging", "cluster_identifier", "CONFIGURATION LOGGING"),
	},
	"aws_iam_role": {
		of("aws_iam_role_policy", "role", "INLINE BLOCKED ADMIN FULL"),
		of("aws_iam_role_policy_attachment", "role", "MANAGED BLOCKED ADMIN FULL"),
	},
	"aws_iam_user": {
		of("aws_iam_user_policy", "user", "POLIC"),
		of("aws_iam_user_policy_attachment", "user", "POLIC"),
		of("aws_iam_user_group_membership", "user", "GROUP POLIC"),
		of("aws_iam_access_key", "user", "KEY CREDENTIALS"),
		of("aws_iam_user_login_profile", "user", "MFA CREDENTIALS"),
	},
	"aws_iam_group": {
		of("aws_iam_group_policy", "group", "POLIC"),
		of("aws_iam_group_policy_attachment", "group", "POLIC"),
		of("aws_iam_group_membership", "group", "USERS"),
	},
	"aws_iam_policy": {
		of("aws_iam_role_policy_attachment", "policy_arn", "ADMIN FULL BLOCKED USE"),
		of("aws_iam_user_policy_attachment", "policy_arn", "ADMIN FULL BLOCKED USE"),
		of("aws_iam_group_policy_attachment", "policy_arn", "ADMIN FULL BLOCKED USE"),
	},
	"aws_security_group":         securityGroup,
	"aws_default_security_group": securityGroup,
	"aws_vpc": {
		of("aws_flow_log", "vpc_id", "FLOW"),
		of("aws_default_security_group", "vpc_id", "DEFAULT_SECURITY"),
		of("aws_internet_gateway", "vpc_id", "INTERNET_GATEWAY IGW"),
	},
	"aws_route_table":         {of("aws_route", "route_table_id", "ROUTE")},
	"aws_default_route_table": {of("aws_route", "route_table_id", "ROUTE")},
	"aws_internet_gateway":    {of("aws_internet_gateway_attachment", "internet_gateway_id", "")},
	"aws_cloudtrail": {
		by("s3_bucket_name", "aws_s3_bucket", "BUCKET S3"),
		by("cloud_watch_logs_group_arn", "aws_cloudwatch_log_group", "CLOUD_WATCH LOGS"),
		by("kms_key_id", "aws_kms_key", "ENCRYPTION"),
	},
	"aws_cloudwatch_log_group": {by("kms_key_id", "aws_kms_key", "ENCRYPTED")},
	"aws_lb":                   loadBalancer,
	"aws_alb":                  loadBalancer,
	"aws_api_gateway_stage": {
		of("aws_api_gateway_method_settings", "stage_name", "CACHE LOGGING"),
		of("aws_wafv2_web_acl_association", "resource_arn", "WAF"),
		by("client_certificate_id", "aws_api_gateway_client_certificate", "SSL"),
	},
	"aws_wafv2_web_acl": {of("aws_wafv2_web_acl_logging_configuration", "resource_arn", "LOGGING")},
	"aws_lambda_function": {
		of("aws_lambda_permission", "function_name", "PUBLIC"),
		of("aws_lambda_function_event_invoke_config", "function_name", "DLQ"),
		of("aws_lambda_provisioned_concurrency_config", "function_name", "CONCURRENCY"),
	},
	"aws_dynamodb_table": {
		by("server_side_encryption.kms_key_arn", "aws_kms_key", "ENCRYPTED"),
		of("aws_backup_selection", "resources", "BACKUP_PLAN"),
	},
	"aws_efs_file_system": {
		of("aws_efs_backup_policy", "file_system_id", "BACKUP"),
		of("aws_backup_selection", "resources", "BACKUP_PLAN"),
		by("kms_key_id", "aws_kms_key", "ENCRYPTED"),
	},
	"aws_ebs_volume": {
		of("aws_volume_attachment", "volume_id", "ATTACHED USE"),
		of("aws_backup_selection", "resources", "BACKUP_PLAN"),
	},
	"aws_instance": {
		by("iam_instance_profile", "aws_iam_instance_profile", "PROFILE SSM"),
		of("aws_volume_attachment", "instance_id", "VOLUME"),
		of("aws_eip_association", "instance_id", "PUBLIC"),
		of("aws_backup_selection", "resources", "BACKUP_PLAN"),
	},
	"aws_autoscaling_group": {
		by("launch_template.id", "aws_launch_template", "LAUNCH IMDS PUBLIC"),
		by("launch_configuration", "aws_launch_configuration", "LAUNCH IMDS PUBLIC"),
	},
	"aws_backup_vault": {
		of("aws_backup_vault_policy", "backup_vault_name", "DELETION"),
		of("aws_backup_vault_lock_configuration", "backup_vault_name", "DELETION RETENTION"),
	},
	"aws_secretsmanager_secret": {
		of("aws_secretsmanager_secret_rotation", "secret_id", "ROTATION"),
		by("kms_key_id", "aws_kms_key", "CMK"),
	},
	"aws_sns_topic": {
		of("aws_sns_topic_policy", "arn", "PUBLIC"),
		by("kms_master_key_id", "aws_kms_key", "ENCRYPTED"),
	},
	"aws_sqs_queue": {of("aws_sqs_queue_policy", "queue_url", "PUBLIC")},
	"aws_kms_key":   {of("aws_kms_key_policy", "key_id", "")},
	"aws_ecs_service": {
		by("task_definition", "aws_ecs_task_definition", ""),
	},
	"aws_opensearch_domain": {
		of("aws_opensearch_domain_policy", "domain_name", "PUBLIC ACCESS"),
		by("encrypt_at_rest.kms_key_id", "aws_kms_key", "AT_REST"),
	},
	"aws_elasticsearch_domain": {of("aws_elasticsearch_domain_policy", "domain_name", "PUBLIC ACCESS")},
}

var securityGroup = []part{
	of("aws_security_group_rule", "security_group_id", ""),
	of("aws_vpc_security_group_ingress_rule", "security_group_id", ""),
	of("aws_vpc_security_group_egress_rule", "security_group_id", "DEFAULT"),
}

var loadBalancer = []part{
	of("aws_lb_listener", "load_balancer_arn", "HTTP ACM TLS CERTIFICATE"),
	of("aws_alb_listener", "load_balancer_arn", "HTTP ACM TLS CERTIFICATE"),
	of("aws_wafv2_web_acl_association", "resource_arn", "WAF"),
}

// decides reports whether a part may decide a rule. What a control outside of the
// pack looks at is not known: any part may.
func (p part) decides(rule string) bool {
	return len(p.rules) == 0 || !strings.Contains(rule, "_") || slices.ContainsFunc(p.rules, func(w string) bool { return strings.Contains(rule, w) })
}

// companions are the resources of g that set the parts of r which rule is about.
func companions(g *graph.Graph, r *graph.Resource, rule string) []assessment.Companion {
	var all []assessment.Companion
	add := func(c *graph.Resource) {
		found := assessment.Companion{Address: c.Address, Location: assessment.Location(c.Location())}
		if !slices.Contains(all, found) {
			all = append(all, found)
		}
	}
	for _, p := range parts[r.Type] {
		switch {
		case !p.decides(rule):
		case p.own:
			if c, _ := g.Referent(r.Get(p.path), p.typ); c != nil {
				add(c)
			}
		default:
			for _, c := range g.Attached(r, p.typ, p.path).Items {
				add(c)
			}
		}
	}
	slices.SortFunc(all, func(a, b assessment.Companion) int {
		return cmp.Or(cmp.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Line, b.Location.Line), cmp.Compare(a.Address, b.Address))
	})
	return all
}
