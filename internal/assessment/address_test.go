package assessment_test

import (
	"testing"

	"safeguard/internal/assessment"
)

func TestWithoutKeys(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"aws_s3_bucket.a":    "aws_s3_bucket.a",
		"aws_s3_bucket.a[0]": "aws_s3_bucket.a",
		`module.m["x"].module.n[3].aws_s3_bucket.a["k"]`: "module.m.module.n.aws_s3_bucket.a",
		`aws_s3_bucket.a["]\"[.b"]`:                      "aws_s3_bucket.a",
		"aws_s3_bucket.a[*]":                             "aws_s3_bucket.a",
		"aws_s3_bucket.a[":                               "aws_s3_bucket.a",
	} {
		if got := assessment.WithoutKeys(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}
