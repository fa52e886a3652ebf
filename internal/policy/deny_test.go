package policy_test

import (
	"slices"
	"strings"
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

const overHTTP = `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`

func TestDeniesInsecureTransport(t *testing.T) {
	t.Parallel()
	const name = "arn:aws:s3:::phi"
	both := `"Resource":["` + name + `","` + name + `/*"]`
	deny := func(condition string) string {
		return document(`"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*",` + both + `,"Condition":` + condition)
	}
	for _, c := range []struct {
		name, text string
		want       logic.Truth
		reason     string
	}{
		{"what AWS's remediation writes", document(`"Effect":"Deny","Principal":"*","Action":"s3:*",` + both + `,` + overHTTP),
			yes, "Statement[0] denies s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP to everyone"},
		{"no statement", `{"Version":"2012-10-17","Statement":[]}`,
			no, "no statement denies s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP"},
		{"principal AWS *", document(`"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*",` + both + `,` + overHTTP), yes, ""},
		{"principal AWS [*]", document(`"Effect":"Deny","Principal":{"AWS":["*"]},"Action":"*","Resource":"*",` + overHTTP), yes, ""},
		{"lower and mixed case", document(`"Effect":"Deny","Principal":"*","Action":"S3:*","Resource":"*","Condition":{"bool":{"AWS:securetransport":false}}`), yes, ""},
		{"a list with false", deny(`{"Bool":{"aws:SecureTransport":["false"]}}`), yes, ""},
		{"IfExists", deny(`{"BoolIfExists":{"aws:SecureTransport":"false"}}`), yes, ""},
		{"as a string", deny(`{"StringEquals":{"aws:SecureTransport":"false"}}`), yes, ""},
		{"not true", deny(`{"StringNotEquals":{"aws:SecureTransport":"true"}}`), yes, ""},
		{"for any value", deny(`{"ForAnyValue:Bool":{"aws:SecureTransport":"false"}}`), yes, ""},
		{"no condition at all denies HTTP too", document(`"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"`), yes, ""},
		{"empty condition", deny(`{}`), yes, ""},

		{"true instead of false", deny(`{"Bool":{"aws:SecureTransport":"true"}}`), no,
			"Statement[0] (TLS) does not deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: it is about requests with Bool aws:SecureTransport true alone"},
		{"null", deny(`{"Null":{"aws:SecureTransport":"true"}}`), no, ""},
		{"an allowance over TLS alone", document(`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`),
			no, "no statement denies s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP"},
		{"a TLS version alone", deny(`{"NumericLessThan":{"s3:TlsVersion":1.2}}`), no, ""},
		{"both at once: HTTP has no TLS version", deny(`{"Bool":{"aws:SecureTransport":"false"},"NumericLessThan":{"s3:TlsVersion":"1.2"}}`),
			no, "Statement[0] (TLS) does not deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: it is about requests with NumericLessThan s3:TlsVersion 1.2 alone"},
		{"another condition excuses some", deny(`{"Bool":{"aws:SecureTransport":"false"},"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}`), no, ""},
		{"services are excused", deny(`{"Bool":{"aws:SecureTransport":"false","aws:PrincipalIsAWSService":"false"}}`), no, ""},
		{"a condition that always holds", deny(`{"Bool":{"aws:SecureTransport":"false"},"StringLikeIfExists":{"aws:UserAgent":"*"}}`), yes, ""},
		{"both versions of TLS and none", deny(`{"Bool":{"aws:SecureTransport":["true","false"]}}`), yes, ""},

		{"one action", document(`"Effect":"Deny","Principal":"*","Action":"s3:GetObject",` + both + `,` + overHTTP), no,
			"Statement[0] does not deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: it is about s3:GetObject alone"},
		{"many actions", document(`"Effect":"Deny","Principal":"*","Action":["s3:Get*","s3:Put*","s3:List*","s3:Delete*"],` + both + `,` + overHTTP), no, ""},
		{"one principal", document(`"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:*",` + both + `,` + overHTTP), no,
			"Statement[0] does not deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: it is about AWS arn:aws:iam::111122223333:root alone"},
		{"all services", document(`"Effect":"Deny","Principal":{"Service":"*"},"Action":"s3:*",` + both + `,` + overHTTP), no, ""},
		{"all but one principal", document(`"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*",` + both + `,` + overHTTP), no, ""},
		{"no principal", document(`"Effect":"Deny","Action":"s3:*",` + both + `,` + overHTTP), no, ""},
		{"objects alone", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"` + name + `/*",` + overHTTP), no,
			"Statement[0] does not deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: it is about arn:aws:s3:::phi/* alone"},
		{"bucket alone", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"` + name + `",` + overHTTP), no, ""},
		{"a prefix of the objects", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + name + `","` + name + `/a/*"],` + overHTTP), no, ""},
		{"another bucket", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],` + overHTTP), no, ""},
		{"all buckets of a prefix", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::ph*",` + overHTTP), yes, ""},
		{"all actions but those of others", document(`"Effect":"Deny","Principal":"*","NotAction":["ec2:*"],"NotResource":"arn:aws:s3:::logs/*",` + overHTTP), yes, ""},
		{"all actions but one", document(`"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"*",` + overHTTP), no,
			"Statement[0] does not deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: it is about everything but s3:GetObject alone"},
		{"all resources but the bucket's", document(`"Effect":"Deny","Principal":"*","Action":"*","NotResource":"` + name + `/public/*",` + overHTTP), no, ""},
		{"two statements together", `{"Version":"2012-10-17","Statement":[
			{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"` + name + `",` + overHTTP + `},
			{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + name + `/*"},
			{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"` + name + `/*",` + overHTTP + `}]}`, yes, ""},

		{"by reference", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + bucketARN + `","` + bucketARN + `/*"],` + overHTTP), yes, ""},
		{"by the bucket's id", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::` + bucketID + `","arn:aws:s3:::` + bucketID + `/*"],` + overHTTP), yes, ""},
		{"in a partition that is not known", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:` + hole("p") + `:s3:::phi","arn:` + hole("p") + `:s3:::phi/*"],` + overHTTP), yes, ""},
		{"by reference to another", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + otherARN + `","` + otherARN + `/*"],` + overHTTP), no, ""},
		{"a name that is not known", document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::` + hole("why") + `","arn:aws:s3:::` + hole("why") + `/*"],` + overHTTP),
			unknown, "Statement[0] may deny s3:* on ${aws_s3_bucket.phi.arn} over plain HTTP: arn:aws:s3:::${?}, arn:aws:s3:::${?}/* is not known"},
		{"a value that is not known", deny(`{"Bool":{"aws:SecureTransport":"` + hole("why") + `"}}`), unknown, ""},
		{"a key that is not known", deny(`{"Bool":{"` + hole("why") + `":"false"}}`), unknown, ""},
		{"an operator that is not known", deny(`{"` + hole("why") + `":{"aws:SecureTransport":"false"}}`), unknown, ""},
		{"a condition that is not known", deny(`"` + hole("why") + `"`), unknown, ""},
		{"a principal that is not known", document(`"Effect":"Deny","Principal":"` + hole("why") + `","Action":"s3:*",` + both + `,` + overHTTP), unknown, ""},
		{"a hole in a statement that cannot matter", document(`"Effect":"Allow","Principal":"` + hole("why") + `","Action":"s3:*","Resource":"*"`), no, ""},
		{"a hole beside what decides", `{"Statement":["` + hole("why") + `",{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",` + overHTTP + `}]}`, yes, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := parse(t, c.text)
			got := d.DeniesInsecureTransport(bucketARN, name)
			if got.Truth != c.want {
				t.Errorf("got %v (%s), want %v", got.Truth, got.Reason, c.want)
			}
			if c.reason != "" && got.Reason != c.reason {
				t.Errorf("reason\n got %s\nwant %s", got.Reason, c.reason)
			}
			if got.Truth == unknown && !slices.Equal(got.Causes, []string{"why"}) {
				t.Errorf("causes %q, want why", got.Causes)
			}
			if strings.Contains(got.Reason, "\uE000") {
				t.Errorf("a placeholder in the reason %q", got.Reason)
			}
		})
	}
}

// TestDeniesNothing asks about nothing, which nobody can deny.
func TestDeniesNothing(t *testing.T) {
	t.Parallel()
	d := parse(t, document(`"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"`))
	for name, a := range map[string]policy.Answer{
		"no bucket":   d.DeniesInsecureTransport(),
		"no action":   d.Denies(policy.Question{Resources: [][]string{{"*"}}}),
		"no resource": d.Denies(policy.Question{Actions: []string{"*"}}),
		"no spelling": d.Denies(policy.Question{Actions: []string{"*"}, Resources: [][]string{{}}}),
	} {
		if a.Truth != unknown || a.Reason == "" {
			t.Errorf("%s: got %v %q, want unknown and why", name, a.Truth, a.Reason)
		}
	}
}

// TestDeniesManualDeletion asks for three actions on everything.
func TestDeniesManualDeletion(t *testing.T) {
	t.Parallel()
	const three = `["backup:DeleteRecoveryPoint","backup:UpdateRecoveryPointLifecycle","backup:PutBackupVaultAccessPolicy"]`
	const role = "arn:aws:iam::111122223333:role/admin"
	for _, c := range []struct {
		name, text string
		except     []string
		want       logic.Truth
	}{
		{"one statement", document(`"Effect":"Deny","Principal":"*","Action":` + three + `,"Resource":"*"`), nil, yes},
		{"wildcards", document(`"Effect":"Deny","Principal":{"AWS":"*"},"Action":["backup:Delete*","backup:Update*","backup:Put*"],"Resource":["*"]`), nil, yes},
		{"several statements", `{"Statement":[
			{"Effect":"Deny","Principal":"*","Action":"backup:DeleteRecoveryPoint","Resource":"*"},
			{"Effect":"Deny","Principal":"*","Action":["backup:UpdateRecoveryPointLifecycle","backup:PutBackupVaultAccessPolicy"],"Resource":"*"}]}`, nil, yes},
		{"two of three", document(`"Effect":"Deny","Principal":"*","Action":["backup:DeleteRecoveryPoint","backup:UpdateRecoveryPointLifecycle"],"Resource":"*"`), nil, no},
		{"the vault alone", document(`"Effect":"Deny","Principal":"*","Action":"backup:*","Resource":"` + ref("aws_backup_vault.v", "arn") + `"`), nil, no},
		{"one role", document(`"Effect":"Deny","Principal":{"AWS":"` + role + `"},"Action":"backup:*","Resource":"*"`), nil, no},
		{"a condition", document(`"Effect":"Deny","Principal":"*","Action":"backup:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"` + role + `"}}`), nil, no},
		{"everyone but one", document(`"Effect":"Deny","NotPrincipal":{"AWS":"` + role + `"},"Action":"backup:*","Resource":"*"`), nil, no},
		{"a condition, excused", document(`"Effect":"Deny","Principal":"*","Action":"backup:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["` + role + `"]}}`), []string{role}, yes},
		{"everyone but one, excused", document(`"Effect":"Deny","NotPrincipal":{"AWS":"` + role + `"},"Action":"backup:*","Resource":"*"`), []string{role}, yes},
		{"another is excused", document(`"Effect":"Deny","NotPrincipal":{"AWS":"` + role + `"},"Action":"backup:*","Resource":"*"`), []string{"arn:aws:iam::111122223333:role/x"}, no},
		{"one too many in the condition", document(`"Effect":"Deny","Principal":"*","Action":"backup:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["` + role + `","` + role + `2"]}}`), []string{role}, no},
		{"actions in a hole", document(`"Effect":"Deny","Principal":"*","Action":"` + hole("why") + `","Resource":"*"`), nil, unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, c.text).Denies(policy.Question{
				Actions:   []string{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"},
				Resources: [][]string{{"*"}},
				Except:    c.except,
			})
			if got.Truth != c.want {
				t.Errorf("got %v (%s), want %v", got.Truth, got.Reason, c.want)
			}
		})
	}
}

// TestDeniesUnencryptedUploads asks about requests that lack a key.
func TestDeniesUnencryptedUploads(t *testing.T) {
	t.Parallel()
	q := policy.Question{
		Actions: []string{"s3:PutObject"}, Resources: [][]string{{bucketARN + "/*"}},
		Context: policy.Context{"s3:x-amz-server-side-encryption": nil},
	}
	for condition, want := range map[string]logic.Truth{
		`{"Null":{"s3:x-amz-server-side-encryption":"true"}}`:                 yes,
		`{"Null":{"s3:x-amz-server-side-encryption":"false"}}`:                no,
		`{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}`:   yes,
		`{"StringEquals":{"s3:x-amz-server-side-encryption":"AES256"}}`:       no,
		`{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":"a"}}`: yes,
	} {
		d := parse(t, document(`"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"`+bucketARN+`/*","Condition":`+condition))
		if got := d.Denies(q); got.Truth != want {
			t.Errorf("%s: got %v (%s), want %v", condition, got.Truth, got.Reason, want)
		}
	}
}
