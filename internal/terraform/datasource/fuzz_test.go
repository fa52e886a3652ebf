package datasource_test

import (
	"encoding/json"
	"os"
	"testing"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/datasource"
)

// types are all types that Compute knows.
var types = []string{
	"aws_iam_policy_document", "aws_partition", "aws_region", "aws_arn", "aws_service", "aws_service_principal",
	"aws_default_tags", "aws_billing_service_account", "null_data_source", "aws_cloudtrail_service_account",
	"aws_elb_service_account", "aws_redshift_service_account", "aws_elb_hosted_zone_id", "aws_lb_hosted_zone_id",
	"aws_elastic_beanstalk_hosted_zone", "aws_apprunner_hosted_zone_id", "aws_cloudfront_log_delivery_canonical_user_id",
}

// A maker makes arbitrary values of bytes.
type maker struct {
	data  []byte
	depth int
}

func (mk *maker) next(n int) int {
	if len(mk.data) == 0 {
		return 0
	}
	b := mk.data[0]
	mk.data = mk.data[1:]
	return int(b) % n
}

var names = []string{
	"statement", "actions", "not_actions", "resources", "not_resources", "principals", "not_principals", "condition",
	"identifiers", "type", "test", "variable", "values", "sid", "effect", "version", "policy_id", "source_policy_documents",
	"override_policy_documents", "source_json", "region", "name", "endpoint", "arn", "service_name", "service_id", "dns_name",
	"reverse_dns_name", "reverse_dns_prefix", "load_balancer_type", "inputs",
}

var texts = []string{
	"", "*", "AWS", "a", "s3:*", "&{x}", "2008-10-17", "2012-10-17", "StringEquals", "arn:aws:s3:::b", "us-east-1", "cn-north-1", "logs",
	"s3.eu-west-1.amazonaws.com", `{"Statement":[{"Sid":"a","Effect":"Deny","Principal":"*"}]}`, "\uE000", "\uE000?", "\uE002", "\xff", "\u2028",
	graph.Cause{Text: "why", Base: "var.x"}.Placeholder(), bucket,
	`{"Statement":[{"Sid":"` + cause.Placeholder() + `","Resource":` + cause.Placeholder() + `}]}`,
}

func (mk *maker) text() string {
	s := ""
	for range 1 + mk.next(3) {
		if i := mk.next(len(texts) + 1); i < len(texts) {
			s += texts[i]
		} else {
			n := min(mk.next(256), len(mk.data))
			s += string(mk.data[:n])
			mk.data = mk.data[n:]
		}
	}
	return s
}

func (mk *maker) value() graph.Value {
	mk.depth++
	defer func() { mk.depth-- }()
	kinds := 9
	if mk.depth > 6 {
		kinds = 6
	}
	switch mk.next(kinds) {
	case 0:
		return str(mk.text())
	case 1:
		return graph.UnknownValue(graph.Cause{Text: mk.text(), Base: mk.text(), Exact: mk.next(2) == 0})
	case 2:
		return graph.NullValue()
	case 3:
		return graph.Bool(mk.next(2) == 0)
	case 4:
		return graph.Number(1.5, "1.5")
	case 5:
		return str(mk.text()).Sensitive()
	case 6:
		vs := make([]graph.Value, mk.next(5))
		for i := range vs {
			vs[i] = mk.value()
		}
		return list(vs...)
	}
	fields := m{}
	for range mk.next(8) {
		fields[names[mk.next(len(names))]] = mk.value()
	}
	return object(fields)
}

// FuzzCompute: no arguments make Compute panic or leave an attribute out, and
// a policy document, once read, reads the same for ever.
func FuzzCompute(f *testing.F) {
	f.Add(byte(0), []byte("\x07\x05\x00\x07\x03\x01\x00\x03"))
	f.Add(byte(2), []byte("\x08\x02\x15\x00\x00\x09"))
	f.Fuzz(func(t *testing.T, typ byte, data []byte) {
		mk := &maker{data: data}
		args := mk.value()
		if args.Kind() != graph.KindMap {
			args = object(m{names[mk.next(len(names))]: args})
		}
		name := types[int(typ)%len(types)]
		env := datasource.Env{Region: mk.text(), DefaultTags: args}
		attrs, ok := datasource.Compute(name, bodyOf(args), env)
		if !ok || len(attrs) == 0 {
			t.Fatalf("Compute does not know %s", name)
		}
		if name == "aws_iam_policy_document" {
			if attrs["json"].Kind() == graph.KindString && !json.Valid([]byte(attrs["json"].Text())) {
				t.Fatalf("no JSON: %q", attrs["json"].Text())
			}
			first := reread(t, attrs["json"])
			second := reread(t, first)
			if first.Text() != second.Text() {
				t.Errorf("read again, %q is %q", first.Text(), second.Text())
			}
		}
	})
}

// FuzzSource reads arbitrary source documents.
func FuzzSource(f *testing.F) {
	f.Add(texts[14], texts[22])
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["a",1],"Principal":{"AWS":["x"]},"Condition":{"Bool":{"y":[true]}}}}`, "[]")
	f.Fuzz(func(t *testing.T, source, override string) {
		attrs, _ := datasource.Compute("aws_iam_policy_document", bodyOf(object(m{
			"source_policy_documents":   list(str(source)),
			"override_policy_documents": list(str(override)),
		})), datasource.Env{})
		v := attrs["json"]
		if v.Kind() == graph.KindString && !json.Valid([]byte(v.Text())) {
			t.Fatalf("no JSON: %q", v.Text())
		}
		first := reread(t, v)
		if second := reread(t, first); first.Text() != second.Text() {
			t.Errorf("read again, %q is %q", first.Text(), second.Text())
		}
	})
}

func reread(t *testing.T, doc graph.Value) graph.Value {
	t.Helper()
	if doc.Kind() != graph.KindString {
		return doc
	}
	attrs, _ := datasource.Compute("aws_iam_policy_document", bodyOf(object(m{"source_policy_documents": list(doc)})), datasource.Env{})
	v := attrs["minified_json"]
	if v.Kind() == graph.KindUnknown && !graph.HasHole(doc.Text()) && !graph.HasPlaceholder(doc.Text()) {
		t.Fatalf("our own document is refused: %s\n%s", v.Cause().Text, doc.Text())
	}
	return v
}

func BenchmarkPolicyDocument(b *testing.B) {
	body := bodyOf(object(m{"statement": list(
		object(m{
			"sid": str("DenyInsecureTransport"), "effect": str("Deny"), "actions": list(str("s3:*")),
			"resources":  list(str(bucket), str(bucket+"/*")),
			"principals": object(m{"type": str("*"), "identifiers": list(str("*"))}),
			"condition":  object(m{"test": str("Bool"), "variable": str("aws:SecureTransport"), "values": list(str("false"))}),
		}),
		object(m{
			"sid": str("Read"), "actions": list(str("s3:GetObject"), str("s3:ListBucket"), str("s3:GetBucketLocation")),
			"resources": list(str("arn:aws:s3:::clinic-records"), str("arn:aws:s3:::clinic-records/*")),
			"principals": list(
				object(m{"type": str("AWS"), "identifiers": list(str("arn:aws:iam::123456789012:role/app"), str("arn:aws:iam::123456789012:role/batch"))}),
				object(m{"type": str("Service"), "identifiers": list(str("lambda.amazonaws.com"))}),
			),
		}),
		object(m{
			"actions": list(str("kms:Decrypt"), str("kms:GenerateDataKey")), "resources": list(str("*")),
			"condition": list(
				object(m{"test": str("StringEquals"), "variable": str("kms:ViaService"), "values": list(str("s3.eu-central-1.amazonaws.com"))}),
				object(m{"test": str("StringEquals"), "variable": str("kms:CallerAccount"), "values": list(str("123456789012"))}),
			),
		}),
	)}))
	b.ReportAllocs()
	for b.Loop() {
		datasource.Compute("aws_iam_policy_document", body, datasource.Env{})
	}
}

func BenchmarkMerge(b *testing.B) {
	text, err := os.ReadFile("testdata/policies.golden.json")
	if err != nil {
		b.Fatal(err)
	}
	var golden attributes
	if err := json.Unmarshal(text, &golden); err != nil {
		b.Fatal(err)
	}
	doc := golden["aws_iam_policy_document"]["source"]["json"].(string)
	body := bodyOf(object(m{"source_policy_documents": list(str(doc)), "override_policy_documents": list(str(doc))}))
	b.SetBytes(int64(2 * len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		datasource.Compute("aws_iam_policy_document", body, datasource.Env{})
	}
}
