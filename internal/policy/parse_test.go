package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

func TestParse(t *testing.T) {
	t.Parallel()
	type conditions = []policy.Condition
	everyone := policy.Principals{Present: true, List: []policy.Principal{{Kind: "*", Value: "*"}}}
	set := func(values ...string) policy.Set { return policy.Set{Present: true, Values: values} }
	for _, c := range []struct {
		name, text string
		want       policy.Document
	}{
		{"one statement, one text each", `{"Version":"2012-10-17","Id":"i","Statement":{"Sid":"s","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}`,
			policy.Document{Version: "2012-10-17", ID: "i", Statements: []policy.Statement{
				{Sid: "s", Effect: policy.Deny, Principal: everyone, Action: set("s3:*"), Resource: set("*")},
			}}},
		{"lists, Not elements, no version", `{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":["a","b"],"Service":"c"},"NotAction":["x:y"],"NotResource":[]}]}`,
			policy.Document{Statements: []policy.Statement{{
				Effect: policy.Allow,
				Principal: policy.Principals{Present: true, Except: true, List: []policy.Principal{
					{Kind: "AWS", Value: "a"}, {Kind: "AWS", Value: "b"}, {Kind: "Service", Value: "c"},
				}},
				Action:   policy.Set{Present: true, Except: true, Values: []string{"x:y"}},
				Resource: policy.Set{Present: true, Except: true, Values: []string{}},
			}}}},
		{"numbers and Booleans as texts", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":123456789012},"Condition":{"Bool":{"aws:SecureTransport":[false,"true"]},"NumericLessThan":{"s3:TlsVersion":1.2}}}]}`,
			policy.Document{Statements: []policy.Statement{{
				Effect:    policy.Allow,
				Principal: policy.Principals{Present: true, List: []policy.Principal{{Kind: "AWS", Value: "123456789012"}}},
				Conditions: conditions{
					{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false", "true"}},
					{Operator: "NumericLessThan", Key: "s3:TlsVersion", Values: []string{"1.2"}},
				},
			}}}},
		{"null is absent", `{"Id":null,"Statement":[{"Effect":"Allow","Sid":null,"Condition":null,"Principal":null,"NotPrincipal":"*","Action":[]}]}`,
			policy.Document{Statements: []policy.Statement{{
				Effect: policy.Allow, Action: set([]string{}...),
				Principal: policy.Principals{Present: true, Except: true, List: everyone.List},
			}}}},
		{"no statement", ` {} `, policy.Document{}},
		{"statements are null", `{"Statement":null}`, policy.Document{}},
		{"an ARN as the principal", `{"Statement":{"Effect":"Allow","Principal":["arn:aws:iam::123456789012:root","*"]}}`,
			policy.Document{Statements: []policy.Statement{{
				Effect: policy.Allow,
				Principal: policy.Principals{Present: true, List: []policy.Principal{
					{Kind: "AWS", Value: "arn:aws:iam::123456789012:root"}, {Kind: "*", Value: "*"},
				}},
			}}}},
		{"escapes", `{"Id":"\b\f\r\t\u0041\uD83Dx\ud83d\ude00\ud83d\n\/\\\"é","Statement":[]}`, policy.Document{ID: "\b\f\r\tA\uFFFDx😀\uFFFD\n/\\\"é", Statements: []policy.Statement{}}},
		{"quotes within a placeholder, escaped and not", `{"Statement":{"Effect":"Deny","Action":"` + ref(`aws_x.a["k"]`, "id") + `","Resource":"` + ref(`aws_x.a[\"k\"]`, "id") + `"}}`,
			policy.Document{Statements: []policy.Statement{{
				Effect: policy.Deny, Action: set(ref(`aws_x.a["k"]`, "id")), Resource: set(ref(`aws_x.a["k"]`, "id")),
			}}}},
		{"a hole without quotes", `{"Statement":{"Effect":"Deny","Action":` + hole("why") + `,"Resource":["*",` + hole("why") + `]}}`,
			policy.Document{Statements: []policy.Statement{{
				Effect: policy.Deny, Action: set(hole("why")), Resource: set("*", hole("why")),
			}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, c.text)
			ignore := cmpopts.IgnoreUnexported(policy.Statement{}, policy.Condition{})
			if diff := cmp.Diff(&c.want, got, ignore, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{``, "1:1: unexpected end of the document"},
		{"  \n ", "2:2: unexpected end of the document"},
		{"\uFEFF{}", "1:1: the document begins with a byte order mark"},
		{`[]`, "1:1: a policy document is an object, not a list"},
		{`"{}"`, "1:1: a policy document is an object, not a string"},
		{`{} {}`, "1:4: unexpected '{' after the document"},
		{`{"Version":"2012-10-17",}`, "1:25: expected an object key, found '}'"},
		{`{"Statement":[{},]}`, "1:18: expected a value, found ']'"},
		{`{"Statement" []}`, `1:14: expected : after the key "Statement", found '['`},
		{`{"Statement":[1 2]}`, "1:17: expected , or ] in the list, found '2'"},
		{`{"Id":"a" "b"}`, "1:11: expected , or } in the object, found '\"'"},
		{"{\n  \"Id\": \"é\", \"Id\": \"b\"\n}", `2:14: duplicate key "Id"`},
		{`{"Statement":{"Effect":"Deny","Condition":{"Bool":{"a":1,"a":2}}}}`, `1:58: duplicate key "a"`},
		{`{"Id":"a`, "1:7: a string without an end"},
		{`{"Id":"a\`, "1:9: a string without an end"},
		{"{\"Id\":\"a\nb\"}", `1:9: a control character in a string: write it as \u000a`},
		{`{"Id":"\x"}`, `1:8: \x is no escape`},
		{`{"Id":"\u12g4"}`, `1:8: \u needs four hexadecimal digits`},
		{"{\"Id\":\"\xff\"}", "1:8: a byte that is not UTF-8"},
		{`{"Id":-}`, `1:7: "-" is no number`},
		{`{"Id":01}`, "1:8: expected , or } in the object, found '1'"},
		{`{"Id":1.}`, `1:7: "1." is no number`},
		{`{"Id":nul}`, "1:7: expected a value, found 'n'"},
		{`{"Id":"\ud83dx\u00`, `1:15: \u needs four hexadecimal digits`},
		{"{" + manyKeys(20) + `,"k7":1}`, `1:192: duplicate key "k7"`},
		{"[" + `1`, "1:3: expected , or ] in the list, found the end of the document"},
		{`{"Id":{}}`, "1:7: Id is an object, not a text"},
		{`{"statement":[]}`, `1:2: there is no element "statement": its name is Statement, case matters`},
		{`{"Rules":[]}`, `1:2: there is no element "Rules" here: only Version, Id, Statement`},
		{`{"Statement":["x"]}`, "1:15: a statement is an object, not a string"},
		{`{"Statement":[null]}`, "1:15: a statement is an object, not null"},
		{`{"Statement":[{"Action":"*"}]}`, "1:15: a statement has no Effect"},
		{`{"Statement":[{"Effect":"allow"}]}`, `1:25: Effect is "allow", neither Allow nor Deny`},
		{`{"Statement":[{"Effect":"Allow","action":"*"}]}`, `1:33: there is no element "action": its name is Action, case matters`},
		{`{"Statement":[{"Effect":"Allow","Action":"a:b","NotAction":"a:c"}]}`, "1:60: a statement has both Action and NotAction"},
		{`{"Statement":[{"Effect":"Allow","NotResource":"a","Resource":"b"}]}`, "1:62: a statement has both Resource and NotResource"},
		{`{"Statement":[{"Effect":"Allow","Principal":"*","NotPrincipal":"*"}]}`, "1:64: a statement has both Principal and NotPrincipal"},
		{`{"Statement":[{"Effect":"Allow","Principal":{"aws":"*"}}]}`, `1:46: there is no element "aws": its name is AWS, case matters`},
		{`{"Statement":[{"Effect":"Allow","Action":[["a:b"]]}]}`, "1:43: Action holds a list among its texts"},
		{`{"Statement":[{"Effect":"Allow","Action":{}}]}`, "1:42: Action is an object, neither a text nor a list of texts"},
		{`{"Statement":[{"Effect":"Allow","Condition":[]}]}`, "1:45: Condition is an object, not a list"},
		{`{"Statement":[{"Effect":"Allow","Condition":{"Bool":"x"}}]}`, "1:53: condition Bool is an object, not a string"},
		{`{"Statement":[{"Effect":"Allow","Condition":{"Bool":{"k":null}}}]}`, "1:58: condition key k is null, neither a text nor a list of texts"},
		{strings.Repeat("[", 100), "1:66: values are nested more than 64 deep"},
		{strings.Repeat(" ", 300_000), "1:1: the document has 300000 bytes, more than 262144"},
	} {
		_, err := policy.Parse(c.text)
		if _, ok := errors.AsType[*policy.SyntaxError](err); !ok || err.Error() != c.want {
			t.Errorf("Parse(%.60q): error %v, want %s", c.text, err, c.want)
		}
	}
}

// manyKeys are members k0 to kn-1.
func manyKeys(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"k%d":[1]`, i)
	}
	return strings.Join(members, ",")
}

func TestParseUnknown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{hole("var.policy has no value"), "var.policy has no value"},
		{`"` + hole("why") + `"`, "why"},
		{exact("var.p"), "var.p has no value"},
		{ref("aws_x.y", "policy"), "aws_x.y.policy is known only after apply"},
		{" " + hole("why") + "\n", "why"},
		{"{" + hole("why") + "}", "why"},
		{`{"Statement":[{"Effect":"Allow"}` + hole("why") + `]}`, "why"},
		{`{"Statement":[` + hole("why") + ` {"Effect":"Allow"}]}`, "why"},
		{hole("first") + hole("second"), "first"},
	} {
		_, err := policy.Parse(c.text)
		unknown, ok := errors.AsType[*policy.UnknownError](err)
		if !ok || unknown.Cause != c.want {
			t.Errorf("Parse(%q): error %v, want that the cause is %s", policy.Display(c.text), err, c.want)
		}
		if want := "the policy document is not known: " + c.want; err == nil || err.Error() != want {
			t.Errorf("Parse(%q): error %v, want %s", policy.Display(c.text), err, want)
		}
	}
}

// TestHolesMatter has holes in every place; whatever stands there could turn
// the answer, so that none may be decided.
func TestHolesMatter(t *testing.T) {
	t.Parallel()
	h := hole("why")
	for _, text := range []string{
		`{"Version":"2012-10-17","` + h + `":[]}`,
		`{"Statement":"` + h + `"}`,
		`{"Statement":["` + h + `"]}`,
		`{"Statement":["` + ref("aws_x.y", "z") + `"]}`,
		`{"Statement":[` + h + `]}`,
		`{"Statement":[{"Effect":"` + h + `","Principal":{"AWS":"*","Service":"s3.amazonaws.com"},"Action":"*","Resource":"*"}]}`,
		`{"Statement":[{"` + h + `":"*"}]}`,
	} {
		d := parse(t, text)
		for name, a := range map[string]policy.Answer{
			"DeniesInsecureTransport": d.DeniesInsecureTransport(bucketARN),
			"AllowsPublic":            d.AllowsPublic("s3:Get*"),
			"HasAdminStatement":       d.HasAdminStatement(),
			"FullAccess":              d.FullAccess(),
			"AllowsAction":            d.AllowsAction([]string{"kms:Decrypt"}, policy.AllKMSKeys()),
			"AllowsServiceWithout":    d.AllowsServiceWithout("s3.amazonaws.com", []string{"aws:SourceAccount"}, "lambda:*"),
		} {
			if a.Truth != logic.Unknown {
				t.Errorf("%s of %s = %v (%s), want unknown", name, policy.Display(text), a.Truth, a.Reason)
			}
			if len(a.Causes) != 1 || a.Causes[0] != "why" && !strings.Contains(a.Causes[0], "after apply") {
				t.Errorf("%s of %s: causes %q", name, policy.Display(text), a.Causes)
			}
		}
	}
}

// TestHoleElementMayBeAnything has an unknown key in a statement that would
// otherwise decide.
func TestHoleElementMayBeAnything(t *testing.T) {
	t.Parallel()
	d := parse(t, document(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","`+hole("why")+`":{}`))
	if a := d.DeniesInsecureTransport(bucketARN); a.Truth != logic.Unknown {
		t.Errorf("an unknown element may be a condition: got %v, want unknown", a.Truth)
	}
	if a := d.AllowsPublic("s3:*"); a.Truth != logic.False {
		t.Errorf("a denial allows nothing, whatever else it says: got %v, want false", a.Truth)
	}
}

// TestCausesOfAll has two statements that leave a question open, for two
// reasons.
func TestCausesOfAll(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Statement":["`+hole("first")+`","`+hole("second")+`","`+hole("first")+`"]}`)
	want := []string{"first", "second"}
	for name, a := range map[string]policy.Answer{
		"DeniesInsecureTransport": d.DeniesInsecureTransport(bucketARN),
		"HasAdminStatement":       d.HasAdminStatement(),
	} {
		if diff := cmp.Diff(want, a.Causes); diff != "" || a.Statement != &d.Statements[0] {
			t.Errorf("%s of %v: causes (-want +got)\n%s", name, a.Statement, diff)
		}
	}
}

func TestEffect(t *testing.T) {
	t.Parallel()
	for effect, want := range map[policy.Effect]string{policy.Allow: "Allow", policy.Deny: "Deny", policy.EffectUnknown: "unknown"} {
		if got := effect.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
