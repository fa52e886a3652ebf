package main

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/layout"
)

// removed lists what provider 3 or 4 had and version 5 removed, from the
// upgrade guides of versions 3 to 5 and the schemas of 3.x and 4.x. Each line
// is a path, how it may be set (r required, o optional, c computed, s secret),
// and a type, or for blocks their mode with the most that there may be.
const removed = `
aws_acmpca_certificate_authority.status                     c   string
aws_autoscaling_attachment.alb_target_group_arn             o   string
aws_autoscaling_group.tags                                  o   set(map)
aws_budgets_budget.cost_filters                             oc  map
aws_ce_anomaly_subscription.threshold                       oc  number
aws_connect_hours_of_operation.hours_of_operation_arn       c   string
aws_connect_queue.quick_connect_ids_associated              c   set(string)
aws_db_instance.name                                        oc  string
aws_db_instance.security_group_names                        o   set(string)
aws_default_vpc.enable_classiclink                          oc  bool
aws_default_vpc.enable_classiclink_dns_support              oc  bool
aws_dms_endpoint.s3_settings.ignore_headers_row             o   number
aws_ec2_client_vpn_endpoint.status                          c   string
aws_ec2_client_vpn_network_association.security_groups      oc  set(string)
aws_ec2_client_vpn_network_association.status               c   string
aws_ecs_cluster.capacity_providers                          oc  set(string)
aws_ecs_cluster.default_capacity_provider_strategy          -   set 0
aws_ecs_cluster.default_capacity_provider_strategy.base     o   number
aws_ecs_cluster.default_capacity_provider_strategy.capacity_provider r string
aws_ecs_cluster.default_capacity_provider_strategy.weight   o   number
aws_elasticache_cluster.security_group_names                oc  set(string)
aws_elasticache_global_replication_group.actual_engine_version c string
aws_elasticache_replication_group.availability_zones        oc  set(string)
aws_elasticache_replication_group.number_cache_clusters     oc  number
aws_elasticache_replication_group.replication_group_description oc string
aws_emr_cluster.core_instance_count                         o   number
aws_emr_cluster.core_instance_type                          oc  string
aws_emr_cluster.master_instance_type                        oc  string
aws_kinesis_firehose_delivery_stream.extended_s3_configuration.buffer_interval o number
aws_kinesis_firehose_delivery_stream.extended_s3_configuration.buffer_size o number
aws_kinesis_firehose_delivery_stream.s3_configuration       -   list 1
aws_kinesis_firehose_delivery_stream.s3_configuration.bucket_arn r string
aws_kinesis_firehose_delivery_stream.s3_configuration.buffer_interval o number
aws_kinesis_firehose_delivery_stream.s3_configuration.buffer_size o number
aws_kinesis_firehose_delivery_stream.s3_configuration.cloudwatch_logging_options - list 1
aws_kinesis_firehose_delivery_stream.s3_configuration.cloudwatch_logging_options.enabled o bool
aws_kinesis_firehose_delivery_stream.s3_configuration.cloudwatch_logging_options.log_group_name o string
aws_kinesis_firehose_delivery_stream.s3_configuration.cloudwatch_logging_options.log_stream_name o string
aws_kinesis_firehose_delivery_stream.s3_configuration.compression_format o string
aws_kinesis_firehose_delivery_stream.s3_configuration.error_output_prefix o string
aws_kinesis_firehose_delivery_stream.s3_configuration.kms_key_arn o string
aws_kinesis_firehose_delivery_stream.s3_configuration.prefix o  string
aws_kinesis_firehose_delivery_stream.s3_configuration.role_arn r string
aws_launch_configuration.vpc_classic_link_id                o   string
aws_launch_configuration.vpc_classic_link_security_groups   o   set(string)
aws_lb_listener_rule.condition.field                        oc  string
aws_lb_listener_rule.condition.values                       oc  list(string)
aws_lightsail_instance.ipv6_address                         c   string
aws_msk_cluster.broker_node_group_info.ebs_volume_size      oc  number
aws_networkmanager_core_network.policy_document             oc  string
aws_redshift_cluster.bucket_name                            oc  string
aws_redshift_cluster.cluster_security_groups                oc  set(string)
aws_redshift_cluster.enable_logging                         oc  bool
aws_redshift_cluster.s3_key_prefix                          oc  string
aws_secretsmanager_secret.rotation_enabled                  c   bool
aws_secretsmanager_secret.rotation_lambda_arn               oc  string
aws_secretsmanager_secret.rotation_rules                    c-  list 1
aws_secretsmanager_secret.rotation_rules.automatically_after_days r number
aws_spot_instance_request.instance_interruption_behaviour   o   string
aws_vpc.enable_classiclink                                  oc  bool
aws_vpc.enable_classiclink_dns_support                      oc  bool
aws_vpc_peering_connection.accepter.allow_classic_link_to_remote_vpc o bool
aws_vpc_peering_connection.accepter.allow_vpc_to_remote_classic_link o bool
aws_vpc_peering_connection.requester.allow_classic_link_to_remote_vpc o bool
aws_vpc_peering_connection.requester.allow_vpc_to_remote_classic_link o bool
aws_vpc_peering_connection_accepter.accepter.allow_classic_link_to_remote_vpc o bool
aws_vpc_peering_connection_accepter.accepter.allow_vpc_to_remote_classic_link o bool
aws_vpc_peering_connection_accepter.requester.allow_classic_link_to_remote_vpc o bool
aws_vpc_peering_connection_accepter.requester.allow_vpc_to_remote_classic_link o bool
aws_vpc_peering_connection_options.accepter.allow_classic_link_to_remote_vpc o bool
aws_vpc_peering_connection_options.accepter.allow_vpc_to_remote_classic_link o bool
aws_vpc_peering_connection_options.requester.allow_classic_link_to_remote_vpc o bool
aws_vpc_peering_connection_options.requester.allow_vpc_to_remote_classic_link o bool
aws_wafv2_web_acl.rule.statement.managed_rule_group_statement.excluded_rule - list 0
aws_wafv2_web_acl.rule.statement.managed_rule_group_statement.excluded_rule.name r string
aws_wafv2_web_acl_logging_configuration.redacted_fields.all_query_arguments - list 1
aws_wafv2_web_acl_logging_configuration.redacted_fields.body - list 1
aws_wafv2_web_acl_logging_configuration.redacted_fields.single_query_argument - list 1
aws_wafv2_web_acl_logging_configuration.redacted_fields.single_query_argument.name r string
data.aws_db_instance.db_security_groups                     c   list(string)
data.aws_elasticache_cluster.security_group_names           c   list(string)
data.aws_elasticache_replication_group.number_cache_clusters c  number
data.aws_elasticache_replication_group.replication_group_description c string
data.aws_launch_configuration.vpc_classic_link_id           c   string
data.aws_launch_configuration.vpc_classic_link_security_groups c set(string)
data.aws_redshift_cluster.cluster_security_groups           c   list(string)
data.aws_secretsmanager_secret.rotation_enabled             c   bool
data.aws_secretsmanager_secret.rotation_lambda_arn          c   string
data.aws_secretsmanager_secret.rotation_rules               c   list(object)
data.aws_subnet_ids                                         -   type
data.aws_subnet_ids.filter                                  -   set 0
data.aws_subnet_ids.filter.name                             r   string
data.aws_subnet_ids.filter.values                           r   set(string)
data.aws_subnet_ids.id                                      oc  string
data.aws_subnet_ids.ids                                     c   set(string)
data.aws_subnet_ids.tags                                    oc  map
data.aws_subnet_ids.vpc_id                                  r   string
`

var removedTypes = map[string]cty.Type{
	"string": cty.String, "number": cty.Number, "bool": cty.Bool, "map": cty.Map(cty.String),
	"list(string)": cty.List(cty.String), "set(string)": cty.Set(cty.String), "set(map)": cty.Set(cty.Map(cty.String)),
	"list(object)": cty.List(cty.Object(map[string]cty.Type{"automatically_after_days": cty.Number})),
}

// addRemoved adds the removed arguments. It fails where one is not removed at
// all.
func addRemoved(resources, data map[string]*block) error {
	for line := range strings.Lines(strings.TrimSpace(removed)) {
		fields := strings.Fields(line)
		blocks := resources
		path, isData := strings.CutPrefix(fields[0], "data.")
		if isData {
			blocks = data
		}
		typ, path, _ := strings.Cut(path, ".")
		if fields[2] == "type" {
			blocks[typ] = &block{attrs: map[string]*attr{}, nested: map[string]*nested{}}
			continue
		}
		parent := blocks[typ]
		name := path
		if i := strings.LastIndexByte(path, '.'); i >= 0 && parent != nil {
			_, n := parent.find(path[:i])
			if n == nil {
				return fmt.Errorf("%s: no block to put it in", fields[0])
			}
			parent, name = n.block, path[i+1:]
		}
		if parent == nil || parent.attrs[name] != nil || parent.nested[name] != nil {
			return fmt.Errorf("%s was not removed", fields[0])
		}
		if len(fields) == 4 {
			n := &nested{mode: modes[fields[2]], flags: layout.NestedRemoved, block: &block{attrs: map[string]*attr{}, nested: map[string]*nested{}}}
			if fields[3] == "1" {
				n.max = 1
			}
			if strings.Contains(fields[1], "c") {
				n.flags |= layout.NestedComputed
			}
			parent.nested[name] = n
			continue
		}
		t, ok := removedTypes[fields[2]]
		if !ok {
			return fmt.Errorf("%s: type %q", fields[0], fields[2])
		}
		a := &attr{typ: t, flags: layout.Removed}
		for letter, flag := range map[string]int{"r": layout.Required, "o": layout.Optional, "c": layout.Computed, "s": layout.Sensitive} {
			if strings.Contains(fields[1], letter) {
				a.flags |= flag
			}
		}
		parent.attrs[name] = a
	}
	return nil
}
