package kinesis

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var streamEncrypted = rule.Rule{
	ID:     "KINESIS_STREAM_ENCRYPTED",
	Types:  []string{"aws_kinesis_stream"},
	Assert: rule.With(encrypted.Eval, repairEncryption),
}

var encrypted = attr.OneOf("encryption_type", []string{"KMS"}, attr.Default(graph.String("NONE")))

// repairEncryption turns encryption on, for which the provider wants a key. That
// of AWS is open to all who may use the stream; one of the customer's would
// refuse producers and consumers without rights to it.
func repairEncryption(t *rule.Target) rule.Repair {
	code := `encryption_type = "KMS"`
	if t.Attr("kms_key_id").NonEmpty() == logic.False {
		code += "\nkms_key_id = \"alias/aws/kinesis\""
	}
	return rule.To(rule.Set{Code: code})
}
