package dms

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// The API's default is public, but the provider always sends a value.
var replicationNotPublic = rule.Rule{
	ID:     "DMS_REPLICATION_NOT_PUBLIC",
	Types:  []string{"aws_dms_replication_instance"},
	Assert: attr.False("publicly_accessible", attr.Default(graph.Bool(false))),
}
