package policy_test

import (
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// blocked are the patterns of the questions about KMS.
var blocked = []string{"kms:Decrypt", "kms:ReEncrypt*"}

func TestAllowsDecryptionWithAllKeys(t *testing.T) {
	t.Parallel()
	const all = "arn:aws:kms:*:*:key/*"
	for _, c := range []struct {
		name, elements string
		want           logic.Truth
		action         string
	}{
		{"the action itself", `"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"`, yes, "kms:Decrypt"},
		{"in any case", `"Effect":"Allow","Action":["s3:GetObject","KMS:decrypt"],"Resource":["a","*"]`, yes, "KMS:decrypt"},
		{"a wildcard that matches it", `"Effect":"Allow","Action":"kms:D*","Resource":"*"`, yes, "kms:D*"},
		{"a wildcard that the pattern meets", `"Effect":"Allow","Action":"kms:ReEncryptFrom","Resource":"*"`, yes, "kms:ReEncryptFrom"},
		{"everything", `"Effect":"Allow","Action":"*","Resource":"*"`, yes, "*"},
		{"all but other actions", `"Effect":"Allow","NotAction":["iam:*","kms:Encrypt"],"Resource":"*"`, yes, "everything but iam:*, kms:Encrypt"},
		{"all but KMS", `"Effect":"Allow","NotAction":["kms:*"],"Resource":"*"`, no, ""},
		{"all but these", `"Effect":"Allow","NotAction":["kms:Re*","kms:Decrypt"],"Resource":"*"`, no, ""},
		{"all but some of these", `"Effect":"Allow","NotAction":["kms:ReEncryptFrom","kms:Decrypt"],"Resource":"*"`, yes, "everything but kms:ReEncryptFrom, kms:Decrypt"},
		{"other actions", `"Effect":"Allow","Action":["kms:Encrypt","kms:GenerateDataKey*"],"Resource":"*"`, no, ""},
		{"denied", `"Effect":"Deny","Action":"kms:*","Resource":"*"`, no, ""},
		{"a condition does not matter", `"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}`, yes, "kms:*"},
		{"all keys by ARN", `"Effect":"Allow","Action":"kms:*","Resource":"` + all + `"`, yes, "kms:*"},
		{"all of KMS by ARN", `"Effect":"Allow","Action":"kms:*","Resource":"arn:*:kms:*:*:*"`, yes, "kms:*"},
		{"all in a partition that is not known", `"Effect":"Allow","Action":"kms:*","Resource":"arn:` + hole("p") + `:kms:*:*:key/*"`, yes, "kms:*"},
		{"all but other resources", `"Effect":"Allow","Action":"kms:*","NotResource":"arn:aws:s3:::*"`, yes, "kms:*"},
		{"all but one key", `"Effect":"Allow","Action":"kms:*","NotResource":"` + keyARN + `"`, no, ""},
		{"the keys of a Region", `"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:us-east-1:*:key/*"`, no, ""},
		{"the keys of an account", `"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:111122223333:key/*"`, no, ""},
		{"the keys of this account", `"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:` + account + `:key/*"`, no, ""},
		{"aliases", `"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:*:alias/*"`, no, ""},
		{"one key by reference", `"Effect":"Allow","Action":"kms:*","Resource":"` + keyARN + `"`, no, ""},
		{"a reference that may be anything else", `"Effect":"Allow","Action":"kms:*","Resource":"` + ref("module.m.aws_x.y", "key_arn") + `"`, no, ""},
		{"a bucket by reference", `"Effect":"Allow","Action":"*","Resource":["` + bucketARN + `","` + bucketARN + `/*"]`, no, ""},
		{"resources in a hole", `"Effect":"Allow","Action":"kms:*","Resource":"` + hole("why") + `"`, unknown, ""},
		{"resources from a variable", `"Effect":"Allow","Action":"kms:*","Resource":"` + exact("var.keys") + `"`, unknown, ""},
		{"actions in a hole", `"Effect":"Allow","Action":["s3:*","` + hole("why") + `"],"Resource":"*"`, unknown, ""},
		{"a hole that cannot matter", `"Effect":"Allow","Action":["s3:` + hole("why") + `"],"Resource":"*"`, no, ""},
		{"no action", `"Effect":"Allow","Resource":"*"`, unknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, document(c.elements)).AllowsAction(blocked, policy.AllKMSKeys())
			if got.Truth != c.want || got.Action != c.action {
				t.Errorf("got %v by %q (%s), want %v by %q", got.Truth, got.Action, got.Reason, c.want, c.action)
			}
		})
	}
}

func TestAllowsActionTells(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"},{"Sid":"Use","Effect":"Allow","Action":["s3:*","kms:De*"],"Resource":"`+bucketARN+`"}]}`)
	got := d.AllowsAction(blocked, nil)
	if got.Truth != yes || got.Statement != &d.Statements[1] || got.Reason != "Statement[1] (Use) allows kms:De* on ${aws_s3_bucket.phi.arn}" {
		t.Errorf("got %+v", got)
	}
	if got := d.AllowsAction(blocked, policy.Touching("arn:aws:s3:::*")); got.Truth != yes {
		t.Errorf("touching buckets: got %v", got.Truth)
	}
	if got := d.AllowsAction(blocked, policy.Touching("arn:aws:kms:*")); got.Truth != no || got.Reason != "no statement allows kms:Decrypt, kms:ReEncrypt* on such resources" {
		t.Errorf("touching keys: got %v %s", got.Truth, got.Reason)
	}
}

func TestHasAdminStatement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		elements string
		want     logic.Truth
	}{
		{`"Effect":"Allow","Action":"*","Resource":"*"`, yes},
		{`"Effect":"Allow","Action":["s3:*","*"],"Resource":["arn:aws:s3:::b","*"]`, yes},
		{`"Effect":"Allow","Action":"*:*","Resource":"*"`, yes},
		{`"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`, yes},
		{`"Effect":"Deny","Action":"*","Resource":"*"`, no},
		{`"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*"`, no},
		{`"Effect":"Allow","Action":"iam:*","Resource":"*"`, no},
		{`"Effect":"Allow","NotAction":"iam:*","Resource":"*"`, no},
		{`"Effect":"Allow","NotAction":[],"Resource":"*"`, yes},
		{`"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b"`, no},
		{`"Effect":"Allow","Action":"*","Resource":"` + bucketARN + `"`, no},
		{`"Effect":"Allow","Action":"` + hole("why") + `","Resource":"*"`, unknown},
		{`"Effect":"Allow","Action":"*","Resource":"` + hole("why") + `"`, unknown},
		{`"Effect":"Allow","Action":"*","Resource":["` + hole("why") + `","*"]`, yes},
		{`"Effect":"Allow","Action":"iam:` + hole("why") + `","Resource":"*"`, no},
		{`"Effect":"Allow","Action":"*"`, unknown},
	} {
		if got := parse(t, document(c.elements)).HasAdminStatement(); got.Truth != c.want {
			t.Errorf("%s: got %v (%s), want %v", policy.Display(c.elements), got.Truth, got.Reason, c.want)
		}
	}
}

func TestFullAccess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		elements string
		want     logic.Truth
		action   string
	}{
		{`"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b"`, yes, "s3:*"},
		{`"Effect":"Allow","Action":["ec2:Describe*","rds-data:*"],"Resource":"*"`, yes, "rds-data:*"},
		{`"Effect":"Allow","Action":"*","Resource":"*"`, yes, "*"},
		{`"Effect":"Allow","Action":"*:*","Resource":"*"`, yes, "*:*"},
		{`"Effect":"Allow","Action":"s3:**","Resource":"*"`, yes, "s3:**"},
		{`"Effect":"Allow","Action":"` + hole("s: x") + `:*","Resource":"*"`, yes, hole("s: x") + ":*"},
		{`"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`, yes, "s3:*"},
		{`"Effect":"Allow","NotAction":"iam:*","Resource":"*"`, yes, "everything but iam:*"},
		{`"Effect":"Allow","NotAction":"iam:CreateUser","Resource":"*"`, yes, "everything but iam:CreateUser"},
		{`"Effect":"Allow","NotAction":"*","Resource":"*"`, no, ""},
		{`"Effect":"Allow","NotAction":"*:Delete*","Resource":"*"`, no, ""},
		{`"Effect":"Allow","NotAction":"` + hole("why") + `","Resource":"*"`, unknown, ""},
		{`"Effect":"Allow","Action":["ec2:Describe*","s3:Get*"],"Resource":"*"`, no, ""},
		{`"Effect":"Allow","Action":"s3:*Object","Resource":"*"`, no, ""},
		{`"Effect":"Deny","Action":"s3:*","Resource":"*"`, no, ""},
		{`"Effect":"Allow","Action":"s3:` + hole("why") + `","Resource":"*"`, unknown, ""},
		{`"Effect":"Allow","Action":"s3` + hole("why") + `","Resource":"*"`, unknown, ""},
		{`"Effect":"Allow","Action":"s3:Get` + hole("why") + `","Resource":"*"`, no, ""},
		{`"Effect":"Allow","Action":"` + hole("why") + `","Resource":"*"`, unknown, ""},
		{`"Effect":"` + hole("why") + `","Action":"s3:*","Resource":"*"`, unknown, ""},
		{`"Effect":"Allow","Action":[],"Resource":"*"`, no, ""},
		{`"Effect":"Allow","Resource":"*"`, unknown, ""},
	} {
		got := parse(t, document(c.elements)).FullAccess()
		if got.Truth != c.want || got.Action != c.action {
			t.Errorf("%s: got %v by %q (%s), want %v by %q", policy.Display(c.elements), got.Truth, got.Action, got.Reason, c.want, c.action)
		}
	}
}

func TestFullAccessStatements(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Statement":[
		{"Effect":"Allow","Action":"s3:*","Resource":"*"},
		{"Effect":"Allow","Action":"s3:Get*","Resource":"*"},
		{"Effect":"Allow","Action":"`+hole("why")+`","Resource":"*"},
		{"Effect":"Allow","Action":["a:b","ec2:*"],"Resource":"*"}]}`)
	var found []string
	for _, a := range d.FullAccessStatements() {
		found = append(found, a.Truth.String()+" "+a.Reason)
	}
	want := []string{
		"true Statement[0] allows s3:*",
		"unknown Statement[2] may allow all actions of a service: ${?}",
		"true Statement[3] allows ec2:*",
	}
	if len(found) != len(want) {
		t.Fatalf("got %q, want %q", found, want)
	}
	for i := range want {
		if found[i] != want[i] {
			t.Errorf("got %q, want %q", found[i], want[i])
		}
	}
}
