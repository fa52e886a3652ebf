package awsfake

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestModelHasAllOperations fails if somebody adds an operation and does not
// generate the constraints anew.
func TestModelHasAllOperations(t *testing.T) {
	t.Parallel()
	for service, operations := range Operations() {
		if got := slices.Sorted(maps.Keys(models()[service].Operations)); !slices.Equal(got, operations) {
			t.Errorf("%s: the model has %q, the fake %q: go generate with BOTOCORE_DATA", service, got, operations)
		}
		for name, op := range models()[service].Operations {
			for _, shape := range []string{op.In, op.Out} {
				if _, ok := models()[service].Shapes[shape]; !ok && shape != "" {
					t.Errorf("%s %s: no shape %q", service, name, shape)
				}
			}
		}
	}
}

func TestWhatBreaksAConstraintIsRefused(t *testing.T) {
	t.Parallel()
	finding := func(n int) []any {
		return slices.Repeat([]any{map[string]any{"Id": "f", "ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/securityhub"}}, n)
	}
	for _, c := range []struct {
		service, operation string
		in                 map[string]any
		want               string // "" is none
	}{
		{"config", "GetConformancePackComplianceDetails", map[string]any{"ConformancePackName": "hipaa", "Limit": 100.0}, ""},
		{"config", "GetConformancePackComplianceDetails", map[string]any{"ConformancePackName": "hipaa", "Limit": 101.0}, "not within"},
		{"config", "GetConformancePackComplianceDetails", map[string]any{"Limit": 1.0}, "ConformancePackName is required"},
		{"config", "GetConformancePackComplianceDetails", map[string]any{"ConformancePackName": "9 lives"}, "does not match"},
		{"config", "DescribeConformancePacks", map[string]any{"Limit": 21.0}, "not within"},
		{"config", "PutExternalEvaluation", map[string]any{"ConfigRuleName": "r", "ExternalEvaluation": map[string]any{
			"ComplianceResourceType": "AWS::::Account", "ComplianceResourceId": "1", "ComplianceType": "FINE", "OrderingTimestamp": 1.0}}, "is none of"},
		{"config", "PutExternalEvaluation", map[string]any{"ConfigRuleName": "r", "ExternalEvaluation": map[string]any{
			"ComplianceResourceType": "AWS::::Account", "ComplianceResourceId": "1", "ComplianceType": "COMPLIANT", "OrderingTimestamp": 1.0, "Annotation": strings.Repeat("x", 257)}}, "not within 1 and 256"},
		{"securityhub", "GetFindings", map[string]any{"MaxResults": 101.0}, "not within 1 and 100"},
		{"securityhub", "GetFindings", map[string]any{"Maximum": 1.0}, "there is no member Maximum"},
		{"securityhub", "BatchUpdateFindings", map[string]any{"FindingIdentifiers": finding(100), "Workflow": map[string]any{"Status": "SUPPRESSED"}}, ""},
		{"securityhub", "BatchUpdateFindings", map[string]any{"FindingIdentifiers": finding(1), "Workflow": map[string]any{"Status": "IGNORED"}}, "is none of"},
		{"organizations", "ListAccounts", map[string]any{"MaxResults": 21.0}, "not within 1 and 20"},
		{"sts", "AssumeRole", map[string]any{"RoleArn": "arn:aws:iam::111111111111:role/x", "RoleSessionName": "a b"}, "does not match"},
	} {
		err := checkIn(c.service, c.operation, c.in)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s %v: got %v, want %q", c.operation, c.in, err, c.want)
		}
	}
}
