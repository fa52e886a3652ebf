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

func TestTruth(t *testing.T) {
	t.Parallel()
	const U, F, T = policy.Unknown, policy.False, policy.True
	var zero policy.Truth
	if zero != U {
		t.Errorf("the zero truth is %v, want unknown", zero)
	}
	for _, c := range []struct{ a, b, all, any policy.Truth }{
		{U, U, U, U}, {U, F, F, U}, {U, T, U, T},
		{F, U, F, U}, {F, F, F, F}, {F, T, F, T},
		{T, U, U, T}, {T, F, F, T}, {T, T, T, T},
	} {
		if got := policy.All(c.a, c.b); got != c.all {
			t.Errorf("All(%v, %v) = %v, want %v", c.a, c.b, got, c.all)
		}
		if got := policy.Any(c.a, c.b); got != c.any {
			t.Errorf("Any(%v, %v) = %v, want %v", c.a, c.b, got, c.any)
		}
		if got, want := policy.All(c.a, c.b).Not(), policy.Any(c.a.Not(), c.b.Not()); got != want {
			t.Errorf("not All(%v, %v) = %v, want %v", c.a, c.b, got, want)
		}
	}
	if policy.All() != T || policy.Any() != F || policy.Of(true) != T || policy.Of(false) != F {
		t.Error("All of none is true, Any of none false")
	}
	for truth, want := range map[policy.Truth]string{U: "unknown", F: "false", T: "true"} {
		if got := truth.String(); got != want {
			t.Errorf("String of %d = %q, want %q", truth, got, want)
		}
	}
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
