package datasource_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/datasource"
)

// Short hands for the values that tests are made of.
type m = map[string]graph.Value

var (
	str     = graph.String
	list    = graph.List
	unknown = graph.UnknownValue(cause)
	cause   = graph.Cause{Text: "var.x has no value", Base: "var.x", Exact: true}
	bucket  = graph.Ref{Address: `aws_s3_bucket.b["a"]`, Attribute: "arn"}.Placeholder()
)

// object is a block, or an attribute that is an object.
func object(fields m) graph.Value { return graph.Map(fields) }

// blocks is a body whose blocks are given, which may be uncertain.
type blocks struct {
	graph.Body
	by map[string][]graph.Block
}

func (b blocks) Blocks(typ string) graph.Blocks { return graph.Blocks{Items: b.by[typ]} }

func certain(fields m) graph.Block { return graph.Block{Body: bodyOf(object(fields))} }

func maybe(fields m) graph.Block {
	b := certain(fields)
	b.Maybe, b.Cause = true, graph.Cause{Text: "for_each is not known", Base: "var.list", Exact: true}
	return b
}

func with(fields m, by map[string][]graph.Block) blocks {
	return blocks{Body: bodyOf(object(fields)), by: by}
}

func statements(bs ...graph.Block) graph.Body {
	return with(m{}, map[string][]graph.Block{"statement": bs})
}

// TestPolicyUnknown: what is not known leaves a hole, shown as ${?}, in its
// place and nowhere else.
func TestPolicyUnknown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body graph.Body
		want string // minified; or the cause
	}{
		{
			"references and holes within texts stay",
			statements(certain(m{
				"actions":   list(str("s3:GetObject")),
				"resources": list(str(bucket+"/*"), str(bucket), str("arn:aws:s3:::"+cause.Placeholder())),
			})),
			`[{"Effect":"Allow","Action":"s3:GetObject","Resource":["${aws_s3_bucket.b["a"].arn}/*","${aws_s3_bucket.b["a"].arn}","arn:aws:s3:::${?}"]}]`,
		},
		{
			"scalars",
			bodyOf(object(m{"version": unknown, "policy_id": unknown, "statement": list(object(m{
				"sid": unknown, "effect": unknown, "actions": list(str("a"), unknown),
			}))})),
			`[{"Sid":"${?}","Effect":"${?}","Action":["${?}","a"]}]`,
		},
		{
			"lists",
			statements(certain(m{
				"actions": unknown, "not_resources": unknown,
				"principals": object(m{"type": str("AWS"), "identifiers": unknown}),
				"condition":  object(m{"test": str("Bool"), "variable": str("v"), "values": unknown}),
			})),
			`[{"Effect":"Allow","Action":"${?}","NotResource":"${?}","Principal":{"AWS":"${?}"},"Condition":{"Bool":{"v":"${?}"}}}]`,
		},
		{
			"one of two forms",
			statements(certain(m{
				"actions": unknown, "not_actions": unknown,
				"resources": unknown, "not_resources": list(str("r")),
			}), certain(m{
				"actions": list(str("a")), "not_actions": unknown,
				"resources": list(), "not_resources": unknown,
			})),
			`[{"Effect":"Allow","Action":"${?}","NotResource":"r"},{"Effect":"Allow","Action":"a","NotResource":"${?}"}]`,
		},
		{
			"a statement that may be",
			statements(certain(m{"actions": list(str("a"))}), maybe(m{"actions": list(str("b"))})),
			`[{"Effect":"Allow","Action":"a"},"${?}"]`,
		},
		{
			"all statements unknown",
			bodyOf(object(m{"statement": unknown})),
			`["${?}"]`,
		},
		{
			"principals that may be",
			statements(graph.Block{Body: with(m{}, map[string][]graph.Block{
				"principals": {
					maybe(m{"type": str("AWS"), "identifiers": list(str("2"))}),
					certain(m{"type": str("AWS"), "identifiers": list(str("1"))}),
				},
				"not_principals": {maybe(m{"type": str("AWS"), "identifiers": list(str("3"))})},
			})}),
			`[{"Effect":"Allow","Principal":{"AWS":"1","${?}":"${?}"}}]`,
		},
		{
			"principals or not_principals",
			statements(graph.Block{Body: with(m{}, map[string][]graph.Block{
				"principals":     {maybe(m{"type": str("AWS"), "identifiers": list(str("2"))})},
				"not_principals": {maybe(m{"type": str("AWS"), "identifiers": list(str("3"))})},
			})}, graph.Block{Body: with(m{}, map[string][]graph.Block{
				"principals":     {maybe(m{"type": str("AWS"), "identifiers": list(str("2"))})},
				"not_principals": {certain(m{"type": str("AWS"), "identifiers": list(str("3"))})},
			})}),
			`[{"Effect":"Allow","Principal":{"${?}":"${?}"}},{"Effect":"Allow","NotPrincipal":{"AWS":"3"}}]`,
		},
		{
			"a condition that may be",
			statements(graph.Block{Body: with(m{}, map[string][]graph.Block{"condition": {
				certain(m{"test": str("Bool"), "variable": str("v"), "values": list(str("true"))}),
				maybe(m{"test": str("StringEquals"), "variable": str("v"), "values": list(str("x"))}),
			}})}),
			`[{"Effect":"Allow","Condition":{"Bool":{"v":"true"},"${?}":{"${?}":"${?}"}}}]`,
		},
		{
			"a condition that may widen another",
			statements(graph.Block{Body: with(m{}, map[string][]graph.Block{"condition": {
				certain(m{"test": str("Bool"), "variable": str("v"), "values": list(str("true"))}),
				maybe(m{"test": str("Bool"), "variable": str("v"), "values": list(str("false"))}),
			}})}),
			`[{"Effect":"Allow","Condition":{"Bool":{"v":["true","${?}"]}}}]`,
		},
		{
			"conditions of which it is not known whether they merge",
			statements(certain(m{"condition": list(
				object(m{"test": str("Bool"), "variable": str("v"), "values": list(str("true"))}),
				object(m{"test": str("Bool"), "variable": str("w"), "values": list(str("true"))}),
				object(m{"test": unknown, "variable": str("v"), "values": list(str("false"))}),
			)})),
			`[{"Effect":"Allow","Condition":{"Bool":{"v":["true","${?}"],"w":"true"},"${?}":{"v":"false"}}}]`,
		},
		{
			"a source that is not known",
			bodyOf(object(m{
				"source_policy_documents": list(unknown, str(`{"Statement":[{"Effect":"Allow","Action":"s"}]}`)),
				"statement":               object(m{"sid": str("A"), "actions": list(str("a"))}),
			})),
			`["${?}",{"Effect":"Allow","Action":"s"},{"Sid":"A","Effect":"Allow","Action":"a"}]`,
		},
		{
			"an override that is not known",
			bodyOf(object(m{
				"override_policy_documents": unknown,
				"statement":                 list(object(m{"sid": str("A"), "actions": list(str("a"))}), object(m{"actions": list(str("b"))})),
			})),
			`["${?}",{"Effect":"Allow","Action":"b"},"${?}"]`,
		},
		{
			"nothing but a source that is not known",
			bodyOf(object(m{"source_policy_documents": list(unknown)})),
			"var.x has no value",
		},
		{
			"an override of an unknown sid",
			bodyOf(object(m{
				"override_policy_documents": list(str(`{"Statement":[{"Sid":"` + cause.Placeholder() + `","Effect":"Deny","Action":"o"}]}`)),
				"statement":                 list(object(m{"sid": str("A"), "actions": list(str("a"))}), object(m{"actions": list(str("b"))})),
			})),
			`["${?}",{"Effect":"Allow","Action":"b"},{"Sid":"${?}","Effect":"Deny","Action":"o"}]`,
		},
		{
			"placeholders in a source: escaped, bare and as a value",
			bodyOf(object(m{"source_policy_documents": list(
				str(`{"Statement":[{"Effect":"Allow","Resource":["` + strings.ReplaceAll(bucket, `"`, `\"`) + `","` + bucket + `/*"],"Action":` + cause.Placeholder() + `,"Principal":"` + cause.Placeholder() + `"}]}`)),
			})),
			`[{"Effect":"Allow","Action":"${?}","Resource":["${aws_s3_bucket.b["a"].arn}","${aws_s3_bucket.b["a"].arn}/*"],"Principal":{"${?}":"${?}"}}]`,
		},
		{
			"holes in the structure of a source",
			bodyOf(object(m{"source_policy_documents": list(
				str(`{"Statement":[{"Effect":"Allow","`+cause.Placeholder()+`":"x"},"`+cause.Placeholder()+`",{"Effect":"Deny","Condition":"`+cause.Placeholder()+`"},{"Effect":"Deny","Condition":{"Bool":"`+cause.Placeholder()+`"}}]}`),
				str(`{"Statement":`+cause.Placeholder()+`}`),
				str(`{"Statement":[],"`+cause.Placeholder()+`":1}`),
			)})),
			`["${?}","${?}",{"Effect":"Deny","Condition":{"${?}":{"${?}":"${?}"}}},{"Effect":"Deny","Condition":{"Bool":{"${?}":"${?}"}}},"${?}","${?}"]`,
		},
		{
			"a source broken by a hole",
			bodyOf(object(m{
				"source_policy_documents": list(str(`{"Statement":[{"Effect":` + cause.Placeholder() + cause.Placeholder() + `]}`)),
				"statement":               object(m{"actions": list(str("a"))}),
			})),
			`["${?}",{"Effect":"Allow","Action":"a"}]`,
		},
		{
			"a source that is a reference",
			bodyOf(object(m{"source_policy_documents": list(str(graph.Ref{Address: "aws_x.y", Attribute: "id"}.Placeholder()))})),
			"aws_x.y.id is known only after apply",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, _ := datasource.Compute("aws_iam_policy_document", tt.body, datasource.Env{})
			v := attrs["minified_json"]
			if v.Kind() == graph.KindUnknown {
				if got := v.Cause().Text; got != tt.want {
					t.Errorf("the cause is %q, want %q", got, tt.want)
				}
				return
			}
			var doc struct{ Statement json.RawMessage }
			if err := json.Unmarshal([]byte(v.Text()), &doc); err != nil {
				t.Fatalf("%v in %s", err, v.Text())
			}
			got := strings.ReplaceAll(graph.Display(string(doc.Statement)), `\"`, `"`)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, p := range graph.Parts(v.Text()) {
				if p.Hole != nil && p.Hole.Text == "" {
					t.Errorf("a hole without a cause in %s", v.Text())
				}
			}
		})
	}
}

// TestPolicyVersion: a version that is not known cannot exceed the highest.
func TestPolicyVersion(t *testing.T) {
	t.Parallel()
	open := str(`{"Version":"` + cause.Placeholder() + `"}`)
	tests := []struct {
		name string
		args m
		want string
	}{
		{"source", m{"source_policy_documents": list(open)}, "2012-10-17"},
		{"override", m{"override_policy_documents": list(open)}, "2012-10-17"},
		{"of an old document", m{"version": str("2008-10-17"), "override_policy_documents": list(open)}, "${?}"},
		{"own", m{"version": unknown}, "${?}"},
		{"own with source", m{"version": unknown, "source_policy_documents": list(str(`{"Version":"2012-10-17"}`))}, "2012-10-17"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, _ := datasource.Compute("aws_iam_policy_document", bodyOf(object(tt.args)), datasource.Env{})
			got := graph.Display(attrs["json"].JSON().Key("Version").Text())
			if v := attrs["json"].JSON().Key("Version"); v.Kind() == graph.KindUnknown {
				got = "${?}"
			}
			if got != tt.want {
				t.Errorf("Version is %q, want %q", got, tt.want)
			}
		})
	}
}

// TestPolicyRefused: what the provider refuses is unknown and says why.
func TestPolicyRefused(t *testing.T) {
	t.Parallel()
	twice := str(`{"Statement":[{"Sid":"A","Effect":"Allow"}]}`)
	source := func(text string) m { return m{"source_policy_documents": list(str(text))} }
	tests := []struct {
		name string
		args m
		want string
	}{
		{"own sid twice", m{"statement": list(object(m{"sid": str("A")}), object(m{"sid": str("A")}))}, `sid "A"`},
		{"source sid twice", m{"source_policy_documents": list(twice, twice)}, `document 1: another statement has the sid "A"`},
		{"variable of 2008", m{"version": str("2008-10-17"), "statement": object(m{"resources": list(str("&{x}"))})}, "&{"},
		{"variable of 2008 in a condition", m{"version": str("2008-10-17"), "statement": object(m{"condition": object(m{"values": list(str("&{x}"))})})}, "&{"},
		{"variable of 2008 in principals", m{"version": str("2008-10-17"), "statement": object(m{"not_principals": object(m{"identifiers": list(str("a"), str("&{x}"))})})}, "&{"},
		{"no JSON", source("policy.json"), "document 0: invalid character"},
		{"no object", source("[]"), "cannot unmarshal array"},
		{"no statement", source(`{"Statement":[1]}`), "statement 0: a statement is a JSON object"},
		{"no statements", source(`{"Statement":"x"}`), "a statement is a JSON object"},
		{"sid", source(`{"Statement":[{"Sid":1}]}`), "cannot unmarshal number"},
		{"principal", source(`{"Statement":[{"Principal":1}]}`), "a principal is neither"},
		{"identifier", source(`{"Statement":[{"Principal":{"AWS":[1]}}]}`), `of type "AWS"`},
		{"identifiers", source(`{"Statement":[{"NotPrincipal":{"AWS":{}}}]}`), `of type "AWS"`},
		{"condition", source(`{"Statement":[{"Condition":[]}]}`), "a condition is no object"},
		{"test", source(`{"Statement":[{"Condition":{"Bool":1}}]}`), `condition "Bool" is no object`},
		{"value", source(`{"Statement":[{"Condition":{"Bool":{"x":[true]}}}]}`), `condition "Bool", "x"`},
		{"override", m{"override_json": str("{")}, "override_json: document 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, _ := datasource.Compute("aws_iam_policy_document", bodyOf(object(tt.args)), datasource.Env{})
			for _, name := range []string{"json", "minified_json"} {
				v := attrs[name]
				if v.Kind() != graph.KindUnknown || !strings.Contains(v.Cause().Text, tt.want) {
					t.Errorf("%s is %s because %q, want it unknown because of %q", name, v.Display(), v.Cause().Text, tt.want)
				}
			}
		})
	}
}

// TestPolicyLenient: what the provider refuses but older versions or AWS take
// is read in the way that they do.
func TestPolicyLenient(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args m
		want string
	}{
		{
			"source_json and override_json, as before version 5",
			m{
				"source_json":   str(`{"Statement":[{"Sid":"A","Effect":"Allow","Action":"s"},{"Sid":"B","Effect":"Allow","Action":"s"}]}`),
				"override_json": str(`{"Statement":[{"Sid":"B","Effect":"Deny","Action":"o"}]}`),
				"statement":     object(m{"sid": str("A"), "actions": list(str("a"))}),
			},
			`[{"Sid":"A","Effect":"Allow","Action":"a"},{"Sid":"B","Effect":"Deny","Action":"o"}]`,
		},
		{
			"one statement that is no list",
			m{"source_policy_documents": list(str(`{"Statement":{"Effect":"Allow","Action":"s"}}`), graph.NullValue(), str(""))},
			`[{"Effect":"Allow","Action":"s"}]`,
		},
		{
			"one text that is no list, null among others",
			m{"statement": object(m{"sid": str("not alphanumeric"), "actions": str("a"), "resources": list(graph.NullValue(), graph.Bool(true))})},
			`[{"Sid":"not alphanumeric","Effect":"Allow","Action":"a","Resource":"true"}]`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, _ := datasource.Compute("aws_iam_policy_document", bodyOf(object(tt.args)), datasource.Env{})
			want := `{"Version":"2012-10-17","Statement":` + tt.want + `}`
			if diff := cmp.Diff(want, attrs["minified_json"].Text()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestSecrets: what is made of a secret is one.
func TestSecrets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typ string
		args      m
	}{
		{"text", "aws_iam_policy_document", m{"policy_id": str("x").Sensitive()}},
		{"list", "aws_iam_policy_document", m{"statement": object(m{"actions": list(str("x")).Sensitive()})}},
		{"element", "aws_iam_policy_document", m{"statement": object(m{"actions": list(str("x").Sensitive())})}},
		{"block", "aws_iam_policy_document", m{"statement": object(m{"condition": object(m{"values": list(str("x"))}).Sensitive()})}},
		{"source", "aws_iam_policy_document", m{"source_policy_documents": list(str("{}").Sensitive())}},
		{"source refused", "aws_iam_policy_document", m{"source_policy_documents": list(str(`{"Statement":[{"Condition":{"ssh":1}}]}`).Sensitive())}},
		{"sid refused", "aws_iam_policy_document", m{"statement": list(object(m{"sid": str("ssh").Sensitive()}), object(m{"sid": str("ssh")}))}},
		{"arn refused", "aws_arn", m{"arn": str("ssh").Sensitive()}},
		{"region refused", "aws_region", m{"region": str("ssh").Sensitive()}},
		{"endpoint refused", "aws_region", m{"endpoint": str("ssh").Sensitive()}},
		{"service refused", "aws_service", m{"dns_name": str("ssh").Sensitive()}},
		{"account refused", "aws_elb_service_account", m{"region": str("ssh").Sensitive()}},
		{"arn", "aws_arn", m{"arn": str("arn:aws:s3:::b").Sensitive()}},
		{"region", "aws_region", m{"name": str("us-east-1").Sensitive()}},
		{"service", "aws_service", m{"service_id": str("s3").Sensitive()}},
		{"principal", "aws_service_principal", m{"service_name": str("s3").Sensitive()}},
		{"table", "aws_elb_service_account", m{"region": str("us-east-1").Sensitive()}},
		{"inputs", "null_data_source", m{"inputs": object(m{"x": str("y").Sensitive()})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attrs, ok := datasource.Compute(tt.typ, bodyOf(object(tt.args)), datasource.Env{Region: "us-east-1"})
			if !ok {
				t.Fatalf("Compute does not know %s", tt.typ)
			}
			for n, v := range attrs {
				if !v.IsSensitive() {
					t.Errorf("%s is not sensitive", n)
				}
				if c := v.Cause().Text; strings.Contains(c, "ssh") {
					t.Errorf("the cause %q of %s quotes the secret", c, n)
				}
			}
		})
	}
}
