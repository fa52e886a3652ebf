package rds

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

// DocumentDB has no such flag, so its instances cannot be public.
var instancePublicAccess = rule.Rule{
	ID:     "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
	Types:  instances,
	Assert: attr.False("publicly_accessible", attr.Default(graph.Bool(false))),
}
