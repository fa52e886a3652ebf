// Package rules lists the rules of every AWS service.
package rules

import (
	"slices"

	"safeguard/internal/rule"
	"safeguard/internal/rules/s3"
)

// All returns every rule, in no particular order. Rules that no configuration
// can decide are not among them.
func All() []rule.Rule {
	return slices.Concat(
		s3.Rules,
	)
}
