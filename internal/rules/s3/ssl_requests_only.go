package s3

import (
	"strings"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

var sslRequestsOnly = rule.Rule{
	ID:     "S3_BUCKET_SSL_REQUESTS_ONLY",
	Types:  orParts(splitPolicy),
	Assert: withParts{Assertion: rule.With(evalSSLRequestsOnly, repairSSLRequestsOnly)},
}

func evalSSLRequestsOnly(t *rule.Target) rule.Verdict {
	return askPolicy(t, func(d *policy.Document) policy.Answer {
		return d.DeniesInsecureTransport(arns(t.Resource)...)
	}, "no bucket policy denies requests over plain HTTP").verdict()
}

const denyPlainHTTP = `
	statement {
	  sid       = "DenyPlainHTTP"
	  effect    = "Deny"
	  actions   = ["s3:*"]
	  resources = [self.arn, "${self.arn}/*"]

	  principals {
	    type        = "*"
	    identifiers = ["*"]
	  }

	  condition {
	    test     = "Bool"
	    variable = "aws:SecureTransport"
	    values   = ["false"]
	  }
	}
`

// repairSSLRequestsOnly adds the statement to the bucket's policy: a second
// policy would replace the first one.
func repairSSLRequestsOnly(t *rule.Target) rule.Repair {
	if website(t) {
		return rule.CannotRepair("a website of S3 speaks HTTP alone, so that denying it would close the website, behind CloudFront too: have CloudFront read the bucket itself, by an origin access control, then deny plain HTTP")
	}
	return addStatements(t, denyPlainHTTP)
}

// addStatements adds statements to the policy of the bucket.
func addStatements(t *rule.Target, statements string) rule.Repair {
	if policies := t.Attached(splitPolicy, "bucket").Items; len(policies) > 0 {
		return rule.To(rule.Statement{On: policies[0], Path: "policy", Code: statements})
	}
	if t.Attr("policy").NonEmpty() != logic.False {
		// The bucket's own argument cannot refer to the bucket.
		name, ok := t.Attr("bucket").Literal()
		if !ok {
			return rule.CannotRepair("the policy is an argument of the bucket, whose name is not known: move it to an aws_s3_bucket_policy")
		}
		return rule.To(rule.Statement{Path: "policy", Code: strings.NewReplacer(
			"${self.arn}", "arn:aws:s3:::"+name, "self.arn", `"arn:aws:s3:::`+name+`"`,
		).Replace(statements)})
	}
	if takesFlowLogs(t) {
		// The service writes a policy of its own, unless there is one.
		statements = deliverFlowLogs + statements
	}
	return rule.To(rule.Add{Code: `
		resource "aws_s3_bucket_policy" "self" {
		  bucket = self.id
		  policy = data.aws_iam_policy_document.self.json
		}

		data "aws_iam_policy_document" "self" {
	` + statements + `
		}
	`})
}

const deliverFlowLogs = `
	statement {
	  sid       = "FlowLogs"
	  actions   = ["s3:PutObject"]
	  resources = ["${self.arn}/*"]

	  principals {
	    type        = "Service"
	    identifiers = ["delivery.logs.amazonaws.com"]
	  }

	  condition {
	    test     = "StringEquals"
	    variable = "aws:SourceAccount"
	    values   = [shared.account.id]
	  }

	  condition {
	    test     = "StringEquals"
	    variable = "s3:x-amz-acl"
	    values   = ["bucket-owner-full-control"]
	  }
	}

	statement {
	  sid       = "FlowLogsCheck"
	  actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
	  resources = [self.arn]

	  principals {
	    type        = "Service"
	    identifiers = ["delivery.logs.amazonaws.com"]
	  }

	  condition {
	    test     = "StringEquals"
	    variable = "aws:SourceAccount"
	    values   = [shared.account.id]
	  }
	}
`
