package schema_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema"
)

// at follows a path of names within a resource.
func at(t *testing.T, path string) (*schema.Attr, *schema.Nested) {
	t.Helper()
	names := strings.Split(path, ".")
	b := schema.Resource(names[0])
	if names[0] == "data" {
		names = names[1:]
		b = schema.DataSource(names[0])
	}
	for i, name := range names[1:] {
		if b == nil {
			t.Fatalf("%s: nothing at %s", path, names[i])
		}
		if i == len(names)-2 {
			return b.Attr(name), b.Nested(name)
		}
		n := b.Nested(name)
		if n == nil {
			t.Fatalf("%s: no block %s", path, name)
		}
		b = n.Block
	}
	return nil, nil
}

func attrAt(t *testing.T, path string) *schema.Attr {
	t.Helper()
	a, _ := at(t, path)
	if a == nil {
		t.Fatalf("no attribute %s", path)
	}
	return a
}

func TestAttr(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path  string
		typ   cty.Type
		flags string
	}{
		{"aws_s3_bucket.bucket", cty.String, "optional computed forcenew identity after"},
		{"aws_s3_bucket.arn", cty.String, "computed identity after"},
		{"aws_s3_bucket.tags", cty.Map(cty.String), "optional"},
		{"aws_s3_bucket.region", cty.String, "computed after"},
		{"aws_sqs_queue.region", cty.String, "optional computed added after"},
		{"aws_s3_bucket_public_access_block.block_public_acls", cty.Bool, "optional default"},
		{"aws_s3_bucket_versioning.versioning_configuration.status", cty.String, "required"},
		{"aws_db_instance.password", cty.String, "optional sensitive"},
		{"aws_db_instance.password_wo", cty.String, "optional sensitive writeonly"},
		{"aws_db_instance.storage_encrypted", cty.Bool, "optional forcenew"},
		{"aws_db_instance.kms_key_id", cty.String, "optional computed forcenew after"},
		{"aws_db_instance.publicly_accessible", cty.Bool, "optional default"},
		{"aws_db_instance.name", cty.String, "optional computed removed after"},
		{"aws_instance.vpc_security_group_ids", cty.Set(cty.String), "optional computed after"},
		{"aws_instance.root_block_device.encrypted", cty.Bool, "optional computed forcenew after"},
		{"aws_autoscaling_group.tags", cty.Set(cty.Map(cty.String)), "optional removed"},
		{"aws_elasticache_replication_group.replication_group_description", cty.String, "optional computed removed after"},
		{"aws_secretsmanager_secret.rotation_rules.automatically_after_days", cty.Number, "required removed"},
		{"aws_lb.drop_invalid_header_fields", cty.Bool, "optional default"},
		{"aws_kms_key.key_id", cty.String, "computed identity after"},
		{"aws_lambda_function.environment.variables", cty.Map(cty.String), "optional"},
		{"aws_security_group.ingress.cidr_blocks", cty.List(cty.String), "optional default"},
		{"data.aws_caller_identity.account_id", cty.String, "computed identity after"},
		{"data.aws_iam_policy_document.statement.actions", cty.Set(cty.String), "optional"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			a := attrAt(t, tt.path)
			if !a.Type().Equals(tt.typ) {
				t.Errorf("got type %#v, want %#v", a.Type(), tt.typ)
			}
			if diff := cmp.Diff(strings.Fields(tt.flags), flags(a)); diff != "" {
				t.Errorf("flags (-want +got):\n%s", diff)
			}
		})
	}
}

func flags(a *schema.Attr) []string {
	_, hasDefault := a.Default()
	var names []string
	for _, f := range []struct {
		set  bool
		name string
	}{
		{a.Required, "required"}, {a.Optional, "optional"}, {a.Computed, "computed"}, {a.Sensitive, "sensitive"},
		{a.WriteOnly, "writeonly"}, {a.ForceNew, "forcenew"}, {a.Removed, "removed"}, {a.Added, "added"},
		{a.Identity, "identity"}, {hasDefault, "default"}, {a.AfterApply(), "after"},
	} {
		if f.set {
			names = append(names, f.name)
		}
	}
	return names
}

func TestDefault(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path string
		want cty.Value
	}{
		{"aws_s3_bucket_public_access_block.block_public_acls", cty.False},
		{"aws_db_instance.auto_minor_version_upgrade", cty.True},
		{"aws_lb.idle_timeout", cty.NumberIntVal(60)},
		{"aws_instance.metadata_options.http_endpoint", cty.StringVal("enabled")},
		{"aws_security_group.description", cty.StringVal("Managed by Terraform")},
		{"aws_security_group.ingress.self", cty.False},
		{"aws_security_group.ingress.ipv6_cidr_blocks", cty.ListValEmpty(cty.String)},
		{"aws_cloudtrail.include_global_service_events", cty.True},
		{"aws_dynamodb_table.billing_mode", cty.StringVal("PROVISIONED")},
		{"aws_lambda_function.timeout", cty.NumberIntVal(3)},
		{"aws_kms_key.enable_key_rotation", cty.False},
		{"aws_s3_bucket.bucket", cty.NilVal},
		{"aws_instance.metadata_options.http_tokens", cty.NilVal},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got, ok := attrAt(t, tt.path).Default()
			if ok != (tt.want != cty.NilVal) || ok && !got.RawEquals(tt.want) {
				t.Errorf("got %#v, %v, want %#v", got, ok, tt.want)
			}
		})
	}
}

func TestNested(t *testing.T) {
	t.Parallel()
	type form struct {
		Mode      schema.Mode
		Min, Max  int
		Computed  bool
		Removed   bool
		Added     bool
		Attribute bool
	}
	tests := []struct {
		path string
		want form
	}{
		{"aws_s3_bucket.versioning", form{Mode: schema.List, Max: 1, Computed: true}},
		{"aws_s3_bucket.server_side_encryption_configuration", form{Mode: schema.List, Max: 1, Computed: true}},
		{"aws_s3_bucket.grant", form{Mode: schema.Set, Computed: true}},
		{"aws_s3_bucket.timeouts", form{Mode: schema.Single}},
		{"aws_instance.root_block_device", form{Mode: schema.List, Max: 1, Computed: true}},
		{"aws_instance.credit_specification", form{Mode: schema.List, Max: 1}},
		{"aws_security_group.ingress", form{Mode: schema.Set, Computed: true, Attribute: true}},
		{"aws_route_table.route", form{Mode: schema.Set, Computed: true, Attribute: true}},
		{"aws_network_acl.egress", form{Mode: schema.Set, Computed: true, Attribute: true}},
		{"aws_redshift_cluster.logging", form{Mode: schema.List, Max: 1, Computed: true}},
		{"aws_ecs_cluster.default_capacity_provider_strategy", form{Mode: schema.Set, Removed: true}},
		{"data.aws_iam_policy_document.statement", form{Mode: schema.List}},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			_, n := at(t, tt.path)
			if n == nil {
				t.Fatal("no such block")
			}
			got := form{n.Mode, n.Min, n.Max, n.Computed, n.Removed, n.Added, n.Attribute}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n.IsSingle() != (n.Mode == schema.Single) {
				t.Errorf("IsSingle is %v", n.IsSingle())
			}
		})
	}
}

func TestForceNew(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"aws_instance.ami":                                             true,
		"aws_instance.user_data":                                       false,
		"aws_instance.instance_type":                                   false,
		"aws_instance.root_block_device.kms_key_id":                    true,
		"aws_ebs_volume.encrypted":                                     true,
		"aws_efs_file_system.encrypted":                                true,
		"aws_rds_cluster.storage_encrypted":                            true,
		"aws_elasticache_replication_group.at_rest_encryption_enabled": true,
		"aws_elasticache_replication_group.transit_encryption_enabled": true,
		"aws_redshift_cluster.encrypted":                               false,
		"aws_db_instance.multi_az":                                     false,
		"aws_lb.internal":                                              true,
		"aws_cloudtrail.kms_key_id":                                    false,
		"aws_sagemaker_notebook_instance.kms_key_id":                   true,
		"aws_sagemaker_notebook_instance.direct_internet_access":       true,
	}
	for path, want := range tests {
		if got := attrAt(t, path).ForceNew; got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	if b := schema.Resource("aws_s3_buckets"); b != nil {
		t.Errorf("got a resource %v", b)
	}
	for _, typ := range []string{"", "aws_", "zzz", "google_storage_bucket"} {
		if schema.Resource(typ) != nil || schema.DataSource(typ) != nil {
			t.Errorf("got a schema for %q", typ)
		}
	}
	b := schema.Resource("aws_s3_bucket")
	if b.Attr("versioning") != nil || b.Nested("bucket") != nil || b.Attr("") != nil || b.Nested("zzz") != nil {
		t.Error("got an attribute or block that is none")
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	resources, data := slices.Collect(schema.Types()), slices.Collect(schema.DataTypes())
	if len(resources) < 1526 || len(data) < 608 {
		t.Errorf("got %d resources and %d data sources, provider 5.100.0 has 1526 and 608", len(resources), len(data))
	}
	for _, typ := range []string{"aws_s3_bucket", "aws_opsworks_stack", "aws_s3vectors_vector_bucket"} {
		if !slices.Contains(resources, typ) {
			t.Errorf("no resource %s", typ)
		}
	}
	for _, typ := range []string{"aws_caller_identity", "aws_subnet_ids", "aws_redshift_service_account"} {
		if !slices.Contains(data, typ) {
			t.Errorf("no data source %s", typ)
		}
	}
	// What only provider 6 has is whole, without marks.
	if a := attrAt(t, "aws_s3vectors_vector_bucket.region"); a.Added {
		t.Error("an attribute of a new type is marked as added")
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	got := slices.Collect(schema.Resource("aws_security_group").Names())
	want := []string{
		"arn", "description", "egress", "id", "ingress", "name", "name_prefix", "owner_id", "region",
		"revoke_rules_on_delete", "tags", "tags_all", "timeouts", "vpc_id",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name := range schema.Resource("aws_security_group").Names() {
		if name != "arn" {
			t.Errorf("got %q first", name)
		}
		break
	}
}

func TestElem(t *testing.T) {
	t.Parallel()
	ingress := attrAt(t, "aws_security_group.ingress")
	elem := ingress.Elem()
	if elem == nil {
		t.Fatal("ingress may not be written as blocks")
	}
	if want := ingress.Type().ElementType(); !elem.ImpliedType().Equals(want) {
		t.Errorf("got element %#v, want %#v", elem.ImpliedType(), want)
	}
	if attrAt(t, "aws_security_group.tags").Elem() != nil {
		t.Error("tags may be written as blocks")
	}
	if inner := attrAt(t, "aws_emr_cluster.step.hadoop_jar_step"); inner.Elem() == nil || inner.Elem().Attr("jar") == nil {
		t.Error("step.hadoop_jar_step may not be written as blocks")
	}
}

func TestImpliedType(t *testing.T) {
	t.Parallel()
	got := schema.Resource("aws_s3_bucket_versioning").ImpliedType()
	want := cty.Object(map[string]cty.Type{
		"bucket":                cty.String,
		"expected_bucket_owner": cty.String,
		"id":                    cty.String,
		"mfa":                   cty.String,
		"versioning_configuration": cty.List(cty.Object(map[string]cty.Type{
			"mfa_delete": cty.String,
			"status":     cty.String,
		})),
	})
	if !got.Equals(want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	instance := schema.Resource("aws_db_instance").ImpliedType()
	if instance.HasAttribute("name") || instance.HasAttribute("region") {
		t.Error("what provider 5 does not have is in its type")
	}
	if timeouts := instance.AttributeType("timeouts"); !timeouts.IsObjectType() {
		t.Errorf("timeouts are %#v", timeouts)
	}
	if device := schema.Resource("aws_instance").ImpliedType().AttributeType("ebs_block_device"); !device.IsSetType() {
		t.Errorf("ebs_block_device is %#v", device)
	}
}

func TestIsIdentity(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"aws_kms_key.arn": true, "aws_kms_key.key_id": true, "aws_kms_key.id": true, "aws_kms_key.policy": false,
		"aws_kms_key.description": false, "aws_kms_alias.target_key_arn": false, "aws_kms_alias.name": true,
		"aws_s3_bucket.bucket": true, "aws_s3_bucket.bucket_regional_domain_name": true,
		"aws_s3_bucket.website_endpoint": false, "aws_s3_bucket.hosted_zone_id": false,
		"aws_iam_role.name": true, "aws_iam_role.unique_id": true, "aws_iam_role.create_date": false,
		"aws_lb.arn_suffix": true, "aws_lb.dns_name": true, "aws_lb.zone_id": false, "aws_lb.vpc_id": false,
		"aws_security_group.id": true, "aws_security_group.name": true, "aws_security_group.vpc_id": false,
		"aws_sqs_queue.url": true, "aws_sns_topic.arn": true, "aws_db_instance.endpoint": true,
		"aws_db_instance.address": true, "aws_db_instance.identifier": true, "aws_db_instance.kms_key_id": false,
		"aws_db_instance.replicas": false, "aws_rds_cluster.cluster_identifier": true,
		"aws_eks_cluster.cluster_id": false, "aws_eks_cluster.endpoint": true, "aws_eip.public_ip": true,
		"aws_instance.public_ip": false, "aws_dynamodb_table.stream_arn": false, "aws_lambda_function.invoke_arn": true,
		"aws_cloudfront_origin_access_identity.iam_arn": true, "aws_ecr_repository.repository_url": true,
		"aws_caller_identity.account_id": true, "aws_region.name": false, "aws_nothing.id": false,
		"aws_acm_certificate.domain_name": false, "aws_route53_zone.zone_id": true,
	}
	for path, want := range tests {
		typ, attr, _ := strings.Cut(path, ".")
		if got := schema.IsIdentity(typ, attr); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

// TestConcurrent has many readers decode the same types at once.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	blocks := make([]*schema.Block, 8)
	for i := range blocks {
		group.Go(func() {
			blocks[i] = schema.Resource("aws_wafv2_rule_group")
			walk(blocks[i])
			blocks[i].ImpliedType()
		})
	}
	group.Wait()
	for _, b := range blocks {
		if b != blocks[0] || b.Attr("arn") != blocks[0].Attr("arn") {
			t.Error("readers got different schemas")
		}
	}
}

func walk(b *schema.Block) (count int) {
	for range b.Attrs() {
		count++
	}
	for n := range b.Blocks() {
		count += walk(n.Block)
	}
	return count
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if schema.Resource("aws_db_instance").Attr("storage_encrypted") == nil {
			b.Fatal("not found")
		}
	}
}

// BenchmarkAttr is what reading one attribute costs once its block is at hand.
func BenchmarkAttr(b *testing.B) {
	block := schema.Resource("aws_instance")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := block.Attr("source_dest_check").Default(); !ok {
			b.Fatal("no default")
		}
	}
}
