package cli_test

import (
	"net/http/httptest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"safeguard/internal/audit/awsfake"
)

// fakeaws serves a small account like AWS until the script ends, and points the
// AWS configuration to it. With ocsf it has Security Hub of 2025 alone.
func fakeaws(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 || len(args) == 1 && args[0] != "ocsf" {
		ts.Fatalf("usage: fakeaws [ocsf]")
	}
	const account, region = "111111111111", "eu-central-1"
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	finding := func(id, control, status, typ, resource string) *awsfake.Finding {
		return &awsfake.Finding{ID: id, Account: account, Region: region, Control: control, Status: status, Workflow: "NEW", Severity: "HIGH",
			Title: "title of " + control, ResourceType: typ, ResourceID: resource, Standards: []string{"standards/aws-foundational-security-best-practices/v/1.0.0"}}
	}
	const pack = "-conformance-pack-abc"
	w := &awsfake.World{Account: account, EmptyPages: true, Page: 1, Places: map[awsfake.Place]*awsfake.Contents{
		{Account: account, Region: region}: {
			Recorder: "recording", Hub: len(args) == 0, HubV2: len(args) == 1,
			Rules: []awsfake.Rule{
				{Name: "s3-bucket-versioning-enabled" + pack, Identifier: "S3_BUCKET_VERSIONING_ENABLED", Evaluations: []awsfake.Evaluation{
					{Type: "AWS::S3::Bucket", ID: "records", Verdict: "NON_COMPLIANT", At: at},
					{Type: "AWS::S3::Bucket", ID: "logs", Verdict: "COMPLIANT", At: at},
				}},
				{Name: "annual-risk-assessment-performed" + pack, Identifier: "AWS_CONFIG_PROCESS_CHECK"},
			},
			Packs: []awsfake.Pack{{Name: "hipaa", Score: "50.0", Rules: []string{"s3-bucket-versioning-enabled" + pack, "annual-risk-assessment-performed" + pack}}},
			Findings: []*awsfake.Finding{
				finding("finding-1", "S3.14", "FAILED", "AwsS3Bucket", "arn:aws:s3:::records"),
				finding("finding-2", "EC2.25", "FAILED", "AwsEc2LaunchTemplate", "lt-1"),
			},
		},
	}}
	srv := httptest.NewServer(w)
	ts.Defer(srv.Close)
	for k, v := range map[string]string{
		"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": region, "AWS_ACCESS_KEY_ID": "AKIAOWN", "AWS_SECRET_ACCESS_KEY": "not-to-be-shown",
		"AWS_EC2_METADATA_DISABLED": "true",
	} {
		ts.Setenv(k, v)
	}
}
