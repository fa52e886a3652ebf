package plan_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/terraform"
)

// TestSameRelations compares a plan with the configuration that it was made of:
// what refers to what must not differ. The plan may know less, never more.
func TestSameRelations(t *testing.T) {
	t.Parallel()
	in, err := terraform.Load(context.Background(), filepath.Join("testdata", "relations"), nil, terraform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	config, planned := in.Graphs[0], open(t, "relations", "plan.json")
	references := map[string][]string{
		"aws_s3_bucket_versioning":          {"bucket"},
		"aws_s3_bucket_logging":             {"bucket", "target_bucket"},
		"aws_s3_bucket_policy":              {"bucket"},
		"aws_s3_bucket_acl":                 {"bucket"},
		"aws_s3_bucket_public_access_block": {"bucket"},
		"aws_s3_bucket_server_side_encryption_configuration": {
			"bucket", "rule.apply_server_side_encryption_by_default.kms_master_key_id",
		},
		"aws_ebs_volume":       {"kms_key_id"},
		"aws_subnet":           {"vpc_id"},
		"aws_security_group":   {"vpc_id"},
		"aws_db_subnet_group":  {"subnet_ids"},
		"aws_db_instance":      {"db_subnet_group_name", "vpc_security_group_ids", "kms_key_id"},
		"aws_lb":               {"subnets", "security_groups", "access_logs.bucket"},
		"aws_instance":         {"subnet_id"},
		"aws_iam_role_policy":  {"role"},
		"aws_lambda_function":  {"role", "s3_bucket"},
		"aws_backup_selection": {"iam_role_arn", "resources"},
	}
	proved := 0
	for _, want := range config.Resources {
		got := planned.ByAddress(want.Address)
		if got == nil {
			t.Errorf("%s is not in the plan", want.Address)
			continue
		}
		for typ, paths := range references {
			for _, path := range paths {
				c, p := config.Attached(want, typ, path), planned.Attached(got, typ, path)
				if c.Lacks == logic.Unknown && p.Lacks == logic.Unknown {
					continue
				}
				proved++
				certain, possible := addresses(c.Items), addresses(c.Items, c.Possible)
				for _, a := range addresses(p.Items) {
					if !slices.Contains(possible, a) {
						t.Errorf("%s: %s.%s refers to it in the plan alone", want.Address, a, path)
					}
				}
				for _, a := range certain {
					if !slices.Contains(addresses(p.Items, p.Possible), a) {
						t.Errorf("%s: %s.%s refers to it in the configuration alone", want.Address, a, path)
					}
				}
				if len(certain) > 0 && p.Lacks == logic.True || len(p.Items) > 0 && c.Lacks == logic.True {
					t.Errorf("%s: whether it lacks a %s is %v in the configuration, %v in the plan", want.Address, typ, c.Lacks, p.Lacks)
				}
			}
		}
	}
	if proved < 800 {
		t.Errorf("only %d relations are decided", proved)
	}
	if len(planned.Resources) != len(config.Resources) {
		t.Errorf("%d resources in the plan, %d in the configuration", len(planned.Resources), len(config.Resources))
	}
}

func addresses(lists ...[]*graph.Resource) []string {
	var out []string
	for _, r := range slices.Concat(lists...) {
		out = append(out, r.Address)
	}
	slices.Sort(out)
	return out
}

// TestSameValues compares the values that both a plan and its configuration
// know.
func TestSameValues(t *testing.T) {
	t.Parallel()
	in, err := terraform.Load(context.Background(), filepath.Join("testdata", "relations"), nil, terraform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	planned := open(t, "relations", "plan.json")
	compared := 0
	for _, r := range in.Graphs[0].Resources {
		p := planned.ByAddress(r.Address)
		if p == nil {
			continue
		}
		if r.Region != p.Region && r.Type[:4] == "aws_" {
			t.Errorf("%s: region %q in the configuration, %q in the plan", r.Address, r.Region, p.Region)
		}
		attrs, _ := r.Body.Names()
		for _, name := range attrs {
			want, got := r.Attr(name), p.Attr(name)
			if want.IsSensitive() != got.IsSensitive() && got.Kind() != graph.KindUnknown {
				t.Errorf("%s.%s: a secret in one only", r.Address, name)
			}
			a, ok1 := want.Literal()
			b, ok2 := got.Literal()
			if ok1 && ok2 {
				compared++
				if a != b {
					t.Errorf("%s.%s is %s in the configuration, %s in the plan", r.Address, name, want.Display(), got.Display())
				}
			}
			if ref := want.Refs(); got.Kind() == graph.KindString && len(ref) == 1 && want.Text() == ref[0].Placeholder() {
				compared++
				if got.Text() != want.Text() && got.Refs()[0].Address != ref[0].Address {
					t.Errorf("%s.%s is %s in the configuration, %s in the plan", r.Address, name, want.Display(), got.Display())
				}
			}
		}
	}
	if compared < 70 {
		t.Errorf("only %d values compared", compared)
	}
}
