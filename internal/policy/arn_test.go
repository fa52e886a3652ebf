package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

func TestParseARN(t *testing.T) {
	t.Parallel()
	region := hole("why: nobody says")
	for _, c := range []struct {
		text string
		want policy.ARN
		ok   bool
	}{
		{"arn:aws:s3:::b/a:b", policy.ARN{Partition: "aws", Service: "s3", Resource: "b/a:b"}, true},
		{"arn:aws:kms:us-east-1:111122223333:key/k", policy.ARN{Partition: "aws", Service: "kms", Region: "us-east-1", Account: "111122223333", Resource: "key/k"}, true},
		{"arn:aws:kms:" + region + ":" + account + ":key/" + exact("var.k"), policy.ARN{Partition: "aws", Service: "kms", Region: region, Account: account, Resource: "key/" + exact("var.k")}, true},
		{"arn:*:*:*:*:*", policy.ARN{Partition: "*", Service: "*", Region: "*", Account: "*", Resource: "*"}, true},
		{"arn:aws:s3:::${aws:username}", policy.ARN{Partition: "aws", Service: "s3", Resource: "${aws:username}"}, true},
		{"arn:aws:s3::b", policy.ARN{}, false},
		{"urn:aws:s3:::b", policy.ARN{}, false},
		{"", policy.ARN{}, false},
		{bucketARN, policy.ARN{}, false},
	} {
		got, ok := policy.ParseARN(c.text)
		if diff := cmp.Diff(c.want, got); ok != c.ok || diff != "" {
			t.Errorf("ParseARN(%q): %v (-want +got)\n%s", policy.Display(c.text), ok, diff)
		}
		if ok && got.String() != c.text {
			t.Errorf("ParseARN(%q) reads %q again", policy.Display(c.text), policy.Display(got.String()))
		}
	}
}

func TestARNComparisons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b         string
		same, covers logic.Truth
	}{
		{"arn:aws:s3:::b", "arn:aws:s3:::b", yes, yes},
		{"arn:aws:s3:::b", "arn:aws-cn:s3:::b", no, no},
		{"arn:aws:s3:::b", "arn:" + hole("why") + ":s3:::b", yes, yes},
		{"arn:aws:s3:::b", "arn:aws:s3:::" + bucketID, unknown, unknown},
		{"arn:aws:s3:::b", "arn:aws:sns:::" + bucketID, no, no},
		{"arn:aws:iam::" + account + ":role/r", "arn:aws:iam::" + account + ":role/r", yes, yes},
		{"arn:aws:iam::*:role/*", "arn:aws:iam::" + account + ":role/r", no, yes},
		{"arn:aws:iam:*:role/r", "arn:aws:iam::x:role/r", no, no},
		{"arn:aws:sns:*:1:t", "arn:aws:sns:us-east-2:9:s:1:t", no, no},
	} {
		a, okA := policy.ParseARN(c.a)
		b, okB := policy.ParseARN(c.b)
		if !okA && c.a != "arn:aws:iam:*:role/r" || !okB {
			t.Fatalf("%q or %q is no ARN", c.a, c.b)
		}
		if got := a.Same(b); okA && got != c.same {
			t.Errorf("%q same as %q = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.same)
		}
		if got := a.Covers(b); okA && got != c.covers {
			t.Errorf("%q covers %q = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.covers)
		}
	}
}

func TestOfService(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, service string
		want          logic.Truth
	}{
		{bucketARN, "s3", yes},
		{bucketARN, "kms", no},
		{keyARN, "kms", yes},
		{ref("aws_db_instance.d", "arn"), "rds", yes},
		{ref("aws_unheard_of.x", "arn"), "s3", unknown},
		{ref("module.m.aws_x.y", "id"), "s3", unknown},
		{"arn:aws:s3:::b", "s3", yes},
		{"arn:aws:s3-outposts:r:a:x", "s3", no},
		{"name", "s3", no},
		{hole("why"), "s3", unknown},
	} {
		if got := policy.OfService(c.text, c.service); got != c.want {
			t.Errorf("OfService(%q, %q) = %v, want %v", policy.Display(c.text), c.service, got, c.want)
		}
	}
}

func TestAccountOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"111122223333":                          "111122223333",
		"arn:aws:iam::111122223333:root":        "111122223333",
		"arn:aws:iam::" + account + ":root":     account,
		"arn:aws:s3:::b":                        "",
		"11112222333x":                          "",
		"1111":                                  "",
		ref("aws_iam_role.r", "arn"):            "",
		"arn:aws:iam::" + hole("w:x") + ":root": hole("w:x"),
	} {
		if got := policy.AccountOf(text); got != want {
			t.Errorf("AccountOf(%q) = %q, want %q", policy.Display(text), policy.Display(got), policy.Display(want))
		}
	}
}
