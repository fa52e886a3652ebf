package triage

import (
	"cmp"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// A Suggestion is a finding that a known contradiction explains, or may explain.
type Suggestion struct {
	*hipaa.Contradiction
	Result *assessment.Result
	Basis  Basis
	// By is the resource that a suggestion ByRelation rests on.
	By string
}

// A Basis is how well a finding is known to be what a contradiction is about.
type Basis uint8

// The bases, the best first.
const (
	ByPattern  Basis = iota // AWS or a tool gives such names
	ByRelation              // another resource refers to it so
	ByHint                  // people give such names: to be checked
	ByType                  // rule and type fit, the rest people know
	NoRemedy                // it fits, and no exception is due
)

// Suggest lists the open findings that known contradictions explain, by
// contradiction: a finding stands under the one that fits best, or under all that
// only people can decide about. Nothing is accepted by it: a person has to approve
// each.
func Suggest(results []*assessment.Result) []Suggestion {
	roles := rolesOf(results)
	var suggestions []Suggestion
	for _, r := range results {
		if !open(r) {
			continue
		}
		var fit []Suggestion
		for _, c := range hipaa.Contradictions() {
			if s, ok := roles.suggest(c, r); ok {
				fit = append(fit, s)
			}
		}
		if len(fit) == 0 {
			continue
		}
		if best := slices.MinFunc(fit, func(a, b Suggestion) int { return cmp.Compare(a.Basis, b.Basis) }); best.Basis < ByType {
			fit = []Suggestion{best}
		}
		suggestions = append(suggestions, fit...)
	}
	slices.SortStableFunc(suggestions, func(a, b Suggestion) int { return strings.Compare(a.ID, b.ID) })
	return suggestions
}

func (roles roles) suggest(c *hipaa.Contradiction, r *assessment.Result) (Suggestion, bool) {
	if !slices.Contains(c.Rules, r.Rule) || !slices.Contains(c.ResourceTypes, r.Resource.Type) {
		return Suggestion{}, false
	}
	if declared := r.Resource.TerraformType; declared != "" && len(c.TerraformTypes) > 0 && !slices.Contains(c.TerraformTypes, declared) {
		return Suggestion{}, false
	}
	s := Suggestion{Contradiction: c, Result: r, Basis: ByType}
	switch by := roles.by(c.ID, r); {
	case hits(c.NamePatterns, r):
		s.Basis = ByPattern
	case by != "":
		s.Basis, s.By = ByRelation, by
	case hits(c.NameHints, r):
		s.Basis = ByHint
	case len(c.Selectors) == 0: // names are all that tells
		return Suggestion{}, false
	case r.Resource.TerraformType != "" && !roles.given(c.ID): // code that declares nothing which could make it so
		return Suggestion{}, false
	}
	if c.Exception == "" {
		s.Basis = NoRemedy
	}
	return s, true
}

// A role is what one resource is to another, as the evidence of a rule tells: the
// value of an attribute names it.
type role struct{ rule, attribute string }

// rolesIn are the roles that make a contradiction apply.
var rolesIn = map[string]role{
	"S3-SAL-TARGET-NO-KMS":               {"S3_BUCKET_LOGGING_ENABLED", "target_bucket"},
	"S3-SAL-TARGET-NO-LOCK":              {"S3_BUCKET_LOGGING_ENABLED", "target_bucket"},
	"S3-LOGGING-RECURSION":               {"S3_BUCKET_LOGGING_ENABLED", "target_bucket"},
	"S3-REPLICATION-CHAIN":               {"S3_BUCKET_REPLICATION_ENABLED", "bucket"},
	"ELB-LOG-BUCKET-NO-KMS":              {"ELB_LOGGING_ENABLED", "bucket"},
	"REDSHIFT-LOG-BUCKET-NO-KMS-NO-LOCK": {"REDSHIFT_CLUSTER_CONFIGURATION_CHECK", "bucket_name"},
}

// roles are the values of the attributes of roles, with who names them. The role
// without an attribute is there for each rule that judged something.
type roles map[role]map[string]string

// given reports whether there is something that could give the role of the
// contradiction, if it has one.
func (roles roles) given(id string) bool {
	role, ok := rolesIn[id]
	if !ok {
		return true
	}
	role.attribute = ""
	return roles[role] != nil
}

func rolesOf(results []*assessment.Result) roles {
	wanted := map[string][]role{}
	for _, role := range rolesIn {
		if !slices.Contains(wanted[role.rule], role) {
			wanted[role.rule] = append(wanted[role.rule], role)
		}
	}
	found := roles{}
	for _, r := range results {
		if wanted[r.Rule] != nil && r.Verdict != assessment.NotApplicable {
			found[role{rule: r.Rule}] = map[string]string{}
		}
		for _, role := range wanted[r.Rule] {
			for _, e := range r.Evidence {
				if e.Attribute != role.attribute && !strings.HasSuffix(e.Attribute, "."+role.attribute) {
					continue
				}
				if found[role] == nil {
					found[role] = map[string]string{}
				}
				found[role][strings.Trim(e.Value, `"`)] = r.Resource.Address
			}
		}
	}
	return found
}

// by is the address of a resource that gives the role of the contradiction to
// r's; "" for none.
func (roles roles) by(id string, r *assessment.Result) string {
	role, ok := rolesIn[id]
	if !ok {
		return ""
	}
	names := namesOf(r)
	for value, by := range roles[role] {
		if by == r.Resource.Address && by != "" {
			continue // a bucket that logs into itself says nothing of others
		}
		if value != "" && slices.Contains(names, value) {
			return by
		}
		for _, attribute := range []string{"id", "bucket", "arn"} {
			if r.Resource.Address != "" && strings.TrimSuffix(strings.TrimPrefix(value, "${"), "}") == r.Resource.Address+"."+attribute {
				return by
			}
		}
	}
	return ""
}
