package policy_test

import (
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// get is a statement that allows reading to a principal, with a condition.
func get(principal, condition string) string {
	elements := `"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Principal":` + principal
	if condition != "" {
		elements += `,"Condition":` + condition
	}
	return document(elements)
}

func TestAllowsPublicPrincipals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		principal string
		want      logic.Truth
	}{
		{`"*"`, yes},
		{`["*"]`, yes},
		{`""`, yes},
		{`{"AWS":"*"}`, yes},
		{`{"AWS":["*"]}`, yes},
		{`{"AWS":""}`, yes},
		{`{"AWS":["arn:aws:iam::111122223333:root","*"]}`, yes},
		{`{"*":"*"}`, yes},
		{`{"Service":"*"}`, yes},
		{`{"AWS":"arn:aws:iam::*:root"}`, yes},
		{`{"Federated":"graph.facebook.com"}`, yes}, // an example of the S3 User Guide
		{`{"Federated":"cognito-identity.amazonaws.com"}`, yes},
		{`{"AWS":"arn:aws:iam::111122223333:root"}`, no},
		{`{"AWS":["arn:aws:iam::111122223333:role/r","123456789012"]}`, no},
		{`{"AWS":123456789012}`, no},
		{`{"Service":"cloudtrail.amazonaws.com"}`, no},
		{`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, no},
		{`{"Federated":"arn:aws:iam::111122223333:saml-provider/p"}`, no},
		{`{"AWS":[]}`, no},
		{`{"AWS":"` + ref("aws_cloudfront_origin_access_identity.o", "iam_arn") + `"}`, no},
		{`{"AWS":"` + account + `"}`, no},
		{`{"AWS":"arn:aws:iam::` + account + `:root"}`, no},
		{`{"AWS":"arn:aws:iam::` + exact("var.account") + `:root"}`, no},
		{`{"Service":"logs.` + exact("var.region") + `.amazonaws.com"}`, no},
		{`{"AWS":"` + exact("var.account") + `"}`, unknown},
		{`{"AWS":["111122223333","` + hole("why") + `"]}`, unknown},
		{`{"AWS":["*","` + hole("why") + `"]}`, yes},
		{`"` + hole("why") + `"`, unknown},
		{`{"` + hole("why") + `":"x"}`, unknown},
		{`{"Service":"` + hole("why") + `"}`, unknown},
	} {
		if got := parse(t, get(c.principal, "")).AllowsPublic("s3:Get*", "s3:List*"); got.Truth != c.want {
			t.Errorf("%s: got %v (%s), want %v", policy.Display(c.principal), got.Truth, got.Reason, c.want)
		}
	}
	for _, c := range []struct {
		elements string
		want     logic.Truth
	}{
		{`"Effect":"Allow","Action":"s3:*","Resource":"*"`, no}, // a policy of an identity
		{`"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"`, yes},
		{`"Effect":"Allow","NotPrincipal":"*","Action":"s3:*","Resource":"*"`, no},
		{`"Effect":"Allow","NotPrincipal":"` + hole("why") + `","Action":"s3:*","Resource":"*"`, unknown},
		{`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`, no},
		{`"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"`, no},
		{`"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"*"`, yes},
		{`"Effect":"Allow","Principal":"*","Action":"S3:getobjectversion","Resource":"*"`, yes},
		{`"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`, yes},
		{`"Effect":"Allow","Principal":"*","NotAction":"s3:Put*","Resource":"*"`, yes},
		{`"Effect":"Allow","Principal":"*","NotAction":["s3:Get*","s3:L*"],"Resource":"*"`, no},
		{`"Effect":"Allow","Principal":"*","Action":"` + hole("why") + `","Resource":"*"`, unknown},
	} {
		if got := parse(t, document(c.elements)).AllowsPublic("s3:Get*", "s3:List*"); got.Truth != c.want {
			t.Errorf("%s: got %v (%s), want %v", policy.Display(c.elements), got.Truth, got.Reason, c.want)
		}
	}
}

func TestAllowsPublicConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		condition string
		want      logic.Truth
	}{
		// The examples of the S3 User Guide.
		{`{"StringLike":{"aws:SourceVpc":"vpc-*"}}`, yes},
		{`{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}`, no},

		// Each documented key with a fixed value.
		{`{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, no},
		{`{"StringEquals":{"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E1"}}`, no},
		{`{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}`, no},
		{`{"StringEquals":{"aws:SourceOwner":"111122223333"}}`, no},
		{`{"StringEquals":{"AWS:sourceaccount":111122223333}}`, no},
		{`{"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:111122223333:key/k"}}`, no},
		{`{"StringEquals":{"aws:userid":"AIDAEXAMPLE"}}`, no},
		{`{"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}}`, no},
		{`{"StringEquals":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:111122223333:accesspoint/a"}}`, no},
		{`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, no},
		{`{"stringequalsignorecase":{"aws:PrincipalAccount":"111122223333"}}`, no},
		{`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/r"}}`, no},
		{`{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/r"}}`, no},

		// Wildcards, variables, and one bad value among good ones.
		{`{"StringEquals":{"aws:SourceVpce":"vpce-*"}}`, yes},
		{`{"StringLike":{"aws:SourceVpce":["vpce-1","vpce-?"]}}`, yes},
		{`{"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}}`, yes},
		{`{"StringLike":{"aws:PrincipalArn":"*"}}`, yes},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/r"}}`, yes},
		{`{"StringLike":{"aws:userid":"*"}}`, yes},

		// The page and what AWS's engineers write about it differ here.
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}`, unknown},
		{`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}`, unknown},
		{`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"*"}}`, yes},
		{`{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}`, unknown},
		{`{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`, unknown},
		{`{"Bool":{"aws:PrincipalIsAWSService":"true"}}`, unknown},
		{`{"Bool":{"aws:PrincipalIsAWSService":"false"}}`, yes},

		// Access points may have a wildcard for the name.
		{`{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:111122223333:accesspoint/*"}}`, no},
		{`{"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/*"}}`, yes},

		// Ranges of addresses: /8 and /32 are the broadest.
		{`{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"11.0.0.0/7"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"11.0.0.0/8"}}`, no},
		{`{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}`, no},
		{`{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}`, no},
		{`{"IpAddress":{"aws:SourceIp":"2001:d00::/24"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","::/0"]}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"` + ref("aws_eip.nat", "public_ip") + `/32"}}`, no},
		{`{"IpAddress":{"aws:SourceIp":"` + ref("aws_eip.nat", "public_ip") + `"}}`, no},
		{`{"IpAddress":{"aws:SourceIp":"` + ref("aws_eip.nat", "public_ip") + `/0"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"` + hole("why") + `"}}`, unknown},
		{`{"StringLike":{"aws:SourceIp":"203.0.113.*"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"office"}}`, unknown},

		// Operators that limit nothing.
		{`{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, yes},
		{`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`, yes},
		{`{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}`, yes},
		{`{"ForAllValues:StringEquals":{"aws:SourceVpce":"vpce-1"}}`, yes},
		{`{"ForAnyValue:StringEquals":{"aws:SourceVpce":"vpce-1"}}`, no},
		{`{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"},"Null":{"aws:SourceVpce":"false"}}`, no},
		{`{"ForAllValues:StringEquals":{"aws:SourceVpce":"vpce-1"},"Null":{"aws:sourcevpce":false}}`, no},
		{`{"ForAllValues:StringEquals":{"aws:SourceVpce":"vpce-1"},"Null":{"aws:SourceVpce":"true"}}`, yes},
		{`{"Null":{"aws:SourceVpce":"false"}}`, yes},

		// Keys that limit nothing.
		{`{"StringEquals":{"aws:Referer":"https://example.com"}}`, yes},
		{`{"Bool":{"aws:SecureTransport":"true"}}`, yes},
		{`{"StringEquals":{"aws:UserAgent":"secret"}}`, yes},
		{`{"StringEquals":{"s3:x-amz-acl":"public-read"}}`, yes},
		{`{"StringEquals":{"aws:PrincipalTag/team":"phi"}}`, yes},
		{`{}`, yes},
		// One that limits is enough.
		{`{"StringEquals":{"aws:Referer":"x","aws:SourceVpc":"vpc-1"}}`, no},
		{`{"StringEquals":{"aws:SourceVpce":[]}}`, no},

		// What is not known.
		{`{"StringEquals":{"aws:SourceAccount":"` + exact("var.account") + `"}}`, unknown},
		{`{"StringEquals":{"aws:SourceAccount":"` + account + `"}}`, no},
		{`{"StringEquals":{"aws:SourceVpce":"` + ref("aws_vpc_endpoint.s3", "id") + `"}}`, no},
		{`{"StringEquals":{"AWS:SourceArn":"` + ref("aws_cloudfront_distribution.d", "arn") + `"}}`, no},
		{`{"StringLike":{"AWS:SourceArn":"` + ref("aws_cloudfront_distribution.d", "arn") + `*"}}`, yes},
		{`{"StringEquals":{"` + hole("why") + `":"x"}}`, unknown},
		{`{"StringEquals":{"` + hole("why") + `:sub":"x"}}`, yes},
		{`{"` + hole("why") + `":{"aws:SourceVpce":"vpce-1"}}`, unknown},
		{`{"StringEqual":{"aws:SourceVpce":"vpce-1"}}`, unknown},
		{`"` + hole("why") + `"`, unknown},
	} {
		if got := parse(t, get(`"*"`, c.condition)).AllowsPublic("s3:Get*"); got.Truth != c.want {
			t.Errorf("%s: got %v (%s), want %v", policy.Display(c.condition), got.Truth, got.Reason, c.want)
		}
	}
}

func TestAllowsPublicAfterDenials(t *testing.T) {
	t.Parallel()
	const public = `{"Sid":"Read","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`
	for _, c := range []struct {
		name, denial string
		want         logic.Truth
		reason       string
	}{
		{"TLS", `"Principal":"*","Action":"s3:*","Resource":"*",` + overHTTP, yes, "Statement[0] (Read) allows s3:GetObject to everyone"},
		{"all of it", `"Principal":"*","Action":"s3:*","Resource":"*"`, no, "Statement[1] denies what Statement[0] (Read) allows"},
		{"everything", `"Principal":{"AWS":"*"},"NotAction":"ec2:*","NotResource":"arn:aws:s3:::c"`, no, ""},
		{"other actions", `"Principal":"*","Action":"s3:Put*","Resource":"*"`, yes, ""},
		{"other resources", `"Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/a/*"`, yes, ""},
		{"to one", `"Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"`, yes, ""},
		{"all but an endpoint", `"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`, unknown, ""},
		{"all but addresses", `"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, unknown, ""},
		{"all but most addresses", `"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"0.0.0.0/1"}}`, yes, ""},
		{"some addresses", `"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, yes, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, `{"Version":"2012-10-17","Statement":[`+public+`,{"Effect":"Deny",`+c.denial+`}]}`).AllowsPublic()
			if got.Truth != c.want || c.reason != "" && got.Reason != c.reason {
				t.Errorf("got %v (%s), want %v (%s)", got.Truth, got.Reason, c.want, c.reason)
			}
		})
	}
}

func TestAllowsPublicReason(t *testing.T) {
	t.Parallel()
	got := parse(t, get(`"*"`, `{"StringEquals":{"aws:Referer":"x"}}`)).AllowsPublic("s3:*")
	const want = "Statement[0] allows s3:GetObject to everyone, which the condition StringEquals aws:Referer x does not limit to fixed values"
	if got.Reason != want || got.Action != "s3:GetObject" {
		t.Errorf("got %s by %s, want %s", got.Reason, got.Action, want)
	}
}

// TestPolicyVariablesNeedAVersion has ${…} as literal text before 2012.
func TestPolicyVariablesNeedAVersion(t *testing.T) {
	t.Parallel()
	const statement = `"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"${aws:username}"}}}]`
	for version, want := range map[string]logic.Truth{
		`"Version":"2012-10-17",`:            yes,
		`"Version":"2008-10-17",`:            no,
		``:                                   no,
		`"Version":"` + hole("why") + `",`:   yes,
		`"Version":"2012-10-17","Id":"why",`: yes,
	} {
		if got := parse(t, "{"+version+statement+"}").AllowsPublic(); got.Truth != want {
			t.Errorf("%s: got %v, want %v", policy.Display(version), got.Truth, want)
		}
	}
}

func TestAllowsServiceWithout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		principal, condition string
		want                 logic.Truth
	}{
		{`{"Service":"s3.amazonaws.com"}`, `{}`, yes},
		{`{"Service":["sns.amazonaws.com","S3.amazonaws.com"]}`, `{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}`, yes},
		{`{"Service":"s3.amazonaws.com"}`, `{"StringEquals":{"AWS:SourceAccount":"111122223333"}}`, no},
		{`{"Service":"s3.amazonaws.com"}`, `{"StringEquals":{"aws:sourceaccount":"` + account + `"}}`, no},
		{`{"Service":"s3.amazonaws.com"}`, `{"StringLike":{"AWS:SourceAccount":"1111*"}}`, yes},
		{`{"Service":"s3.amazonaws.com"}`, `{"StringEqualsIfExists":{"AWS:SourceAccount":"111122223333"}}`, yes},
		{`{"Service":"s3.amazonaws.com"}`, `{"StringEquals":{"AWS:SourceAccount":"` + hole("why") + `"}}`, unknown},
		{`{"Service":"` + hole("why") + `"}`, `{}`, unknown},
		{`{"Service":"sns.amazonaws.com"}`, `{}`, no},
		{`{"AWS":"111122223333"}`, `{}`, no},
	} {
		text := document(`"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"f","Principal":` + c.principal + `,"Condition":` + c.condition)
		got := parse(t, text).AllowsServiceWithout("s3.amazonaws.com", []string{"aws:SourceAccount"}, "lambda:Invoke*")
		if got.Truth != c.want {
			t.Errorf("%s %s: got %v (%s), want %v", policy.Display(c.principal), policy.Display(c.condition), got.Truth, got.Reason, c.want)
		}
	}
}

// TestDocumentByHand has a statement that no text says, as of a resource whose
// arguments are one permission each.
func TestDocumentByHand(t *testing.T) {
	t.Parallel()
	grant := func(conditions ...policy.Condition) *policy.Document {
		return &policy.Document{Statements: []policy.Statement{{
			Effect:     policy.Allow,
			Principal:  policy.Principals{Present: true, List: []policy.Principal{{Kind: "*", Value: "*"}}},
			Action:     policy.Set{Present: true, Values: []string{"lambda:InvokeFunction"}},
			Resource:   policy.Set{Present: true, Values: []string{"*"}},
			Conditions: conditions,
		}}}
	}
	for _, c := range []struct {
		name string
		d    *policy.Document
		want logic.Truth
	}{
		{"without a condition", grant(), yes},
		{"limited", grant(policy.NewCondition("StringEquals", "aws:SourceAccount", "111122223333")), no},
		{"a condition that was not made", grant(policy.Condition{Operator: "StringEquals", Key: "aws:SourceAccount"}), unknown},
		{"nothing said", &policy.Document{Statements: make([]policy.Statement, 1)}, no},
	} {
		if got := c.d.AllowsPublic("lambda:*"); got.Truth != c.want {
			t.Errorf("%s: got %v (%s), want %v", c.name, got.Truth, got.Reason, c.want)
		}
	}
}
