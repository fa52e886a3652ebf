package main

// settings holds arguments without which some types refuse to be planned,
// although their schema calls them optional.
var settings = map[string]map[string]any{
	"aws_alb_target_group":                     {"port": 80, "protocol": "HTTP", "vpc_id": "vpc-1"},
	"aws_api_gateway_authorizer":               {"authorizer_uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"},
	"aws_dynamodb_table":                       {"read_capacity": 1, "write_capacity": 1},
	"aws_elasticache_cluster":                  {"engine_version": "7.0"},
	"aws_elasticache_global_replication_group": {"engine_version": "7.0"},
	"aws_elasticache_replication_group":        {"engine_version": "7.0"},
	"aws_fsx_lustre_file_system":               {"deployment_type": "PERSISTENT_2"},
	"aws_iot_authorizer":                       {"signing_disabled": true},
	"aws_iot_ca_certificate":                   {"verification_certificate_pem": "first"},
	"aws_kinesis_stream":                       {"shard_count": 1},
	"aws_lambda_function":                      {"handler": "index.handler", "runtime": "python3.12"},
	"aws_lb_target_group":                      {"port": 80, "protocol": "HTTP", "vpc_id": "vpc-1"},
	"aws_lightsail_instance":                   {"availability_zone": "us-east-1a"},
}
