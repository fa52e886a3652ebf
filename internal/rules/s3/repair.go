package s3

import (
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repair configures the setting where it stands: in the resource of its own, in
// the bucket, or in a new resource.
func (s setting) repair(t *rule.Target, split, inline, add string) rule.Repair {
	if on := t.Attached(s.split, "bucket").Items; len(on) > 0 {
		return rule.To(rule.Set{On: on[0], Code: split})
	}
	if s.inline != "" && inline != "" && t.Blocks(s.inline).Exist() != logic.False {
		return rule.To(rule.Set{Code: inline})
	}
	return rule.To(rule.Add{Code: add})
}

// repairVersioning also limits what old versions cost: a versioned bucket
// without a lifecycle grows for ever, and fails S3_VERSION_LIFECYCLE_POLICY_CHECK.
func repairVersioning(t *rule.Target) rule.Repair {
	r := versioning.repair(t, `
		versioning_configuration {
		  status = "Enabled"
		}
	`, `
		versioning {
		  enabled = true
		}
	`, `
		resource "aws_s3_bucket_versioning" "self" {
		  bucket = self.id

		  versioning_configuration {
		    status = "Enabled"
		  }
		}
	`)
	if lifecycle.find(t, "").truth == logic.False {
		r.Changes = append(r.Changes, repairVersionLifecycle(t).Changes...)
	}
	return r
}

// Old versions are kept for a year, which is the user's to change: no rule of
// the pack asks for a number.
const expireOldVersions = `
	rule {
	  id     = "old-versions"
	  status = "Enabled"

	  filter {}

	  noncurrent_version_expiration {
	    noncurrent_days = 365
	  }

	  abort_incomplete_multipart_upload {
	    days_after_initiation = 7
	  }
	}
`

// expireOldVersionsInline is the same in the bucket.
const expireOldVersionsInline = `
	lifecycle_rule {
	  id      = "old-versions"
	  enabled = true

	  abort_incomplete_multipart_upload_days = 7

	  noncurrent_version_expiration {
	    days = 365
	  }
	}
`

// repairVersionLifecycle adds a rule of its own: what a rule that is off would
// do, such as to expire objects, somebody did not want.
func repairVersionLifecycle(t *rule.Target) rule.Repair {
	if on := t.Attached(lifecycle.split, "bucket").Items; len(on) > 0 {
		return rule.To(rule.Append{On: on[0], Code: expireOldVersions})
	}
	if len(t.Blocks(lifecycle.inline).Items) > 0 {
		return rule.To(rule.Append{Code: expireOldVersionsInline})
	}
	return rule.To(rule.Add{Code: `
		resource "aws_s3_bucket_lifecycle_configuration" "self" {
		  bucket = self.id
	` + expireOldVersions + `
		}
	`})
}

// Retention in governance mode can be lifted by those who may: the bucket stays
// usable if the days turn out to be wrong.
func repairDefaultLock(t *rule.Target) rule.Repair {
	if takesAccessLogs(t) {
		return rule.CannotRepair("S3 delivers no access logs to a bucket with Object Lock: document an exception (safeguard exceptions suggest)")
	}
	if v := t.Attr("object_lock_enabled"); v.IsSet() == logic.True && v.IsTrue() == logic.False || inlineLock(t.Blocks("object_lock_configuration")).truth == logic.Unknown {
		return rule.CannotRepair("object_lock_enabled is set on the bucket, and changing it replaces the bucket with all objects")
	}
	var r rule.Repair
	after := ""
	if versioned(t).truth == logic.False {
		r = repairVersioning(t)
	}
	switch on := t.Attached(versioning.split, "bucket").Items; {
	case len(on) > 0 && on[0].Module == t.Resource.Module:
		after = on[0].Type + "." + on[0].Name
	case len(r.Changes) > 0 && t.Blocks(versioning.inline).Exist() == logic.False:
		after = versioning.split + ".self"
	}
	if after != "" { // S3 refuses a lock before there are versions
		after = "\ndepends_on = [" + after + "]\n"
	}
	lock := lockEnabled.repair(t, `object_lock_enabled = "Enabled"`, "", `
		resource "aws_s3_bucket_object_lock_configuration" "self" {
		  bucket = self.id

		  rule {
		    default_retention {
		      mode = "GOVERNANCE"
		      days = 30
		    }
		  }
	`+after+`
		}
	`)
	r.Changes = append(r.Changes, lock.Changes...)
	return r
}

// takesAccessLogs reports whether a bucket is where access logs go, of buckets
// or of load balancers.
func takesAccessLogs(t *rule.Target) bool {
	return takesServerLogs(t) || slices.ContainsFunc(t.Graph.OfType("aws_lb", "aws_alb", "aws_elb"), func(r *graph.Resource) bool {
		return slices.ContainsFunc(r.Blocks("access_logs").Items, func(b graph.Block) bool {
			return t.Graph.Identifies(b.Attr("bucket"), t.Resource) == logic.True
		})
	})
}

// takesServerLogs reports whether S3 delivers access logs of buckets to a bucket,
// or its policy or ACL lets S3 do so.
func takesServerLogs(t *rule.Target) bool {
	for _, r := range t.Graph.OfType("aws_s3_bucket_logging") {
		if t.Graph.Identifies(r.Attr("target_bucket"), t.Resource) == logic.True {
			return true
		}
	}
	for _, r := range t.Graph.OfType("aws_s3_bucket") {
		for _, b := range r.Blocks("logging").Items {
			if t.Graph.Identifies(b.Attr("target_bucket"), t.Resource) == logic.True {
				return true
			}
		}
	}
	byACL := slices.ContainsFunc(t.Attached("aws_s3_bucket_acl", "bucket").Items, func(r *graph.Resource) bool {
		return r.Attr("acl").Is("log-delivery-write") == logic.True
	})
	return byACL || t.Attr("acl").Is("log-delivery-write") == logic.True ||
		slices.ContainsFunc(policyTexts(t), func(text string) bool { return strings.Contains(text, "logging.s3.amazonaws.com") })
}

// policyTexts are the policies of the bucket as far as they are known, with
// placeholders for what is not.
func policyTexts(t *rule.Target) []string {
	texts := []string{t.Attr("policy").Text()}
	for _, p := range t.Attached(splitPolicy, "bucket").Items {
		texts = append(texts, p.Attr("policy").Text())
	}
	return texts
}

// takesFlowLogs reports whether a bucket is where flow logs go.
func takesFlowLogs(t *rule.Target) bool {
	return slices.ContainsFunc(t.Graph.OfType("aws_flow_log"), func(r *graph.Resource) bool {
		return t.Graph.Identifies(r.Attr("log_destination"), t.Resource) == logic.True
	})
}

// takesDeliveries reports whether AWS services deliver flow logs or the events
// of a trail to a bucket.
func takesDeliveries(t *rule.Target) bool {
	return takesFlowLogs(t) || slices.ContainsFunc(t.Graph.OfType("aws_cloudtrail"), func(r *graph.Resource) bool {
		return t.Graph.Identifies(r.Attr("s3_bucket_name"), t.Resource) == logic.True
	})
}

func repairLogging(t *rule.Target) rule.Repair {
	if takesServerLogs(t) {
		return rule.CannotRepair("access logs of buckets go to this bucket, and its own would make logs of logs without end: document an exception (safeguard exceptions suggest)")
	}
	return rule.To(rule.Add{Code: `
		resource "aws_s3_bucket_logging" "self" {
		  bucket        = self.id
		  target_bucket = shared.log_bucket.id
		  target_prefix = "s3/${self.id}/"
		}
	`})
}

func repairReplication(t *rule.Target) rule.Repair {
	if on := t.Attached("aws_s3_bucket_replication_configuration", "bucket").Items; len(on) > 0 {
		var r rule.Repair
		for _, b := range on[0].Blocks("rule").Items {
			if b.Attr("status").Is("Enabled") == logic.False {
				r.Changes = append(r.Changes, rule.Set{On: on[0], At: b.Location(), Code: `status = "Enabled"`})
			}
		}
		return r
	}
	if takesReplicas(t) {
		return rule.CannotRepair("it takes the replicas of other buckets: document an exception (safeguard exceptions suggest)")
	}
	if t.Blocks("replication_configuration").Exist() != logic.False {
		return rule.CannotRepair("the bucket has a replication_configuration block of the old form: move it to an aws_s3_bucket_replication_configuration first")
	}
	var r rule.Repair
	if versioned(t).truth == logic.False {
		r = repairVersioning(t)
	}
	r.Changes = append(r.Changes, rule.Add{Code: `
		resource "aws_s3_bucket_replication_configuration" "self" {
		  bucket = self.id
		  role   = shared.replication_role.arn

		  rule {
		    id     = "all"
		    status = "Enabled"

		    filter {}

		    delete_marker_replication {
		      status = "Disabled"
		    }

		    source_selection_criteria {
		      sse_kms_encrypted_objects {
		        status = "Enabled"
		      }
		    }

		    destination {
		      bucket = shared.replica_bucket.arn

		      encryption_configuration {
		        replica_kms_key_id = shared.kms_key.arn
		      }
		    }
		  }
		}
	`})
	return r
}

// takesReplicas reports whether another bucket replicates to the target.
func takesReplicas(t *rule.Target) bool {
	for _, r := range t.Graph.OfType("aws_s3_bucket_replication_configuration") {
		for _, b := range r.Blocks("rule").Items {
			if t.Graph.Identifies(b.Get("destination.bucket"), t.Resource) == logic.True {
				return true
			}
		}
	}
	return false
}

func repairEventNotifications(t *rule.Target) rule.Repair {
	const topic = `
		topic {
		  topic_arn = shared.events_topic.arn
		  events    = ["s3:ObjectRemoved:*"]
		}
	`
	return setting{split: "aws_s3_bucket_notification"}.repair(t, topic, "", `
		resource "aws_s3_bucket_notification" "self" {
		  bucket = self.id
	`+topic+`
		}
	`)
}

// repairPublic takes public grants back as a whole: a block on the bucket is
// what AWS itself puts on every new one.
func repairPublic(t *rule.Target) rule.Repair {
	const instead = ": have CloudFront alone read the bucket, by an origin access control, let its distribution in by the bucket policy, then block public access"
	if website(t) {
		return rule.CannotRepair("visitors of the website read the bucket as the public, behind CloudFront too, so that blocking it would close the website" + instead)
	}
	for _, d := range readingDistributions(t) {
		for _, origin := range originsIn(t, d) {
			if origin.Attr("origin_access_control_id").NonEmpty() == logic.False && origin.Get("s3_origin_config.origin_access_identity").NonEmpty() == logic.False {
				return rule.CannotRepair(d.Address + " reads the bucket as the public, so that blocking it would close what it delivers" + instead)
			}
		}
	}
	const flags = `
		block_public_acls       = true
		block_public_policy     = true
		ignore_public_acls      = true
		restrict_public_buckets = true
	`
	return setting{split: "aws_s3_bucket_public_access_block"}.repair(t, flags, "", `
		resource "aws_s3_bucket_public_access_block" "self" {
		  bucket = self.id
	`+flags+`
		}
	`)
}

func repairACL(t *rule.Target) rule.Repair {
	if on := t.Attached("aws_s3_bucket_acl", "bucket").Items; len(on) > 0 {
		return rule.CannotRepair("an aws_s3_bucket_acl grants access: decide who needs it, grant it in the bucket policy, and remove the ACL")
	}
	if t.Blocks("grant").Exist() != logic.False {
		return rule.CannotRepair("grant blocks give access: decide who needs it, grant it in the bucket policy, and remove them")
	}
	var r rule.Repair
	if t.Attr("acl").Is("log-delivery-write") != logic.False {
		// What the ACL granted, the policy has to.
		r = addStatements(t, deliverAccessLogs)
	}
	enforced := setting{split: ownershipControls}.repair(t, `
		rule {
		  object_ownership = "BucketOwnerEnforced"
		}
	`, "", `
		resource "aws_s3_bucket_ownership_controls" "self" {
		  bucket = self.id

		  rule {
		    object_ownership = "BucketOwnerEnforced"
		  }
		}
	`)
	r.Changes = append(r.Changes, rule.Unset{Names: []string{"acl"}})
	r.Changes = append(r.Changes, enforced.Changes...)
	return r
}

const deliverAccessLogs = `
	statement {
	  sid       = "AccessLogs"
	  actions   = ["s3:PutObject"]
	  resources = ["${self.arn}/*"]

	  principals {
	    type        = "Service"
	    identifiers = ["logging.s3.amazonaws.com"]
	  }

	  condition {
	    test     = "StringEquals"
	    variable = "aws:SourceAccount"
	    values   = [shared.account.id]
	  }
	}
`
