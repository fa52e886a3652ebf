package policy_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// TestDocumentsByInstance replaces the holes of random documents by what could
// stand there: what is decided with the holes stays decided alike.
func TestDocumentsByInstance(t *testing.T) {
	t.Parallel()
	// ⟪ marks a hole that stands alone, ◊ one within a text.
	pieces := [][]string{
		{`"Effect":"Allow"`, `"Effect":"Deny"`, `"Effect":"Deny"`, `"Effect":⟪effect⟫`},
		{
			`"Principal":"*"`, `"Principal":{"AWS":"*"}`, `"Principal":{"AWS":⟪text⟫}`, `"Principal":{"AWS":["111122223333",⟪text⟫]}`,
			`"Principal":{"Service":"s3.amazonaws.com"}`, `"NotPrincipal":{"AWS":⟪text⟫}`, `"Principal":{"AWS":"arn:aws:iam::◊account◊:root"}`,
		},
		{
			`"Action":"s3:*"`, `"Action":"s3:Get◊name◊"`, `"Action":["kms:Decrypt",⟪text⟫]`, `"Action":⟪text⟫`, `"NotAction":["iam:*",⟪text⟫]`,
			`"Action":["*"]`, `"Action":"◊service◊:*"`, `"NotAction":"ec2:◊name◊"`,
		},
		{
			`"Resource":"*"`, `"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]`, `"Resource":"arn:aws:s3:::◊bucket◊*"`, `"Resource":⟪text⟫`,
			`"NotResource":["arn:aws:s3:::c/◊name◊"]`, `"Resource":["arn:◊partition◊:s3:::b","arn:◊partition◊:s3:::b/*"]`,
		},
		{
			``, ``, `,"Condition":{"Bool":{"aws:SecureTransport":⟪bool⟫}}`, `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}`,
			`,"Condition":{"StringLike":{"aws:SourceVpce":"vpce-◊name◊"}}`, `,"Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1",⟪text⟫]}}`,
			`,"Condition":{⟪operator⟫:{"aws:SecureTransport":"false"}}`, `,"Condition":{"StringNotEquals":{⟪key⟫:"x"}}`,
		},
	}
	instances := map[string][]string{
		"effect":   {`"Allow"`, `"Deny"`},
		"text":     {`"*"`, `"x"`, `"s3:GetObject"`, `"arn:aws:s3:::b"`, `"arn:aws:iam::111122223333:root"`, `["*"]`, `[]`},
		"bool":     {`"true"`, `"false"`, `false`, `["true","false"]`},
		"operator": {`"Bool"`, `"BoolIfExists"`, `"StringNotEquals"`, `"ForAnyValue:StringLike"`},
		"key":      {`"aws:SecureTransport"`, `"aws:SourceVpce"`, `"k"`},
		// Within a text: what AWS accepts at that place.
		"account":   {"111122223333", "444455556666"},
		"name":      {"", "*", "Object", "?"},
		"service":   {"s3", "kms"},
		"bucket":    {"", "b", "c", "*"},
		"partition": {"aws"},
	}
	questions := map[string]func(*policy.Document) policy.Answer{
		"DeniesInsecureTransport": func(d *policy.Document) policy.Answer { return d.DeniesInsecureTransport("arn:aws:s3:::b") },
		"AllowsPublic":            func(d *policy.Document) policy.Answer { return d.AllowsPublic("s3:Get*") },
		"AllowsPublic anything":   func(d *policy.Document) policy.Answer { return d.AllowsPublic() },
		"HasAdminStatement":       (*policy.Document).HasAdminStatement,
		"FullAccess":              (*policy.Document).FullAccess,
		"AllowsAction":            func(d *policy.Document) policy.Answer { return d.AllowsAction(blocked, policy.AllKMSKeys()) },
		"AllowsServiceWithout": func(d *policy.Document) policy.Answer {
			return d.AllowsServiceWithout("s3.amazonaws.com", []string{"aws:SourceVpce"}, "s3:*")
		},
	}
	r := rand.New(rand.NewPCG(5, 6))
	decided := map[string]int{}
	for range 2000 {
		var b strings.Builder
		b.WriteString(`{"Version":"2012-10-17","Statement":[{`)
		for i, choices := range pieces {
			if i > 0 && i < len(pieces)-1 {
				b.WriteByte(',')
			}
			b.WriteString(choices[r.IntN(len(choices))])
		}
		b.WriteString(`}]}`)
		template := b.String()
		open := parse(t, fill(template, func(string) string { return `"` + hole("why") + `"` }, func(string) string { return hole("why") }))
		pick := func(kind string) string { return instances[kind][r.IntN(len(instances[kind]))] }
		for range 6 {
			text := fill(template, pick, pick)
			closed, err := policy.Parse(text)
			if err != nil {
				continue // AWS would not take it either
			}
			for name, ask := range questions {
				want, got := ask(open), ask(closed)
				if want.Truth == logic.Unknown {
					continue
				}
				decided[name]++
				if got.Truth != want.Truth && got.Truth != logic.Unknown {
					t.Errorf("%s\n%s = %v (%s) with holes\n%s = %v (%s)", name, template, want.Truth, want.Reason, text, got.Truth, got.Reason)
				}
			}
		}
	}
	for name := range questions {
		if decided[name] < 2000 {
			t.Errorf("%s was decided %d times only", name, decided[name])
		}
	}
}

// fill replaces the marks in a template, by kind.
func fill(template string, alone, within func(kind string) string) string {
	for {
		before, rest, found := strings.Cut(template, "⟪")
		if !found {
			break
		}
		kind, after, _ := strings.Cut(rest, "⟫")
		template = before + alone(kind) + after
	}
	for {
		before, rest, found := strings.Cut(template, "◊")
		if !found {
			return template
		}
		kind, after, _ := strings.Cut(rest, "◊")
		template = before + within(kind) + after
	}
}
