package policy

// An arnForm says how AWS composes the ARN of a type of resource.
type arnForm struct {
	service           string
	regional, account bool // whether the ARN has a Region and an account
	prefix            string
	// attr is the attribute that the rest of the ARN equals; "" if there is
	// none (the rest holds a path or random characters).
	attr string
	// id says that the attribute id equals attr; arnID, that it is the ARN.
	id, arnID bool
}

// arnForms has the types whose ARNs policies name. Sources: the resource types
// of AWS's Service Authorization Reference and the attributes of the provider.
var arnForms = map[string]arnForm{
	"aws_acm_certificate":         {service: "acm", regional: true, account: true, prefix: "certificate/", arnID: true},
	"aws_backup_vault":            {service: "backup", regional: true, account: true, prefix: "backup-vault:", attr: "name", id: true},
	"aws_cloudfront_distribution": {service: "cloudfront", account: true, prefix: "distribution/", attr: "id"},
	"aws_cloudtrail":              {service: "cloudtrail", regional: true, account: true, prefix: "trail/", attr: "name"},
	"aws_cloudwatch_event_bus":    {service: "events", regional: true, account: true, prefix: "event-bus/", attr: "name", id: true},
	"aws_cloudwatch_event_rule":   {service: "events", regional: true, account: true, prefix: "rule/"},
	"aws_cloudwatch_log_group":    {service: "logs", regional: true, account: true, prefix: "log-group:", attr: "name", id: true},
	"aws_codebuild_project":       {service: "codebuild", regional: true, account: true, prefix: "project/", attr: "name", arnID: true},
	"aws_codepipeline":            {service: "codepipeline", regional: true, account: true, attr: "name"},
	"aws_db_instance":             {service: "rds", regional: true, account: true, prefix: "db:", attr: "identifier"},
	"aws_dynamodb_table":          {service: "dynamodb", regional: true, account: true, prefix: "table/", attr: "name", id: true},
	"aws_ecr_repository":          {service: "ecr", regional: true, account: true, prefix: "repository/", attr: "name", id: true},
	"aws_ecs_cluster":             {service: "ecs", regional: true, account: true, prefix: "cluster/", attr: "name", arnID: true},
	"aws_efs_file_system":         {service: "elasticfilesystem", regional: true, account: true, prefix: "file-system/", attr: "id"},
	"aws_elasticsearch_domain":    {service: "es", regional: true, account: true, prefix: "domain/", attr: "domain_name", arnID: true},
	"aws_guardduty_detector":      {service: "guardduty", regional: true, account: true, prefix: "detector/", attr: "id"},
	"aws_iam_group":               {service: "iam", account: true, prefix: "group"},
	"aws_iam_instance_profile":    {service: "iam", account: true, prefix: "instance-profile"},
	"aws_iam_openid_connect_provider": {
		service: "iam", account: true, prefix: "oidc-provider/", arnID: true,
	},
	"aws_iam_policy":        {service: "iam", account: true, prefix: "policy", arnID: true},
	"aws_iam_role":          {service: "iam", account: true, prefix: "role"},
	"aws_iam_saml_provider": {service: "iam", account: true, prefix: "saml-provider/", attr: "name", arnID: true},
	"aws_iam_user":          {service: "iam", account: true, prefix: "user"},
	"aws_kinesis_firehose_delivery_stream": {
		service: "firehose", regional: true, account: true, prefix: "deliverystream/", attr: "name", arnID: true,
	},
	"aws_kinesis_stream":        {service: "kinesis", regional: true, account: true, prefix: "stream/", attr: "name", arnID: true},
	"aws_kms_alias":             {service: "kms", regional: true, account: true, attr: "name", id: true},
	"aws_kms_key":               {service: "kms", regional: true, account: true, prefix: "key/", attr: "key_id", id: true},
	"aws_kms_replica_key":       {service: "kms", regional: true, account: true, prefix: "key/", attr: "key_id", id: true},
	"aws_lambda_function":       {service: "lambda", regional: true, account: true, prefix: "function:", attr: "function_name", id: true},
	"aws_lb":                    {service: "elasticloadbalancing", regional: true, account: true, prefix: "loadbalancer/", arnID: true},
	"aws_opensearch_domain":     {service: "es", regional: true, account: true, prefix: "domain/", attr: "domain_name", arnID: true},
	"aws_rds_cluster":           {service: "rds", regional: true, account: true, prefix: "cluster:", attr: "cluster_identifier", id: true},
	"aws_redshift_cluster":      {service: "redshift", regional: true, account: true, prefix: "cluster:", attr: "cluster_identifier", id: true},
	"aws_s3_bucket":             {service: "s3", attr: "bucket", id: true},
	"aws_secretsmanager_secret": {service: "secretsmanager", regional: true, account: true, prefix: "secret:", arnID: true},
	"aws_sfn_state_machine":     {service: "states", regional: true, account: true, prefix: "stateMachine:", attr: "name", arnID: true},
	"aws_sns_topic":             {service: "sns", regional: true, account: true, attr: "name", arnID: true},
	"aws_sqs_queue":             {service: "sqs", regional: true, account: true, attr: "name"},
	"aws_ssm_parameter":         {service: "ssm", regional: true, account: true, prefix: "parameter"},
}

// appendReference appends a reference, an ARN in its parts as far as they are
// certain.
func appendReference(atoms []atom, p placeholder) []atom {
	kind, _, ok := resourceType(p.address)
	if !ok {
		return append(atoms, symbol(p.address, p.attribute))
	}
	form, known := arnForms[kind]
	attribute := p.attribute
	if known && attribute == "id" {
		switch {
		case form.id:
			attribute = form.attr
		case form.arnID:
			attribute = "arn"
		}
	}
	if attribute != "arn" {
		if known && attribute == form.attr {
			return append(atoms, identity(p.address, attribute))
		}
		return append(atoms, symbol(p.address, attribute))
	}
	atoms = appendText(atoms, "arn:")
	atoms = append(atoms, atom{kind: partitionAtom})
	atoms = appendText(atoms, ":")
	if !known {
		return append(atoms, identity(p.address, "arn"))
	}
	atoms = appendText(atoms, form.service+":")
	if form.regional {
		atoms = append(atoms, symbol(p.address, "the Region of the ARN"))
	}
	atoms = appendText(atoms, ":")
	if form.account {
		atoms = append(atoms, symbol(p.address, "the account of the ARN"))
	}
	atoms = appendText(atoms, ":"+form.prefix)
	if form.attr == "" {
		return append(atoms, identity(p.address, "arn"))
	}
	return append(atoms, identity(p.address, form.attr))
}
