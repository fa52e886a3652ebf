package policy_test

import (
	"testing"

	"safeguard/internal/policy"
)

// ref stands for an attribute of a resource that AWS has not created yet.
func ref(address, attribute string) string {
	return "\uE000" + address + "\uE001" + attribute + "\uE002"
}

// hole stands for text that nobody knows.
func hole(cause string) string { return "\uE000?" + cause + "\uE001\uE002" }

// exact stands for the value of base itself, which nobody knows.
func exact(base string) string { return "\uE000?=" + base + " has no value\uE001" + base + "\uE002" }

// account stands for the number of the account that runs Terraform.
var account = "\uE000?=account_id is known to AWS alone\uE001data.aws_caller_identity.current\uE002"

var (
	bucketARN = ref("aws_s3_bucket.phi", "arn")
	bucketID  = ref("aws_s3_bucket.phi", "id")
	otherARN  = ref("aws_s3_bucket.logs", "arn")
	keyARN    = ref("aws_kms_key.phi", "arn")
)

func parse(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", policy.Display(text), err)
	}
	return d
}

// document is a document of one statement with these elements.
func document(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{` + elements + `}]}`
}

func TestDisplay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                           "plain",
		bucketARN + "/*":                  "${aws_s3_bucket.phi.arn}/*",
		"a" + hole("why") + "b":           "a${?}b",
		exact("module.x.var.name"):        "${module.x.var.name}",
		"stray \uE000 and \uE000x":        "stray \uE000 and \uE000x",
		ref(`aws_s3_bucket.b["k"]`, "id"): `${aws_s3_bucket.b["k"].id}`,
	} {
		if got := policy.Display(text); got != want {
			t.Errorf("Display(%q) = %q, want %q", text, got, want)
		}
	}
}
