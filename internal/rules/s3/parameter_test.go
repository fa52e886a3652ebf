package s3_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/rules/s3"
	"safeguard/internal/ruletest"
)

// The pack sets almost none of the parameters, so that the archives, which are
// judged with the pack's, say nothing of them.
const parameterized = `
-- main.tf --
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

variable "unset" {}

resource "aws_s3_bucket" "logs" {
  bucket = "phi-logs"
}

resource "aws_s3_bucket" "replica" {
  provider = aws.west
  bucket   = "phi-replica"
}

resource "aws_s3_bucket" "phi" {
  bucket              = "phi"
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "phi" {
  bucket = aws_s3_bucket.phi.id
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "phi" {
  bucket = aws_s3_bucket.phi.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 2190
    }
  }
}

resource "aws_s3_bucket_logging" "phi" {
  bucket        = aws_s3_bucket.phi.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "phi/"
}

resource "aws_s3_bucket_replication_configuration" "phi" {
  bucket = aws_s3_bucket.phi.id
  role   = "arn:aws:iam::111122223333:role/replication"
  rule {
    status = "Enabled"
    destination {
      bucket = aws_s3_bucket.replica.arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "phi" {
  bucket = aws_s3_bucket.phi.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "arn:aws:kms:us-east-1:111122223333:key/phi"
    }
  }
}

resource "aws_s3_bucket_notification" "phi" {
  bucket = aws_s3_bucket.phi.id
  queue {
    queue_arn = "arn:aws:sqs:us-east-1:111122223333:phi"
    events    = ["s3:ObjectRemoved:*", "s3:ObjectCreated:*"]
  }
}

resource "aws_s3_bucket" "old" {
  bucket = "old-${var.unset}"
  versioning {
    enabled = true
  }
  logging {
    target_bucket = var.unset
  }
  object_lock_configuration {
    object_lock_enabled = "Enabled"
    rule {
      default_retention {
        mode = "GOVERNANCE"
        days = 1
      }
    }
  }
  replication_configuration {
    role = "arn:aws:iam::111122223333:role/replication"
    rules {
      status = "Enabled"
      destination {
        bucket = "arn:aws:s3:::somewhere"
      }
    }
  }
  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "aws:kms"
      }
    }
  }
}
`

func TestParameters(t *testing.T) {
	t.Parallel()
	type parameters map[string]hipaa.Value
	g := ruletest.Load(t, txtar.Parse([]byte(parameterized)))[0]
	for _, c := range []struct {
		id         string
		parameters parameters
		phi, old   rule.Outcome
	}{
		{"S3_BUCKET_VERSIONING_ENABLED", parameters{"isMfaDeleteEnabled": "true"}, rule.Compliant, rule.NonCompliant},
		{"S3_BUCKET_DEFAULT_LOCK_ENABLED", parameters{"mode": "COMPLIANCE"}, rule.Compliant, rule.NonCompliant},
		{"S3_BUCKET_DEFAULT_LOCK_ENABLED", parameters{"mode": "GOVERNANCE"}, rule.NonCompliant, rule.Compliant},
		{"S3_BUCKET_LOGGING_ENABLED", parameters{"targetBucket": "phi-logs"}, rule.Compliant, rule.InsufficientData},
		{"S3_BUCKET_LOGGING_ENABLED", parameters{"targetBucket": "other"}, rule.NonCompliant, rule.InsufficientData},
		{"S3_BUCKET_LOGGING_ENABLED", parameters{"targetPrefix": "phi/"}, rule.Compliant, rule.NonCompliant},
		{"S3_BUCKET_LOGGING_ENABLED", parameters{"targetPrefix": "other/"}, rule.NonCompliant, rule.NonCompliant},
		{"S3_BUCKET_REPLICATION_ENABLED", parameters{"ReplicationType": "CROSS-REGION"}, rule.Compliant, rule.InsufficientData},
		{"S3_BUCKET_REPLICATION_ENABLED", parameters{"ReplicationType": "SAME-REGION"}, rule.NonCompliant, rule.InsufficientData},
		{"S3_DEFAULT_ENCRYPTION_KMS", parameters{"kmsKeyArns": "a, arn:aws:kms:us-east-1:111122223333:key/phi"}, rule.Compliant, rule.NonCompliant},
		{"S3_DEFAULT_ENCRYPTION_KMS", parameters{"kmsKeyArns": "a"}, rule.NonCompliant, rule.NonCompliant},
		{"S3_EVENT_NOTIFICATIONS_ENABLED", parameters{"destinationArn": "arn:aws:sqs:us-east-1:111122223333:phi", "eventTypes": "s3:ObjectCreated:*"}, rule.Compliant, rule.NonCompliant},
		{"S3_EVENT_NOTIFICATIONS_ENABLED", parameters{"eventTypes": "s3:ObjectCreated:*,s3:Replication:*"}, rule.NonCompliant, rule.NonCompliant},
		{"S3_EVENT_NOTIFICATIONS_ENABLED", parameters{"destinationArn": "arn:aws:sqs:us-east-1:111122223333:other"}, rule.NonCompliant, rule.NonCompliant},
		{"S3_VERSION_LIFECYCLE_POLICY_CHECK", parameters{"bucketNames": "phi"}, rule.NonCompliant, rule.NotApplicable},
		{"S3_VERSION_LIFECYCLE_POLICY_CHECK", parameters{"bucketNames": "old-a,other"}, rule.NotApplicable, rule.InsufficientData},
	} {
		i := slices.IndexFunc(s3.Rules, func(r rule.Rule) bool { return r.ID == c.id })
		for address, want := range map[string]rule.Outcome{"aws_s3_bucket.phi": c.phi, "aws_s3_bucket.old": c.old} {
			v := s3.Rules[i].Assert.Eval(&rule.Target{
				Resource: g.ByAddress(address),
				Graph:    g,
				Param:    func(name string) hipaa.Value { return c.parameters[name] },
			})
			if v.Outcome() != want {
				t.Errorf("%s with %v: %s is %v (%s), want %v", c.id, slices.Collect(maps.Values(c.parameters)), address, v.Outcome(), v.Annotation(), want)
			}
		}
	}
}
