package main

// A preset holds values without which a type refuses to be planned, although
// its schema calls them optional, or with which it asks AWS.
type preset struct {
	create map[string]any // arguments of new resources
	change map[string]any // arguments before and after a change
	hints  hints
	// variants are further values to plan new resources with, where nested
	// blocks are ignored unless an argument calls for them.
	variants []hints
}

// actions are the values of the argument that says which nested block of a
// listener's action counts.
func actions(path string) (variants []hints) {
	for _, action := range []string{"redirect", "forward", "fixed-response", "authenticate-cognito", "authenticate-oidc"} {
		variants = append(variants, hints{path: {action, action}})
	}
	return variants
}

var presets = map[string]preset{
	"aws_alb_listener":      {variants: actions("default_action.type")},
	"aws_alb_listener_rule": {variants: actions("action.type")},
	"aws_lb_listener":       {variants: actions("default_action.type")},
	"aws_lb_listener_rule":  {variants: actions("action.type")},
	"aws_alb_target_group":  {create: map[string]any{"port": 80, "protocol": "HTTP", "vpc_id": "vpc-1"}},
	"aws_api_gateway_authorizer": {create: map[string]any{
		"authorizer_uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
	}},
	"aws_cloudwatch_metric_alarm": {change: map[string]any{"statistic": "Sum", "extended_statistic": nil, "metric_query": []any{}}},
	"aws_db_instance":             {change: map[string]any{"blue_green_update": []any{}, "replicate_source_db": nil}},
	"aws_dynamodb_table":          {create: map[string]any{"read_capacity": 1, "write_capacity": 1}},
	"aws_elasticache_cluster": {
		create: map[string]any{"engine_version": "1.6.22"},
		change: map[string]any{"engine": "redis", "engine_version": "6.2", "num_cache_nodes": 1},
	},
	"aws_elasticache_global_replication_group": {
		create: map[string]any{"engine_version": "7.0"},
		change: map[string]any{"engine_version": "7.0", "parameter_group_name": nil},
	},
	"aws_elasticache_replication_group": {
		create: map[string]any{"engine_version": "7.0"}, change: map[string]any{"engine_version": "7.0"},
	},
	"aws_fsx_lustre_file_system": {
		create: map[string]any{"deployment_type": "PERSISTENT_2"}, change: map[string]any{"deployment_type": "PERSISTENT_2"},
	},
	"aws_instance":           {change: map[string]any{"launch_template": []any{}, "user_data_replace_on_change": false}},
	"aws_iot_authorizer":     {create: map[string]any{"signing_disabled": true}},
	"aws_iot_ca_certificate": {create: map[string]any{"verification_certificate_pem": "first"}},
	"aws_kinesis_firehose_delivery_stream": {
		create: map[string]any{"destination": "extended_s3"}, change: map[string]any{"destination": "extended_s3"},
	},
	"aws_kinesis_stream":              {create: map[string]any{"shard_count": 1}, change: map[string]any{"shard_count": 1}},
	"aws_lambda_function":             {create: map[string]any{"handler": "index.handler", "runtime": "python3.12"}},
	"aws_lb_target_group":             {create: map[string]any{"port": 80, "protocol": "HTTP", "vpc_id": "vpc-1"}},
	"aws_lightsail_instance":          {create: map[string]any{"availability_zone": "us-east-1a"}, change: map[string]any{"availability_zone": "us-east-1a"}},
	"aws_redshift_cluster":            {change: map[string]any{"multi_az": false}},
	"aws_vpc_ipam":                    {hints: hints{"operating_regions.region_name": {"us-east-1", "us-east-1"}}},
	"aws_vpc_ipam_resource_discovery": {hints: hints{"operating_regions.region_name": {"us-east-1", "us-east-1"}}},
	"aws_workspaces_directory":        {create: map[string]any{"directory_id": "d-1"}},
	"aws_spot_instance_request":       {change: map[string]any{"launch_template": []any{}, "user_data_replace_on_change": false}},
}
