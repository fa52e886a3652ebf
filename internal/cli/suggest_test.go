package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/settings"
)

// TestEveryContradictionIsSuggested makes a finding that each contradiction is
// about: it is suggested with its reason, AWS's documentation and what
// compensates, as settings that can be read and that accept the finding. One
// without an exception says so.
func TestEveryContradictionIsSuggested(t *testing.T) {
	t.Parallel()
	kinds := map[hipaa.ContradictionKind]bool{}
	for _, c := range hipaa.Contradictions() {
		kinds[c.Kind] = true
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			r, text, certain := suggested(c)
			if r == nil {
				t.Fatal("no finding has it suggested")
			}
			if !strings.Contains(text, "https://docs.aws.amazon.com/") {
				t.Errorf("there is no link to AWS's documentation:\n%s", text)
			}
			if c.Exception == "" {
				if !strings.Contains(text, "No exception is due") || strings.Contains(text, "\nexception ") {
					t.Errorf("an exception is suggested, and none is due:\n%s", text)
				}
				return
			}
			if certain != strings.Contains(text, "\nexception ") {
				t.Errorf("known by its name: %v, yet:\n%s", certain, text)
			}
			accepts(t, text, c, r)
		})
	}
	if len(kinds) != 8 {
		t.Errorf("there are contradictions of %d kinds, want 8", len(kinds))
	}
}

// suggested is a finding for which the contradiction is suggested, and whether its
// name tells. A name may have a better explanation, so all of them are tried.
func suggested(c *hipaa.Contradiction) (r *assessment.Result, text string, certain bool) {
	names := slices.Concat(c.NamePatterns, c.NameHints, []string{"thing"})
	for i, name := range names {
		name = strings.ReplaceAll(name, "*", "x")
		for _, rule := range c.Rules {
			r := &assessment.Result{
				Rule: rule, Verdict: assessment.NonCompliant, Fingerprint: "f",
				Resource: assessment.Resource{Type: c.ResourceTypes[0], ID: name, ARN: "arn:aws:service:eu-central-1:012345678901:kind/" + name},
			}
			text := string(suggestions([]*assessment.Result{r}, time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)))
			if strings.Contains(text, "# "+c.ID+": ") {
				return r, text, i < len(names)-1
			}
		}
	}
	return nil, "", false
}

// accepts checks that the settings, uncommented, accept the finding.
func accepts(t *testing.T, text string, c *hipaa.Contradiction, r *assessment.Result) {
	t.Helper()
	dir := t.TempDir()
	uncommented := regexp.MustCompile(`(?m)^# (exception|  |}$)`).ReplaceAllString(text, "$1")
	if err := os.WriteFile(filepath.Join(dir, settings.Name), []byte(uncommented), 0o644); err != nil {
		t.Fatal(err)
	}
	read, err := settings.Find(dir)
	if err != nil {
		t.Fatalf("%v\n%s", err, uncommented)
	}
	for _, e := range read.Exceptions {
		if e.Covers(r) && e.Reason == c.Exception && e.Control == c.Compensation {
			return
		}
	}
	t.Errorf("no exception covers the finding with the reason %q and the control %q:\n%s", c.Exception, c.Compensation, text)
}

// TestSuggestionByRelation: a bucket whose name tells nothing receives the logs of
// another.
func TestSuggestionByRelation(t *testing.T) {
	t.Parallel()
	bucket := func(rule string, v assessment.Verdict, address, name string, evidence ...assessment.Evidence) *assessment.Result {
		return &assessment.Result{Rule: rule, Verdict: v, Evidence: evidence, Fingerprint: rule + address,
			Resource: assessment.Resource{Type: "AWS::S3::Bucket", Address: address, ID: name}}
	}
	source := bucket("S3_BUCKET_LOGGING_ENABLED", assessment.Compliant, "aws_s3_bucket.data", "data",
		assessment.Evidence{Address: "aws_s3_bucket.data", Attribute: "aws_s3_bucket_logging.data.target_bucket", Value: `"zebra"`})
	target := bucket("S3_DEFAULT_ENCRYPTION_KMS", assessment.NonCompliant, "aws_s3_bucket.zebra", "zebra")
	other := bucket("S3_DEFAULT_ENCRYPTION_KMS", assessment.NonCompliant, "aws_s3_bucket.horse", "horse")
	text := string(suggestions([]*assessment.Result{source, target, other}, time.Now()))
	for _, want := range []string{
		"# aws_s3_bucket.data refers to it.\nexception \"S3_DEFAULT_ENCRYPTION_KMS\" {\n  resource = \"aws_s3_bucket.zebra\"\n",
		"# exception \"S3_DEFAULT_ENCRYPTION_KMS\" {\n#   resource = \"aws_s3_bucket.horse\"\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in:\n%s", want, text)
		}
	}
}

// TestRefutedSuggestions: what the code itself tells is not left to people to
// find out.
func TestRefutedSuggestions(t *testing.T) {
	t.Parallel()
	finding := func(rule, typ, terraformType string) *assessment.Result {
		return &assessment.Result{Rule: rule, Verdict: assessment.NonCompliant, Fingerprint: rule + terraformType,
			Resource: assessment.Resource{Type: typ, TerraformType: terraformType, Address: terraformType + ".horse", ID: "horse"}}
	}
	redshift := &assessment.Result{Rule: "REDSHIFT_CLUSTER_CONFIGURATION_CHECK", Verdict: assessment.Compliant, Fingerprint: "redshift",
		Resource: assessment.Resource{Type: "AWS::Redshift::Cluster", TerraformType: "aws_redshift_cluster", Address: "aws_redshift_cluster.horse"}}
	for _, test := range []struct {
		name    string
		results []*assessment.Result
		id      string
		want    bool
	}{
		{"a PostgreSQL instance", []*assessment.Result{finding("RDS_STORAGE_ENCRYPTED", "AWS::RDS::DBInstance", "aws_db_instance")}, "DOCDB-NEPTUNE-AS-RDS", false},
		{"an instance of DocumentDB", []*assessment.Result{finding("RDS_STORAGE_ENCRYPTED", "AWS::RDS::DBInstance", "aws_docdb_cluster_instance")}, "DOCDB-NEPTUNE-AS-RDS", true},
		{"a live instance", []*assessment.Result{finding("RDS_STORAGE_ENCRYPTED", "AWS::RDS::DBInstance", "")}, "DOCDB-NEPTUNE-AS-RDS", true},
		{"a bucket without a cluster that could log into it", []*assessment.Result{finding("S3_DEFAULT_ENCRYPTION_KMS", "AWS::S3::Bucket", "aws_s3_bucket")}, "REDSHIFT-LOG-BUCKET-NO-KMS-NO-LOCK", false},
		{"a bucket with one", []*assessment.Result{finding("S3_DEFAULT_ENCRYPTION_KMS", "AWS::S3::Bucket", "aws_s3_bucket"), redshift}, "REDSHIFT-LOG-BUCKET-NO-KMS-NO-LOCK", true},
		{"a live bucket", []*assessment.Result{finding("S3_DEFAULT_ENCRYPTION_KMS", "AWS::S3::Bucket", "")}, "REDSHIFT-LOG-BUCKET-NO-KMS-NO-LOCK", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := string(suggestions(test.results, time.Now()))
			if got := strings.Contains(text, "# "+test.id+": "); got != test.want {
				t.Errorf("%s is suggested: %v, want %v", test.id, got, test.want)
			}
		})
	}
}
