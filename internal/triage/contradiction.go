package triage

import (
	"path"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// Explain finds the known contradiction that a finding hits and that proposes an
// exception; nil if there is none. The names that AWS and tools give to resources
// come before those that people use. A person has to approve the exception.
func Explain(r *assessment.Result) *hipaa.Contradiction {
	facts, ok := hipaa.Lookup(r.Rule)
	if !ok {
		return nil
	}
	touching := facts.Contradictions()
	for _, patterns := range []func(*hipaa.Contradiction) []string{
		func(c *hipaa.Contradiction) []string { return c.NamePatterns },
		func(c *hipaa.Contradiction) []string { return c.NameHints },
	} {
		for _, c := range touching {
			if c.Exception != "" && hits(patterns(c), r) {
				return c
			}
		}
	}
	return nil
}

// hits reports whether one of the patterns is of a name of a result's resource.
func hits(patterns []string, r *assessment.Result) bool {
	// access_logs in Terraform is what *-access-logs* means.
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
	for _, pattern := range patterns {
		for _, n := range namesOf(r) {
			if n == "" {
				continue
			}
			for _, n := range []string{plain(n), "-" + plain(n)} {
				if ok, err := path.Match(plain(pattern), n); err == nil && ok {
					return true
				}
			}
		}
	}
	return false
}

// namesOf are the names that AWS, a tool or people give to a result's resource.
func namesOf(r *assessment.Result) []string {
	names := append(ends(r.Resource.ARN), r.Resource.ID, lastName(r.Resource.Address))
	for _, e := range r.Evidence {
		if e.Attribute == "bucket" || e.Attribute == "name" {
			names = append(names, strings.Trim(e.Value, `"`))
		}
	}
	return names
}

// ends are the names that an ARN may end in: vault:aws/efs/x has all of
// itself, aws/efs/x, and x.
func ends(arn string) []string {
	names := []string{arn}
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		rest := parts[5]
		names = append(names, rest, rest[strings.IndexAny(rest, ":/")+1:], rest[strings.LastIndexAny(rest, ":/")+1:])
	}
	return names
}

// lastName is what people call the resource: the name in its address, or that
// of its module.
func lastName(address string) string {
	address, _, _ = strings.Cut(address, "[")
	parts := strings.Split(address, ".")
	name := parts[len(parts)-1]
	if (name == "this" || name == "main") && len(parts) >= 4 {
		return parts[len(parts)-3]
	}
	return name
}
