package datasource_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/datasource"
)

// TestRegionUnknown: what depends on a region that is not known is not known
// either, and the rest is. Holes are shown as ${?}, unknown values as their
// cause.
func TestRegionUnknown(t *testing.T) {
	t.Parallel()
	noRegion := datasource.Env{RegionCause: graph.Cause{Text: "var.region has no value", Base: "var.region", Exact: true}}
	const why = "(unknown: var.region has no value)"
	tests := []struct {
		name, typ string
		args      m
		env       datasource.Env
		want      map[string]any
	}{
		{"partition", "aws_partition", m{}, noRegion,
			map[string]any{"partition": why, "id": why, "dns_suffix": why, "reverse_dns_prefix": why}},
		{"given partition", "aws_partition", m{}, datasource.Env{Partition: "aws-us-gov"},
			map[string]any{"partition": "aws-us-gov", "id": "aws-us-gov", "dns_suffix": "amazonaws.com", "reverse_dns_prefix": "com.amazonaws"}},
		{"new partition", "aws_partition", m{}, datasource.Env{Partition: "aws-moon", Region: "moon-1"},
			map[string]any{
				"partition": "aws-moon", "id": "aws-moon",
				"dns_suffix":         "(unknown: the partition of region moon-1 is not known)",
				"reverse_dns_prefix": "(unknown: the partition of region moon-1 is not known)",
			}},
		{"region", "aws_region", m{}, noRegion,
			map[string]any{"name": why, "id": why, "region": why, "description": why, "endpoint": why}},
		{"no cause", "aws_region", m{"endpoint": graph.NullValue()}, datasource.Env{},
			map[string]any{
				"name": "(unknown: the provider's region is not known)", "id": "(unknown: the provider's region is not known)",
				"region": "(unknown: the provider's region is not known)", "description": "(unknown: the provider's region is not known)",
				"endpoint": "(unknown: the provider's region is not known)",
			}},
		{"region of version 6", "aws_region", m{"region": str("sa-east-1")}, noRegion,
			map[string]any{
				"name": "sa-east-1", "id": "sa-east-1", "region": "sa-east-1",
				"description": "South America (Sao Paulo)", "endpoint": "ec2.sa-east-1.amazonaws.com",
			}},
		{"new region", "aws_region", m{}, datasource.Env{Region: "eu-west-9"},
			map[string]any{
				"name": "eu-west-9", "id": "eu-west-9", "region": "eu-west-9",
				"description": "(unknown: the provider refuses the data source: there is no region eu-west-9)",
				"endpoint":    "(unknown: the provider refuses the data source: there is no region eu-west-9)",
			}},
		{"region in part", "aws_region", m{"name": str("eu-" + cause.Placeholder())}, noRegion,
			map[string]any{
				"name": "eu-${?}", "id": "eu-${?}", "region": "eu-${?}",
				"description": "(unknown: var.x has no value)", "endpoint": "(unknown: var.x has no value)",
			}},
		{"endpoint", "aws_region", m{"endpoint": unknown}, noRegion,
			map[string]any{
				"name": "(unknown: var.x has no value)", "id": "(unknown: var.x has no value)", "region": "(unknown: var.x has no value)",
				"description": "(unknown: var.x has no value)", "endpoint": "(unknown: var.x has no value)",
			}},
		{"billing account", "aws_billing_service_account", m{}, noRegion,
			map[string]any{"id": "386209384616", "arn": "arn:${?}:iam::386209384616:root"}},
		{"account of a region", "aws_elb_service_account", m{"region": str("us-east-1")}, noRegion,
			map[string]any{"id": "127311923021", "arn": "arn:${?}:iam::127311923021:root"}},
		{"account", "aws_elb_service_account", m{}, noRegion,
			map[string]any{"id": why, "arn": why}},
		{"account of an unknown region", "aws_cloudtrail_service_account", m{"region": unknown}, datasource.Env{Region: "us-east-1"},
			map[string]any{"id": "(unknown: var.x has no value)", "arn": "(unknown: var.x has no value)"}},
		{"account of no region", "aws_redshift_service_account", m{"region": str("mars")}, datasource.Env{Region: "us-east-1"},
			map[string]any{
				"id":  "(unknown: the provider refuses the data source: aws_redshift_service_account has nothing for region mars)",
				"arn": "(unknown: the provider refuses the data source: aws_redshift_service_account has nothing for region mars)",
			}},
		{"kind of load balancer", "aws_lb_hosted_zone_id", m{"load_balancer_type": unknown}, datasource.Env{Region: "us-east-1"},
			map[string]any{"id": "(unknown: var.x has no value)"}},
		{"no kind of load balancer", "aws_lb_hosted_zone_id", m{"load_balancer_type": str("classic")}, datasource.Env{Region: "us-east-1"},
			map[string]any{"id": "(unknown: the provider refuses the data source: aws_lb_hosted_zone_id has nothing for region us-east-1)"}},
		{"default tags", "aws_default_tags", m{}, datasource.Env{DefaultTags: object(m{"aws:x": str("y"), "n": graph.Number(1, "1"), "u": unknown})},
			map[string]any{
				"id":   "(unknown: the provider's region is not known)",
				"tags": map[string]any{"n": "1", "u": "(unknown: var.x has no value)"},
			}},
		{"no default tags", "aws_default_tags", m{}, datasource.Env{Region: "us-east-1", DefaultTags: graph.NullValue()},
			map[string]any{"id": "aws", "tags": map[string]any{}}},
		{"unknown default tags", "aws_default_tags", m{}, datasource.Env{Region: "us-east-1", DefaultTags: unknown},
			map[string]any{"id": "aws", "tags": "(unknown: var.x has no value)"}},
		{"principal", "aws_service_principal", m{"service_name": str("ec2")}, noRegion,
			map[string]any{"id": "ec2.${?}.amazonaws.com", "name": "ec2.amazonaws.com", "suffix": "amazonaws.com", "region": why}},
		{"principal with a suffix of its own somewhere", "aws_service_principal", m{"service_name": str("logs")}, noRegion,
			map[string]any{"id": "logs.${?}.${?}", "name": "logs.${?}", "suffix": why, "region": why}},
		{"principal of an unknown service", "aws_service_principal", m{"service_name": unknown}, datasource.Env{Region: "eu-west-1"},
			map[string]any{"id": "${?}.eu-west-1.amazonaws.com", "name": "${?}.amazonaws.com", "suffix": "amazonaws.com", "region": "eu-west-1"}},
		{"principal of an unknown service in China", "aws_service_principal", m{"service_name": unknown}, datasource.Env{Region: "cn-north-1"},
			map[string]any{"id": "${?}.cn-north-1.${?}", "name": "${?}.${?}", "suffix": "(unknown: var.x has no value)", "region": "cn-north-1"}},
		{"service", "aws_service", m{"service_id": str("s3")}, noRegion,
			map[string]any{
				"region": why, "service_id": "s3", "reverse_dns_prefix": why, "partition": why,
				"reverse_dns_name": "${?}.${?}.s3", "id": "${?}.${?}.s3", "dns_name": why,
			}},
		{"service by an unknown name", "aws_service", m{"dns_name": unknown}, datasource.Env{Region: "eu-west-1"},
			map[string]any{
				"region": "(unknown: var.x has no value)", "service_id": "(unknown: var.x has no value)", "partition": "(unknown: var.x has no value)",
				"reverse_dns_prefix": "(unknown: var.x has no value)", "reverse_dns_name": "(unknown: var.x has no value)",
				"id": "(unknown: var.x has no value)", "dns_name": "(unknown: var.x has no value)",
			}},
		{"ARN of which the account is unknown", "aws_arn", m{"arn": str("arn:aws:iam:: " + cause.Placeholder() + ":role/x")}, noRegion,
			map[string]any{
				"id": "arn:aws:iam:: ${?}:role/x", "partition": "aws", "service": "iam", "region": "",
				"account": "(unknown: var.x has no value)", "resource": "(unknown: var.x has no value)",
			}},
		{"ARN of which the resource is unknown", "aws_arn", m{"arn": str("arn:aws:iam::1:role/" + cause.Placeholder() + ":x")}, noRegion,
			map[string]any{
				"id": "arn:aws:iam::1:role/${?}:x", "partition": "aws", "service": "iam", "region": "", "account": "1", "resource": "role/${?}:x",
			}},
		{"ARN that is a reference", "aws_arn", m{"arn": str(bucket)}, noRegion,
			map[string]any{
				"id": `aws_s3_bucket.b["a"].arn`, "partition": `(unknown: aws_s3_bucket.b["a"].arn is known only after apply)`,
				"service":  `(unknown: aws_s3_bucket.b["a"].arn is known only after apply)`,
				"region":   `(unknown: aws_s3_bucket.b["a"].arn is known only after apply)`,
				"account":  `(unknown: aws_s3_bucket.b["a"].arn is known only after apply)`,
				"resource": `(unknown: aws_s3_bucket.b["a"].arn is known only after apply)`,
			}},
		{"inputs", "null_data_source", m{"inputs": object(m{"a": graph.Bool(true), "b": unknown, "c": graph.NullValue()})}, noRegion,
			map[string]any{
				"outputs":              map[string]any{"a": "true", "b": "(unknown: var.x has no value)"},
				"has_computed_default": "default",
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, ok := datasource.Compute(tt.typ, bodyOf(object(tt.args)), tt.env)
			if !ok {
				t.Fatalf("Compute does not know %s", tt.typ)
			}
			got := map[string]any{}
			for n, v := range attrs {
				got[n] = plain(v)
				if v.Kind() == graph.KindString {
					got[n] = graph.Display(v.Text())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefused: arguments that the provider refuses make every attribute
// unknown.
func TestRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typ string
		args      m
	}{
		{"no ARN", "aws_arn", m{}},
		{"too few sections", "aws_arn", m{"arn": str("arn:aws:s3")}},
		{"another scheme", "aws_arn", m{"arn": str("urn:aws:s3:::b")}},
		{"another scheme with a hole", "aws_arn", m{"arn": str("urn:aws:s3:::" + cause.Placeholder())}},
		{"no service name", "aws_service_principal", m{}},
		{"no service", "aws_service", m{}},
		{"short name", "aws_service", m{"dns_name": str("s3.amazonaws.com")}},
		{"endpoint of no region", "aws_region", m{"endpoint": str("ec2.example.com")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, _ := datasource.Compute(tt.typ, bodyOf(object(tt.args)), datasource.Env{Region: "us-east-1"})
			if len(attrs) == 0 {
				t.Error("no attributes")
			}
			for n, v := range attrs {
				if v.Kind() != graph.KindUnknown || v.Cause().Text == "" {
					t.Errorf("%s is %s", n, v.Display())
				}
			}
		})
	}
}

// TestNotPure: other data sources are left to those who can read them.
func TestNotPure(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{"", "aws_caller_identity", "aws_regions", "aws_iam_policy", "local_file", "template_file"} {
		if attrs, ok := datasource.Compute(typ, bodyOf(object(m{})), datasource.Env{Region: "us-east-1"}); ok || attrs != nil {
			t.Errorf("Compute(%q) gives %v", typ, attrs)
		}
	}
}
