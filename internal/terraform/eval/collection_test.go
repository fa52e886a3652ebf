package eval_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/terraform"
)

// What is made of the elements of a collection that is not known is not known
// for the same reason, and may name only what the collection may name.
func TestCausesOfElements(t *testing.T) {
	t.Parallel()
	const src = `
variable "names" {}

resource "aws_acm_certificate" "c" {}

resource "aws_s3_bucket" "b" {}

resource "aws_route53_record" "r" {
  name            = tolist(aws_acm_certificate.c.domain_validation_options)[0].resource_record_name
  type            = join(",", aws_acm_certificate.c.domain_validation_options[*].resource_record_type)
  records         = [for o in aws_acm_certificate.c.domain_validation_options : o.resource_record_value]
  set_identifier  = one([for o in aws_acm_certificate.c.domain_validation_options : aws_s3_bucket.b.id])
  health_check_id = var.names[0]
}

resource "aws_s3_bucket_versioning" "v" {
  for_each = { for n in var.names : n => aws_s3_bucket.b.id }
  bucket   = each.value
}
`
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	in, err := terraform.Load(t.Context(), dir, nil, terraform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := in.Graphs[0]
	r := g.ByAddress("aws_route53_record.r")
	const options = "aws_acm_certificate.c.domain_validation_options is known only after apply"
	const names = "var.names has no value: pass --var names=..., --var-file or TF_VAR_names"
	for _, tt := range []struct {
		attr string
		want graph.Cause
	}{
		{"name", graph.Cause{Text: options, Base: "aws_acm_certificate.c"}},
		{"type", graph.Cause{Text: options, Base: "aws_acm_certificate.c"}},
		{"records", graph.Cause{Text: options, Base: "aws_acm_certificate.c"}},
		{"set_identifier", graph.Cause{Text: options}},
		{"health_check_id", graph.Cause{Text: names, Base: "var.names"}},
	} {
		if diff := cmp.Diff(tt.want, r.Attr(tt.attr).Cause()); diff != "" {
			t.Errorf("%s: cause (-want +got)\n%s", tt.attr, diff)
		}
	}
	b := g.ByAddress("aws_s3_bucket.b")
	if c := g.Attached(b, "aws_s3_bucket_versioning", "bucket"); c.Lacks != logic.Unknown {
		t.Errorf("nothing refers to the bucket: got %v, want unknown", c.Lacks)
	}
}
