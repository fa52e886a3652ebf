package plan

import (
	"strings"

	"safeguard/internal/logic"
)

// superseding lists attributes that a resource of its own sets as well: by type
// and attribute, the type that sets it with the attribute that refers back. The
// provider copies what AWS says into the attribute, as of its last reading,
// which may be from before the other resource was made.
var superseding = map[string]map[string]string{
	"aws_s3_bucket": {
		"acceleration_status":                  "aws_s3_bucket_accelerate_configuration.bucket",
		"acl":                                  "aws_s3_bucket_acl.bucket",
		"cors_rule":                            "aws_s3_bucket_cors_configuration.bucket",
		"grant":                                "aws_s3_bucket_acl.bucket",
		"lifecycle_rule":                       "aws_s3_bucket_lifecycle_configuration.bucket",
		"logging":                              "aws_s3_bucket_logging.bucket",
		"object_lock_configuration":            "aws_s3_bucket_object_lock_configuration.bucket",
		"policy":                               "aws_s3_bucket_policy.bucket",
		"replication_configuration":            "aws_s3_bucket_replication_configuration.bucket",
		"request_payer":                        "aws_s3_bucket_request_payment_configuration.bucket",
		"server_side_encryption_configuration": "aws_s3_bucket_server_side_encryption_configuration.bucket",
		"versioning":                           "aws_s3_bucket_versioning.bucket",
		"website":                              "aws_s3_bucket_website_configuration.bucket",
	},
	"aws_api_gateway_rest_api": {"policy": "aws_api_gateway_rest_api_policy.rest_api_id"},
	"aws_elasticsearch_domain": {"access_policies": "aws_elasticsearch_domain_policy.domain_name"},
	"aws_kms_key":              {"policy": "aws_kms_key_policy.key_id"},
	"aws_opensearch_domain":    {"access_policies": "aws_opensearch_domain_policy.domain_name"},
	"aws_redshift_cluster": {
		"logging":       "aws_redshift_logging.cluster_identifier",
		"snapshot_copy": "aws_redshift_snapshot_copy.cluster_identifier",
	},
	"aws_secretsmanager_secret": {"policy": "aws_secretsmanager_secret_policy.secret_arn"},
	"aws_sns_topic":             {"policy": "aws_sns_topic_policy.arn"},
	"aws_sqs_queue": {
		"policy":         "aws_sqs_queue_policy.queue_url",
		"redrive_policy": "aws_sqs_queue_redrive_policy.queue_url",
	},
}

// superseded reports whether another resource, and not the configuration of b,
// says what the attribute is.
func (b *body) superseded(name string) bool {
	by, ok := superseding[b.typ][name]
	if !ok || b.data {
		return false
	}
	b.load()
	if b.known.get(name).isNothing() || b.configured(name) {
		return false
	}
	typ, path, _ := strings.Cut(by, ".")
	return b.source.graph.Attached(b.resource, typ, path).Lacks == logic.False
}
