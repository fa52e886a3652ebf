package hipaa_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/hipaa"
)

func TestRules(t *testing.T) {
	t.Parallel()
	rules := hipaa.Rules()
	if got := len(rules); got != 130 {
		t.Errorf("got %d rules, want 130", got)
	}
	if !slices.IsSortedFunc(rules, func(a, b *hipaa.Rule) int { return strings.Compare(a.Identifier, b.Identifier) }) {
		t.Error("the rules are not in the order of their identifiers")
	}
	decidable := map[hipaa.Decidable]int{}
	severities := map[hipaa.Severity]int{}
	accounts := 0
	for _, r := range rules {
		decidable[r.Decidable]++
		severities[r.Severity]++
		if r.IsAccount() {
			accounts++
		}
	}
	if diff := cmp.Diff(map[hipaa.Decidable]int{hipaa.Full: 90, hipaa.Partial: 28, hipaa.None: 12}, decidable); diff != "" {
		t.Errorf("decidability (-want +got):\n%s", diff)
	}
	wantSeverities := map[hipaa.Severity]int{hipaa.Critical: 17, hipaa.High: 22, hipaa.Medium: 76, hipaa.Low: 15}
	if diff := cmp.Diff(wantSeverities, severities); diff != "" {
		t.Errorf("severities (-want +got):\n%s", diff)
	}
	if accounts != 14 {
		t.Errorf("got %d rules about the account, want 14", accounts)
	}
}

// A caller that sorts or cuts the list must not do it to the next caller.
func TestListsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]func() any{
		"Rules":          func() any { l := hipaa.Rules(); slices.Reverse(l); return hipaa.Rules()[0].Identifier },
		"Citations":      func() any { l := hipaa.Citations(); slices.Reverse(l); return hipaa.Citations()[0].ID },
		"Contradictions": func() any { l := hipaa.Contradictions(); slices.Reverse(l); return hipaa.Contradictions()[0].ID },
		"Controls":       func() any { l := hipaa.Controls(); slices.Reverse(l); return hipaa.Controls()[0].ID },
	} {
		if first, second := list(), list(); first != second {
			t.Errorf("%s: the list of one caller is the list of all", name)
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"S3_BUCKET_VERSIONING_ENABLED":             "S3_BUCKET_VERSIONING_ENABLED",
		"s3_bucket_versioning_enabled":             "S3_BUCKET_VERSIONING_ENABLED",
		"s3-bucket-versioning-enabled":             "S3_BUCKET_VERSIONING_ENABLED",
		"S3-Bucket-Versioning-Enabled":             "S3_BUCKET_VERSIONING_ENABLED",
		"S3BucketVersioningEnabled":                "S3_BUCKET_VERSIONING_ENABLED",
		"restricted-ssh":                           "INCOMING_SSH_DISABLED",
		"IncomingSshDisabled":                      "INCOMING_SSH_DISABLED",
		"restricted-common-ports":                  "RESTRICTED_INCOMING_TRAFFIC",
		"ec2-instance-managed-by-systems-manager":  "EC2_INSTANCE_MANAGED_BY_SSM",
		"Ec2InstanceManagedBySsm":                  "EC2_INSTANCE_MANAGED_BY_SSM",
		"cloudtrail-enabled":                       "CLOUD_TRAIL_ENABLED",
		"CloudTrailEnabled":                        "CLOUD_TRAIL_ENABLED",
		"annual-risk-assessment-performed":         "AWS_CONFIG_PROCESS_CHECK",
		"AnnualRiskAssessmentPerformed":            "AWS_CONFIG_PROCESS_CHECK",
		"":                                         "",
		"-":                                        "",
		"S3_BUCKET_VERSIONING":                     "",
		"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED": "", // in the pack until January 2025
	} {
		got := ""
		if r, ok := hipaa.Lookup(name); ok {
			got = r.Identifier
		}
		if got != want {
			t.Errorf("Lookup(%q) = %q, want %q", name, got, want)
		}
	}
	for _, r := range hipaa.Rules() {
		for _, name := range []string{r.Identifier, r.Name, strings.ToUpper(r.Name), strings.ToLower(r.Identifier)} {
			if got, ok := hipaa.Lookup(name); !ok || got != r {
				t.Errorf("Lookup(%q) = %v, %v, want %s", name, got, ok, r.Identifier)
			}
		}
	}
}

func TestSeveritySource(t *testing.T) {
	t.Parallel()
	for identifier, want := range map[string]string{
		"ACCESS_KEYS_ROTATED":           "Security Hub IAM.3",
		"DYNAMODB_IN_BACKUP_PLAN":       "own assessment: DynamoDB.4 checks the same fact with a newer rule and is MEDIUM",
		"OPENSEARCH_LOGS_TO_CLOUDWATCH": "Security Hub Opensearch.4",
	} {
		if got := lookup(t, identifier).SeveritySource(); got != want {
			t.Errorf("%s: got %q, want %q", identifier, got, want)
		}
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	const guide = "https://docs.aws.amazon.com/config/latest/developerguide/"
	for identifier, want := range map[string]string{
		"INCOMING_SSH_DISABLED":    guide + "restricted-ssh.html",
		"AWS_CONFIG_PROCESS_CHECK": guide + "process-checks.html",
	} {
		if got := lookup(t, identifier).URL(); got != want {
			t.Errorf("%s: got %s, want %s", identifier, got, want)
		}
	}
}

func TestGuideOfARuleOutsideThePack(t *testing.T) {
	t.Parallel()
	r := &hipaa.Rule{Identifier: "OTHER"}
	if diff := cmp.Diff(&hipaa.Guide{Rule: "OTHER"}, r.Guide()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.Contradictions(); len(got) != 0 {
		t.Errorf("got %d contradictions, want none", len(got))
	}
}

func lookup(t *testing.T, identifier string) *hipaa.Rule {
	t.Helper()
	r, ok := hipaa.Lookup(identifier)
	if !ok {
		t.Fatalf("no rule %s", identifier)
	}
	return r
}
