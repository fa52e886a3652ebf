package policy_test

import (
	"errors"
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// FuzzParse looks for panics and for answers that cannot be: a Parse that
// fails without saying where or why, an answer without a reason, a hole in a
// reason.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"Statement":[{}]}`, "\uFEFF{}", `{"Statement":[{"Effect":"Deny","Effect":1}]}`,
		document(`"Effect":"Deny","Principal":"*","Action":["s3:*"],"Resource":["` + bucketARN + `","` + bucketARN + `/*"],` + overHTTP),
		document(`"Effect":"Allow","NotPrincipal":{"AWS":["1",2]},"NotAction":"*:?","NotResource":"` + hole("x") + `*","Condition":{"ForAllValues:StringLikeIfExists":{"aws:SourceIp":["${aws:username}",true,1e3]}}`),
		document(`"Effect":"` + hole("x") + `","` + hole("y") + `":` + hole("z") + `,"Condition":"` + exact("var.x") + `"`),
		document(`"Effect":"Allow","Principal":{"Federated":"\u0041","Service":"*"},"Action":"kms:De*crypt?","Resource":"arn:` + hole("p") + `:kms:*"`),
		hole("x"), ref("a_b.c", "d"), "\uE000\uE000?\uE001\uE002",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.Parse(text)
		if err != nil {
			s, syntax := errors.AsType[*policy.SyntaxError](err)
			_, unknown := errors.AsType[*policy.UnknownError](err)
			if syntax == unknown || syntax && (s.Line < 1 || s.Column < 1) {
				t.Fatalf("error %#v says neither where nor why", err)
			}
			return
		}
		for name, a := range map[string]policy.Answer{
			"DeniesInsecureTransport": d.DeniesInsecureTransport(bucketARN, "arn:aws:s3:::b"),
			"AllowsPublic":            d.AllowsPublic("s3:Get*"),
			"HasAdminStatement":       d.HasAdminStatement(),
			"FullAccess":              d.FullAccess(),
			"AllowsAction":            d.AllowsAction([]string{"kms:Decrypt"}, policy.AllKMSKeys()),
			"AllowsServiceWithout":    d.AllowsServiceWithout("s3.amazonaws.com", []string{"aws:SourceAccount"}, "lambda:*"),
		} {
			if a.Reason == "" {
				t.Errorf("%s = %v without a reason", name, a.Truth)
			}
			if a.Truth == logic.True && a.Statement == nil {
				t.Errorf("%s is true by no statement", name)
			}
		}
		for i := range d.Statements {
			s := &d.Statements[i]
			always, sometimes := s.AlwaysHolds(nil), s.SometimesHolds(nil)
			if always == logic.True && sometimes == logic.False {
				t.Errorf("%v holds always and never", s)
			}
		}
	})
}

// FuzzCovers looks for panics and for two answers that contradict each other.
func FuzzCovers(f *testing.F) {
	for _, seed := range [][2]string{
		{"s3:*", "s3:Get*"}, {bucketARN + "/*", bucketARN}, {"arn:" + hole("x") + ":s3:::*", "arn:aws:s3:::${a}?"},
		{exact("var.a") + "?*", "*" + exact("var.a")}, {"*a*b?", "?b*a"}, {account, "arn:aws:iam::" + account},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		covers, intersects := policy.ResourceCovers(a, b), policy.ResourceIntersects(a, b)
		// Every pattern matches something, so that what is covered is met.
		if covers == logic.True && intersects == logic.False {
			t.Errorf("%q covers %q and does not meet it", a, b)
		}
		if back := policy.ResourceIntersects(b, a); back != intersects {
			t.Errorf("%q meets %q: %v, the other way %v", a, b, intersects, back)
		}
		if policy.ResourceCovers("*", a) != logic.True {
			t.Errorf("* does not cover %q", a)
		}
		if policy.ResourceCovers(a, a) == logic.False {
			t.Errorf("%q does not cover itself", a)
		}
		if got, back := policy.Equal(a, b), policy.Equal(b, a); got != back {
			t.Errorf("%q equals %q: %v, the other way %v", a, b, got, back)
		}
		policy.ActionCovers(a, b)
	})
}
