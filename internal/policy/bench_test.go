package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// bucketPolicy is a bucket policy as hurried teams write it, by reference.
var bucketPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowCloudFront",
      "Effect": "Allow",
      "Principal": {"Service": "cloudfront.amazonaws.com"},
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": ["` + bucketARN + `", "` + bucketARN + `/*"],
      "Condition": {"StringEquals": {"AWS:SourceArn": "` + ref("aws_cloudfront_distribution.cdn", "arn") + `"}}
    },
    {
      "Sid": "DenyInsecureTransport",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": ["` + bucketARN + `", "` + bucketARN + `/*"],
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    }
  ]
}`

// identityPolicy is a policy of 40 actions on 10 resources.
var identityPolicy = func() string {
	var actions, resources []string
	for i := range 40 {
		actions = append(actions, fmt.Sprintf(`"ec2:Describe%c%d*"`, 'A'+i%26, i))
	}
	for i := range 10 {
		resources = append(resources, fmt.Sprintf(`"arn:aws:s3:::bucket-%d/*"`, i))
	}
	return document(`"Effect":"Allow","Action":[` + strings.Join(actions, ",") + `],"Resource":[` + strings.Join(resources, ",") + `]`)
}()

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"bucket": bucketPolicy, "identity": identityPolicy} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDeniesInsecureTransport(b *testing.B) {
	d := parse(b, bucketPolicy)
	b.ReportAllocs()
	for b.Loop() {
		if a := d.DeniesInsecureTransport(bucketARN, "arn:aws:s3:::phi"); a.Truth != logic.True {
			b.Fatal(a.Reason)
		}
	}
}

func BenchmarkAllowsPublic(b *testing.B) {
	d := parse(b, bucketPolicy)
	b.ReportAllocs()
	for b.Loop() {
		if a := d.AllowsPublic("s3:Get*", "s3:List*"); a.Truth != logic.False {
			b.Fatal(a.Reason)
		}
	}
}

func BenchmarkAllowsAction(b *testing.B) {
	d := parse(b, identityPolicy)
	b.ReportAllocs()
	for b.Loop() {
		if a := d.AllowsAction(blocked, policy.AllKMSKeys()); a.Truth != logic.False {
			b.Fatal(a.Reason)
		}
	}
}
