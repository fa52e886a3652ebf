package kinesis

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var streamEncrypted = rule.Rule{
	ID:     "KINESIS_STREAM_ENCRYPTED",
	Types:  []string{"aws_kinesis_stream"},
	Assert: attr.OneOf("encryption_type", []string{"KMS"}, attr.Default(graph.String("NONE"))),
}
