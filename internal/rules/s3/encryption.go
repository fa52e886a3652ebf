package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var encryptionEnabled = rule.Rule{
	ID:     "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
	Types:  bucket,
	Assert: rule.Unrepaired(evalEncryption, "S3 encrypts every object: the rule cannot fail"),
}

// Since January 2023 S3 encrypts every object, and there is no way to turn that
// off: the rule can no longer fail.
func evalEncryption(t *rule.Target) rule.Verdict {
	return rule.Pass(logic.True, t.Here(), "S3 encrypts every new object, with SSE-S3 unless told otherwise")
}

var defaultEncryptionKMS = rule.Rule{
	ID:     "S3_DEFAULT_ENCRYPTION_KMS",
	Types:  orParts("aws_s3_bucket_server_side_encryption_configuration"),
	Assert: withParts{Assertion: rule.With(evalEncryptionKMS, repairEncryptionKMS)},
}

func evalEncryptionKMS(t *rule.Target) rule.Verdict {
	const (
		algorithm = "apply_server_side_encryption_by_default.sse_algorithm"
		key       = "apply_server_side_encryption_by_default.kms_master_key_id"
	)
	keys := t.Param("kmsKeyArns").List()
	check := func(rules graph.Blocks) finding {
		f := anyOf(rules, algorithm, func(v graph.Value) logic.Truth { return v.OneOf("aws:kms", "aws:kms:dsse") })
		f.wrong = "sse_algorithm is " + f.at.Display() + ", must be \"aws:kms\" or \"aws:kms:dsse\""
		if len(keys) > 0 && f.truth == logic.True {
			f = anyOf(rules, key, func(v graph.Value) logic.Truth { return v.OneOf(keys...) })
			f.wrong = "kms_master_key_id is " + f.at.Display() + ", which is not one of the allowed keys"
		}
		return f
	}
	return setting{
		split:   "aws_s3_bucket_server_side_encryption_configuration",
		ofSplit: func(r *graph.Resource) finding { return check(r.Blocks("rule")).under("rule") },
		inline:  "server_side_encryption_configuration",
		ofInline: func(blocks graph.Blocks) finding {
			return check(within(blocks, "rule")).under("rule")
		},
	}.find(t, "no aws_s3_bucket_server_side_encryption_configuration refers to this bucket: S3 encrypts with its own keys (AES256)").verdict()
}
