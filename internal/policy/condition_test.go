package policy_test

import (
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// TestConditions asks about requests whose keys are all known, so that a
// condition holds or not, and holds always if it does.
func TestConditions(t *testing.T) {
	t.Parallel()
	ctx := policy.Context{
		"aws:SecureTransport": {"false"},
		"aws:username":        {"David"},
		"aws:SourceIp":        {"203.0.113.7"},
		"aws:SourceIp6":       {"2001:db8::1"},
		"aws:PrincipalArn":    {"arn:aws:iam::111122223333:role/a/r"},
		"aws:SourceArn":       {bucketARN},
		"aws:CurrentTime":     {"2026-11-23T10:00:00Z"},
		"aws:TagKeys":         {"team", "cost"},
		"s3:max-keys":         {"10"},
		"s3:binary":           {"QmluYXJ5"},
		"x:none":              {},
	}
	for _, c := range []struct {
		condition string
		want      logic.Truth
	}{
		{`{"StringEquals":{"aws:username":"David"}}`, yes},
		{`{"STRINGEQUALS":{"AWS:UserName":"David"}}`, yes},
		{`{"StringEquals":{"aws:username":"david"}}`, no},
		{`{"StringEquals":{"aws:username":["x","David"]}}`, yes},
		{`{"StringEquals":{"aws:username":"D*"}}`, no},
		{`{"StringEquals":{"aws:username":[]}}`, no},
		{`{"StringNotEquals":{"aws:username":"x"}}`, yes},
		{`{"StringNotEquals":{"aws:username":["x","David"]}}`, no}, // NOR
		{`{"StringNotEquals":{"aws:username":[]}}`, yes},
		{`{"StringEqualsIgnoreCase":{"aws:username":"DAVID"}}`, yes},
		{`{"StringNotEqualsIgnoreCase":{"aws:username":"DAVID"}}`, no},
		{`{"StringLike":{"aws:username":"D?v*"}}`, yes},
		{`{"StringLike":{"aws:username":"d*"}}`, no},
		{`{"StringNotLike":{"aws:username":"D*"}}`, no},
		{`{"StringLike":{"aws:username":"${aws:username}"}}`, unknown},
		{`{"StringEquals":{"aws:username":"` + hole("why") + `"}}`, unknown},
		{`{"StringEquals":{"aws:username":["` + hole("why") + `","David"]}}`, yes},
		{`{"StringEquals":{"aws:username":"X` + hole("why") + `"}}`, no},

		{`{"NumericEquals":{"s3:max-keys":10}}`, yes},
		{`{"NumericEquals":{"s3:max-keys":"10.0"}}`, yes},
		{`{"NumericNotEquals":{"s3:max-keys":"10"}}`, no},
		{`{"NumericLessThan":{"s3:max-keys":"10"}}`, no},
		{`{"NumericLessThanEquals":{"s3:max-keys":"10"}}`, yes},
		{`{"NumericGreaterThan":{"s3:max-keys":"9.5"}}`, yes},
		{`{"NumericGreaterThanEquals":{"s3:max-keys":"11"}}`, no},
		{`{"NumericEquals":{"s3:max-keys":"ten"}}`, unknown},

		{`{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01"}}`, yes},
		{`{"DateLessThan":{"aws:CurrentTime":"2026-11-23T11:00+01:00"}}`, no},
		{`{"DateEquals":{"aws:CurrentTime":"1795428000"}}`, yes},
		{`{"DateNotEquals":{"aws:CurrentTime":"2026"}}`, yes},
		{`{"DateLessThanEquals":{"aws:CurrentTime":"tomorrow"}}`, unknown},

		{`{"Bool":{"aws:SecureTransport":"False"}}`, yes},
		{`{"Bool":{"aws:SecureTransport":true}}`, no},
		{`{"BinaryEquals":{"s3:binary":"QmluYXJ5"}}`, yes},
		{`{"BinaryEquals":{"s3:binary":"QmluYXJ6"}}`, no},
		{`{"BinaryEquals":{"s3:binary":"?"}}`, unknown},

		{`{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"203.0.113.9/24"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}`, no},
		{`{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}`, no},
		{`{"IpAddress":{"aws:SourceIp6":["10.0.0.0/8","2001:DB8::/64"]}}`, yes},
		{`{"IpAddress":{"aws:SourceIp":"` + hole("why") + `/24"}}`, unknown},

		// The example of the IAM User Guide: each part is matched by itself.
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`, yes},
		{`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::1111*:role/a/r"}}`, yes},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:*role/a/r"}}`, no},
		{`{"StringLike":{"aws:PrincipalArn":"arn:aws:*role/a/r"}}`, yes},
		{`{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`, no},
		{`{"ArnEquals":{"aws:SourceArn":"` + bucketARN + `"}}`, yes},
		{`{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::` + bucketID + `"}}`, yes},
		{`{"ArnEquals":{"aws:SourceArn":"` + otherARN + `"}}`, no},
		{`{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}}`, yes},
		{`{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*"}}`, no},
		{`{"StringEquals":{"aws:SourceArn":"arn:aws:s3:::name"}}`, unknown},

		{`{"Null":{"aws:username":"false"}}`, yes},
		{`{"Null":{"aws:username":true}}`, no},
		{`{"Null":{"x:none":"true"}}`, yes},
		{`{"Null":{"x:none":["true","false"]}}`, yes},

		// A key that the request lacks.
		{`{"StringEquals":{"x:none":"a"}}`, no},
		{`{"StringLike":{"x:none":"*"}}`, no},
		{`{"StringNotEquals":{"x:none":"a"}}`, yes},
		{`{"StringEqualsIfExists":{"x:none":"a"}}`, yes},
		{`{"StringNotEqualsIfExists":{"x:none":"a"}}`, yes},
		{`{"ForAllValues:StringEquals":{"x:none":"a"}}`, yes},
		{`{"ForAllValues:StringNotEquals":{"x:none":"a"}}`, yes},
		{`{"ForAnyValue:StringEquals":{"x:none":"a"}}`, no},
		{`{"ForAnyValue:StringNotEquals":{"x:none":"a"}}`, no},
		{`{"ForAnyValue:StringEqualsIfExists":{"x:none":"a"}}`, yes},

		// Several values in the request.
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":["team","x"]}}`, yes},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["team","x"]}}`, no},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["cost","team","x"]}}`, yes},
		{`{"foranyvalue:stringnotequals":{"aws:TagKeys":["team"]}}`, yes},
		{`{"ForAllValues:StringNotEquals":{"aws:TagKeys":["team"]}}`, no},

		// Several conditions have to hold together.
		{`{"StringEquals":{"aws:username":"David"},"Bool":{"aws:SecureTransport":"false"}}`, yes},
		{`{"StringEquals":{"aws:username":"David","s3:max-keys":"11"}}`, no},
		{`{"StringEquals":{"aws:username":"David"},"Bool":{"aws:SecureTransport":"` + hole("why") + `"}}`, unknown},
		{`{"StringEquals":{"aws:username":"x"},"Bool":{"aws:SecureTransport":"` + hole("why") + `"}}`, no},
		{`{"NoSuchOperator":{"aws:username":"David"}}`, unknown},
		{`{}`, yes},
	} {
		s := &parse(t, document(`"Effect":"Allow","Condition":`+c.condition)).Statements[0]
		if got := s.AlwaysHolds(ctx); got != c.want {
			t.Errorf("%s: AlwaysHolds = %v, want %v", policy.Display(c.condition), got, c.want)
		}
		if got := s.SometimesHolds(ctx); got != c.want {
			t.Errorf("%s: SometimesHolds = %v, want %v", policy.Display(c.condition), got, c.want)
		}
	}
}

// TestConditionsOnAnything asks about requests of which nothing is known.
func TestConditionsOnAnything(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		condition         string
		always, sometimes logic.Truth
	}{
		{`{}`, yes, yes},
		{`{"StringEquals":{"k":"a"}}`, no, yes},
		{`{"StringEquals":{"k":[]}}`, no, no},
		{`{"StringLike":{"k":"*"}}`, no, yes},
		{`{"StringLikeIfExists":{"k":"*"}}`, yes, yes},
		{`{"ForAllValues:StringLike":{"k":"*"}}`, yes, yes},
		{`{"ForAnyValue:StringLike":{"k":"*"}}`, no, yes},
		{`{"StringNotLike":{"k":"*"}}`, no, yes},
		{`{"ForAnyValue:StringNotLike":{"k":"*"}}`, no, no},
		{`{"StringNotEquals":{"k":"a"}}`, no, yes},
		{`{"StringNotEquals":{"k":[]}}`, yes, yes},
		{`{"StringEqualsIfExists":{"k":"a"}}`, no, yes},
		{`{"StringLikeIfExists":{"k":"` + hole("why") + `"}}`, unknown, yes},
		{`{"StringEquals":{"k":"` + hole("why") + `"}}`, no, unknown},
		{`{"Bool":{"k":["true","false"]}}`, no, yes},
		{`{"Bool":{"aws:SecureTransport":["true","false"]}}`, yes, yes}, // always in the request
		{`{"Bool":{"aws:SecureTransport":"false"}}`, no, yes},
		{`{"Bool":{"k":"maybe"}}`, no, no},
		{`{"Null":{"k":"true"}}`, no, yes},
		{`{"Null":{"k":["true","false"]}}`, yes, yes},
		{`{"Null":{"aws:SecureTransport":"true"}}`, no, no},
		{`{"IpAddressIfExists":{"k":["0.0.0.0/0","::/0"]}}`, yes, yes},
		{`{"IpAddressIfExists":{"k":"0.0.0.0/0"}}`, unknown, yes},
		{`{"NotIpAddress":{"k":["0.0.0.0/0","::/0"]}}`, no, yes},
		{`{"NumericLessThan":{"k":"1"}}`, no, yes},
		{`{"NumericLessThan":{"k":"one"}}`, no, unknown},
		{`{"NumericNotEquals":{"k":"1"}}`, no, yes},
		{`{"ArnLikeIfExists":{"k":"arn:*:*:*:*:*"}}`, yes, yes},
		{`{"ArnLike":{"k":"arn:aws:s3:::b"}}`, no, yes},
		{`{"StringEquals":{"k":"a"},"StringNotEquals":{"K":"a"}}`, no, unknown},
		{`{"StringEquals":{"k":"a","l":"b"}}`, no, yes},
		{`{"` + hole("why") + `":{"k":"a"}}`, unknown, unknown},
	} {
		s := &parse(t, document(`"Effect":"Allow","Condition":`+c.condition)).Statements[0]
		if got := s.AlwaysHolds(nil); got != c.always {
			t.Errorf("%s: AlwaysHolds = %v, want %v", policy.Display(c.condition), got, c.always)
		}
		if got := s.SometimesHolds(nil); got != c.sometimes {
			t.Errorf("%s: SometimesHolds = %v, want %v", policy.Display(c.condition), got, c.sometimes)
		}
	}
}
