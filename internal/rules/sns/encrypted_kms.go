package sns

import (
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var encryptedKMS = rule.Rule{
	ID:     "SNS_ENCRYPTED_KMS",
	Types:  []string{"aws_sns_topic"},
	Assert: rule.With(attr.NonEmpty("kms_master_key_id", attr.Among("kmsKeyIds")).Eval, repairEncryption),
}
