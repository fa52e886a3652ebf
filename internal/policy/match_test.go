package policy_test

import (
	"strings"
	"testing"
	"time"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

const (
	unknown = logic.Unknown
	no      = logic.False
	yes     = logic.True
)

func TestActions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b               string
		covers, intersects logic.Truth
	}{
		{"s3:*", "s3:Get*", yes, yes},
		{"s3:Get*", "s3:*", no, yes},
		{"S3:GETOBJECT", "s3:GetObject", yes, yes},
		{"kms:Decr*", "kms:Decrypt", yes, yes},
		{"kms:Decrypt", "kms:Decr*", no, yes},
		{"kms:De*", "kms:*crypt", no, yes},
		{"kms:ReEncrypt*", "kms:Decrypt", no, no},
		{"*", "s3:*", yes, yes},
		{"*:*", "s3:GetObject", yes, yes},
		{"*", "*:*", yes, yes},
		{"*:*", "*", no, yes},
		{"s3:*", "*:*", no, yes},
		{"s3:?etObject", "s3:GetObject", yes, yes},
		{"s3:?etObject", "s3:etObject", no, no},
		{"s3:GetObject?", "s3:GetObject", no, no},
		{"s3:*Object*", "s3:PutObjectAcl", yes, yes},
		{"s3:**", "s3:*", yes, yes},
		{"s3:Get*", "s3:Put*", no, no},
		{"s3:", "s3:*", no, yes},
		{"", "", yes, yes},
		{"s3:*", "s3-outposts:GetObject", no, no},
		{hole("x"), "s3:GetObject", unknown, unknown},
		{"s3:" + hole("x"), "s3:GetObject", unknown, unknown},
		{"s3:" + hole("x"), "kms:Decrypt", no, no},
		{"s3:*" + hole("x"), "s3:*", unknown, yes},
		{"*", hole("x"), yes, unknown},
		{"s3:Get*" + hole("x"), "s3:*", no, yes},
	} {
		if got := policy.ActionCovers(c.a, c.b); got != c.covers {
			t.Errorf("ActionCovers(%q, %q) = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.covers)
		}
		if got := policy.ActionIntersects(c.a, c.b); got != c.intersects {
			t.Errorf("ActionIntersects(%q, %q) = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.intersects)
		}
		if got := policy.ActionIntersects(c.b, c.a); got != c.intersects {
			t.Errorf("ActionIntersects(%q, %q) = %v, want %v", policy.Display(c.b), policy.Display(c.a), got, c.intersects)
		}
	}
}

func TestResources(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b               string
		covers, intersects logic.Truth
	}{
		{"*", "arn:aws:s3:::b/*", yes, yes},
		{"arn:aws:s3:::*", "arn:aws:s3:::b/*", yes, yes},
		{"arn:aws:s3:::b*", "arn:aws:s3:::b", yes, yes},
		{"arn:aws:s3:::b*", "arn:aws:s3:::b/*", yes, yes},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b", no, no},
		{"arn:aws:s3:::b", "arn:aws:s3:::B", no, no},
		{"arn:*:kms:*:*:key/*", "arn:aws:kms:*:*:key/*", yes, yes},
		{"arn:aws:kms:*:*:*", "arn:aws:kms:*:*:key/*", yes, yes},
		{"arn:aws:kms:us-east-1:*:key/*", "arn:aws:kms:*:*:key/*", no, yes},
		{"arn:aws:kms:*", "arn:aws:kms:us-east-1:111122223333:key/a", yes, yes},

		// References: the same, its ARN by its name, another, a literal.
		{bucketARN, bucketARN, yes, yes},
		{bucketARN + "/*", bucketARN + "/a", yes, yes},
		{bucketARN + "*", bucketARN, yes, yes},
		{bucketARN + "*", bucketARN + "/*", yes, yes},
		{bucketARN + "/*", bucketARN, no, no},
		{"arn:aws:s3:::" + bucketID + "/*", bucketARN + "/*", yes, yes},
		{"arn:aws:s3:::" + ref("aws_s3_bucket.phi", "bucket"), bucketARN, yes, yes},
		{"arn:" + hole("partition") + ":s3:::" + bucketID, bucketARN, yes, yes},
		{"arn:" + hole("partition") + ":s3:::name", "arn:aws-us-gov:s3:::name", yes, yes},
		{"arn:" + hole("partition") + ":s3:::name", "arn:aws:s3:::other", no, no},
		{bucketARN, otherARN, no, no},
		{bucketARN + "/*", otherARN + "/*", no, no},
		{bucketARN + "-x/*", otherARN + "/*", unknown, unknown},
		{ref("aws_s3_bucket.b[0]", "arn"), ref("aws_s3_bucket.b[1]", "arn"), no, no},
		{ref("aws_s3_bucket.b[*]", "arn"), ref("aws_s3_bucket.b[1]", "arn"), unknown, unknown},
		{ref("data.aws_s3_bucket.b", "arn"), bucketARN, unknown, unknown},
		{ref(`module.m["a.b"].aws_s3_bucket.phi`, "arn"), bucketARN, no, no},
		{bucketARN, "arn:aws:s3:::name", unknown, unknown},
		{"arn:aws:s3:::name", bucketARN, unknown, unknown},
		{bucketARN, "arn:aws:sns:us-east-1:111122223333:t", no, no},
		{"arn:aws:s3:::*", bucketARN + "/*", yes, yes},
		{"arn:aws:kms:*", bucketARN, no, no},
		{"arn:aws:kms:*:*:key/*", keyARN, yes, yes},
		{keyARN, "arn:aws:kms:*:*:key/*", no, yes},
		{keyARN, "*", no, yes},
		{ref("aws_unheard_of.x", "arn"), "arn:aws:s3:::name", unknown, unknown},
		{ref("aws_unheard_of.x", "arn"), "name", no, no},
		{"arn:*", ref("aws_unheard_of.x", "arn"), yes, yes},
		{ref("aws_unheard_of.x", "arn") + "/*", "*", no, yes},
		{ref("aws_sns_topic.t", "id"), ref("aws_sns_topic.t", "arn"), yes, yes},

		// Holes.
		{hole("x"), "*", unknown, unknown},
		{"arn:aws:s3:::" + hole("x") + "/*", "arn:aws:s3:::name/*", unknown, unknown},
		{"arn:aws:s3:::" + hole("x"), "arn:aws:s3:::" + hole("x"), unknown, unknown},
		{"arn:aws:s3:::" + exact("var.b"), "arn:aws:s3:::" + exact("var.b"), yes, yes},
		{"arn:aws:s3:::" + exact("var.b"), "arn:aws:s3:::" + exact("var.c"), unknown, unknown},
		{"arn:aws:s3:::*", "arn:aws:s3:::" + hole("x"), yes, yes},
		// A variable may be the wildcard, an account number from AWS may not.
		{"arn:aws:kms:*:" + exact("var.account") + ":key/*", "arn:aws:kms:*:*:key/*", unknown, yes},
		{"arn:aws:kms:*:" + account + ":key/*", "arn:aws:kms:*:*:key/*", no, yes},

		// Policy variables are text of the request.
		{"arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/*", no, yes},
		{"arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/David/x", no, yes},
		{"arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${AWS:UserName}/x", yes, yes},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}", yes, yes},
		{"arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x", no, no},
		{"arn:aws:s3:::b/${aws:username", "arn:aws:s3:::b/${aws:username", yes, yes},
	} {
		if got := policy.ResourceCovers(c.a, c.b); got != c.covers {
			t.Errorf("ResourceCovers(%q, %q) = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.covers)
		}
		if got := policy.ResourceIntersects(c.a, c.b); got != c.intersects {
			t.Errorf("ResourceIntersects(%q, %q) = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.intersects)
		}
		if got := policy.ResourceIntersects(c.b, c.a); got != c.intersects {
			t.Errorf("ResourceIntersects(%q, %q) = %v, want %v", policy.Display(c.b), policy.Display(c.a), got, c.intersects)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want logic.Truth
	}{
		{"a", "a", yes},
		{"a", "A", no},
		{"a*", "ab", no},
		{bucketARN, bucketARN, yes},
		{bucketARN, "arn:aws:s3:::" + bucketID, yes},
		{bucketID, ref("aws_s3_bucket.phi", "bucket"), yes},
		{bucketID, "name", unknown},
		{bucketID, "", no},
		{bucketID, bucketID + "x", no},
		{bucketARN, otherARN, no},
		{ref("aws_iam_role.a", "name"), ref("aws_iam_user.a", "name"), unknown},
		{hole("x"), hole("x"), unknown},
		{"a" + hole("x"), "b" + hole("x"), no},
	} {
		if got := policy.Equal(c.a, c.b); got != c.want {
			t.Errorf("Equal(%q, %q) = %v, want %v", policy.Display(c.a), policy.Display(c.b), got, c.want)
		}
		if got := policy.Equal(c.b, c.a); got != c.want {
			t.Errorf("Equal(%q, %q) = %v, want %v", policy.Display(c.b), policy.Display(c.a), got, c.want)
		}
	}
}

// TestHostilePatterns has patterns that cost exponential time if nothing
// bounds it; the answer then is Unknown or right.
func TestHostilePatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b string }{
		{strings.Repeat("*a", 200), strings.Repeat("a*", 200)},
		{"*a" + strings.Repeat("?", 100), strings.Repeat("*a?", 60)},
		{strings.Repeat(hole("x")+"*?", 100), strings.Repeat("?*a", 100)},
		{strings.Repeat(bucketARN+"*", 50), strings.Repeat("*"+bucketARN, 50)},
	} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			policy.ResourceCovers(c.a, c.b)
			policy.ResourceCovers(c.b, c.a)
			policy.ResourceIntersects(c.a, c.b)
		}()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("no answer to %.40q and %.40q", c.a, c.b)
		}
	}
}
