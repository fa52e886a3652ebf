package s3

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

const splitEncryption = "aws_s3_bucket_server_side_encryption_configuration"

// repairEncryptionKMS encrypts with the key that the configuration has for such
// data. A bucket that CloudFront reads gets a key of its own, whose policy lets
// the distribution in and nobody else.
func repairEncryptionKMS(t *rule.Target) rule.Repair {
	if takesAccessLogs(t) {
		return rule.CannotRepair("access logs cannot be delivered to a bucket that encrypts with KMS: document an exception (safeguard exceptions suggest)")
	}
	if d := deliveringDistribution(t); d != nil {
		return rule.CannotRepair(d.Address + " delivers its logs to this bucket, and could not with a key whose policy does not let delivery.logs.amazonaws.com in: add that to the policy of a key, then encrypt with it")
	}
	if takesConfig(t) {
		return rule.CannotRepair("AWS Config delivers to this bucket by its role, and could not without the rights on a key: let the role use a key (kms:Decrypt, kms:GenerateDataKey), then encrypt with it")
	}
	distributions := readingDistributions(t)
	if why := lockedOut(t, distributions); why != "" {
		return rule.CannotRepair(why)
	}
	if len(distributions) > 0 {
		r := encryptWith(t, "aws_kms_key.self.arn")
		return rule.To(append([]rule.Change{rule.Add{Code: keyFor(distributions)}}, r.Changes...)...)
	}
	if trail := plainTrail(t); trail != nil && t.Resource.Module != "" {
		// The module may choose another key than the one that CloudTrail may use.
		return rule.CannotRepair(trail.Address + " delivers to this bucket and does not say with which key, so that it would have to be one that CloudTrail may use: encrypt the trail first (safeguard fix --rule CLOUD_TRAIL_ENCRYPTION_ENABLED)")
	}
	if takesDeliveries(t) {
		return encryptWith(t, "shared.kms_key_logs.arn") // which the service that delivers may use
	}
	return encryptWith(t, "shared.kms_key.arn")
}

func encryptWith(t *rule.Target, key string) rule.Repair {
	byDefault := `
		bucket_key_enabled = true

		apply_server_side_encryption_by_default {
		  sse_algorithm     = "aws:kms"
		  kms_master_key_id = ` + key + `
		}
	`
	return setting{split: splitEncryption, inline: inlineEncryption}.repair(t,
		"rule {\n"+byDefault+"\n}",
		inlineEncryption+" {\nrule {\n"+byDefault+"\n}\n}", `
		resource "aws_s3_bucket_server_side_encryption_configuration" "self" {
		  bucket = self.id

		  rule {
	`+byDefault+`
		  }
		}
	`)
}

const inlineEncryption = "server_side_encryption_configuration"

// website reports whether S3 may serve a bucket as a website: to everyone, and by
// HTTP alone.
func website(t *rule.Target) bool {
	return len(t.Attached("aws_s3_bucket_website_configuration", "bucket").Items) > 0 || t.Blocks("website").Exist() != logic.False
}

const distribution = "aws_cloudfront_distribution"

// readingDistributions are those that have the bucket as an origin.
func readingDistributions(t *rule.Target) []*graph.Resource {
	var found []*graph.Resource
	for _, d := range t.Graph.OfType(distribution) {
		if len(originsIn(t, d)) > 0 {
			found = append(found, d)
		}
	}
	return found
}

// originsIn are the origins of a distribution that are the bucket.
func originsIn(t *rule.Target, d *graph.Resource) []graph.Block {
	name := t.Attr("bucket").Text()
	return slices.DeleteFunc(slices.Clone(d.Blocks("origin").Items), func(b graph.Block) bool {
		domain := b.Attr("domain_name")
		return !refersTo(domain, t.Resource) && (name == "" || !strings.HasPrefix(domain.Text(), name+".s3"))
	})
}

func refersTo(v graph.Value, r *graph.Resource) bool {
	return slices.ContainsFunc(v.Refs(), func(ref graph.Ref) bool { return ref.Address == r.Address })
}

// deliveringDistribution delivers its access logs to the bucket; nil if none does.
func deliveringDistribution(t *rule.Target) *graph.Resource {
	for _, d := range t.Graph.OfType(distribution) {
		if refersTo(d.Get("logging_config.bucket"), t.Resource) {
			return d
		}
	}
	return nil
}

// plainTrail is a trail that delivers to the bucket without a key of its own; nil
// if there is none.
func plainTrail(t *rule.Target) *graph.Resource {
	for _, r := range t.Graph.OfType("aws_cloudtrail") {
		if t.Graph.Identifies(r.Attr("s3_bucket_name"), t.Resource) == logic.True && r.Attr("kms_key_id").NonEmpty() != logic.True {
			return r
		}
	}
	return nil
}

// takesConfig reports whether AWS Config delivers to the bucket:
// https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html.
func takesConfig(t *rule.Target) bool {
	return slices.ContainsFunc(t.Graph.OfType("aws_config_delivery_channel"), func(r *graph.Resource) bool {
		return t.Graph.Identifies(r.Attr("s3_bucket_name"), t.Resource) == logic.True
	})
}

// lockedOut says who reads the bucket, or may, and could not read what a key of
// KMS encrypts, even one whose policy lets the distributions in: "" for nobody. An
// origin access identity cannot use keys at all, neither can the public.
func lockedOut(t *rule.Target, distributions []*graph.Resource) string {
	cannot := func(who string) string {
		return who + " could not read what KMS encrypts: let CloudFront alone read, by an origin access control, allow its distribution kms:Decrypt in the policy of the key, then encrypt with the key"
	}
	if website(t) {
		return cannot("visitors of the website")
	}
	for _, d := range distributions {
		if why := unsigned(t, d); why != "" {
			return cannot(d.Address + ", " + why + ",")
		}
	}
	foreign := []string{"cloudfront:user/", "aws_cloudfront_origin_access_identity", ":distribution/"}
	if len(distributions) == 0 { // one that is declared elsewhere
		foreign = append(foreign, "cloudfront.amazonaws.com")
	}
	for _, text := range policyTexts(t) {
		if slices.ContainsFunc(foreign, func(principal string) bool { return strings.Contains(text, principal) }) {
			return cannot("CloudFront, which the bucket policy lets in,")
		}
	}
	public := askPolicy(t, func(d *policy.Document) policy.Answer { return d.AllowsPublic("s3:GetObject") }, "")
	switch public.truth {
	case logic.True:
		return cannot("visitors whom the bucket policy lets in")
	case logic.Unknown:
		return "it is not known whom the bucket policy lets in (" + public.reason() + "), and the public or CloudFront could not read what KMS encrypts: look who reads the bucket, then encrypt with a key whose policy lets them in"
	}
	return ""
}

// unsigned says why the key of the bucket cannot let a distribution in, "" if it
// can: it must sign all that it asks of the bucket, by an origin access control,
// and code beside the bucket must be able to name it.
func unsigned(t *rule.Target, d *graph.Resource) string {
	for _, origin := range originsIn(t, d) {
		control, found := t.Graph.Referent(origin.Attr("origin_access_control_id"), "aws_cloudfront_origin_access_control")
		switch {
		case found != logic.True:
			return "which has no origin access control that is declared for the bucket"
		case control.Attr("signing_behavior").Is("always") != logic.True || control.Attr("origin_access_control_origin_type").Is("s3") != logic.True:
			return "whose " + control.Address + " does not always sign"
		}
	}
	single := func(r *graph.Resource) bool {
		return !r.Maybe && r.Module == t.Resource.Module && r.Address == joined(r.Module, r.Type+"."+r.Name)
	}
	configured := t.Attached(splitEncryption, "bucket").Items
	switch {
	case !single(d) || !single(t.Resource) || slices.ContainsFunc(configured, func(r *graph.Resource) bool { return r.Module != d.Module }):
		return "which is not one for one bucket in one module"
	case len(configured) == 0 && t.Blocks(inlineEncryption).Exist() != logic.False:
		return "on which a key in an argument of the bucket cannot depend, as it depends on the bucket itself,"
	}
	return ""
}

func joined(module, address string) string {
	if module == "" {
		return address
	}
	return module + "." + address
}

// keyFor is a key that the distributions may use for the objects of the bucket:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html.
func keyFor(distributions []*graph.Resource) string {
	var arns []string
	actions := `"kms:Decrypt"`
	for _, d := range distributions {
		arns = append(arns, distribution+"."+d.Name+".arn")
		if writes(d) {
			actions = `["kms:Decrypt", "kms:GenerateDataKey*"]`
		}
	}
	arn := arns[0]
	if len(arns) > 1 {
		arn = "[" + strings.Join(arns, ", ") + "]"
	}
	return fmt.Sprintf(`
		resource "aws_kms_key" "self" {
		  description             = "Objects that CloudFront delivers"
		  deletion_window_in_days = 30
		  enable_key_rotation     = true

		  policy = jsonencode({
		    Version = "2012-10-17"
		    Statement = [
		      {
		        Sid       = "AccountIAM"
		        Effect    = "Allow"
		        Action    = "kms:*"
		        Resource  = "*"
		        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${shared.account.id}:root" }
		      },
		      {
		        Sid       = "CloudFront"
		        Effect    = "Allow"
		        Action    = %s
		        Resource  = "*"
		        Principal = { Service = "cloudfront.amazonaws.com" }
		        Condition = { StringEquals = { "aws:SourceArn" = %s } }
		      },
		    ]
		  })
		}

		data "aws_partition" "current" {}
	`, actions, arn)
}

// writes reports whether visitors may write by way of a distribution.
func writes(d *graph.Resource) bool {
	for _, typ := range []string{"default_cache_behavior", "ordered_cache_behavior"} {
		for _, b := range d.Blocks(typ).Items {
			if b.Attr("allowed_methods").Has("PUT") != logic.False {
				return true
			}
		}
	}
	return false
}
