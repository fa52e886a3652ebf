package s3

import (
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

var sslRequestsOnly = rule.Rule{
	ID:     "S3_BUCKET_SSL_REQUESTS_ONLY",
	Types:  bucket,
	Assert: rule.Func(evalSSLRequestsOnly),
}

func evalSSLRequestsOnly(t *rule.Target) rule.Verdict {
	return askPolicy(t, func(d *policy.Document) policy.Answer {
		return d.DeniesInsecureTransport(arns(t.Resource)...)
	}, "no bucket policy denies requests over plain HTTP").verdict()
}
