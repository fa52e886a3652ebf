package iam_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
	"safeguard/internal/rules/iam"
	"safeguard/internal/ruletest"
)

// The pack does not exclude permissions boundaries, but a parameter does.
func TestExcludedPermissionsBoundary(t *testing.T) {
	t.Parallel()
	const id = "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS"
	ar, err := txtar.ParseFile(filepath.Join("testdata", id+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	g := ruletest.Load(t, ar)[0]
	r := iam.Rules[slices.IndexFunc(iam.Rules, func(r rule.Rule) bool { return r.ID == id })]
	for _, tt := range []struct {
		address, exclude string
		want             rule.Outcome
	}{
		{"aws_iam_policy.boundary", "", rule.NonCompliant},
		{"aws_iam_policy.boundary", "false", rule.NonCompliant},
		{"aws_iam_policy.boundary", "true", rule.NotApplicable},
		{"aws_iam_policy.admin", "true", rule.NonCompliant},
	} {
		got := r.Assert.Eval(&rule.Target{
			Resource: g.ByAddress(tt.address),
			Graph:    g,
			Param: func(name string) hipaa.Value {
				if name == "excludePermissionBoundaryPolicy" {
					return hipaa.Value(tt.exclude)
				}
				return ""
			},
		})
		if got.Outcome() != tt.want {
			t.Errorf("%s, excludePermissionBoundaryPolicy %q: got %v, want %v", tt.address, tt.exclude, got.Outcome(), tt.want)
		}
	}
}
