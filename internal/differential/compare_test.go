package differential_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/differential"
)

// schemasJSON has one resource type with an attribute or block of each kind.
const schemasJSON = `{"provider_schemas": {"p": {
	"resource_schemas": {"aws_x": {"block": {
		"attributes": {
			"name":  {"type": "string"},
			"list":  {"type": ["list", "string"]},
			"set":   {"type": ["set", "string"]},
			"tags":  {"type": ["map", "string"]},
			"rules": {"type": ["set", ["object", {"port": "number", "cidrs": ["set", "string"]}]]},
			"nested": {"nested_type": {"nesting_mode": "set", "attributes": {"a": {"type": "string"}}}}
		},
		"block_types": {
			"block":  {"nesting_mode": "list", "block": {"attributes": {"a": {"type": "string"}, "ids": {"type": ["set", "string"]}}}},
			"blocks": {"nesting_mode": "set", "block": {"attributes": {"a": {"type": "string"}, "b": {"type": "bool"}}}}
		}
	}}},
	"data_source_schemas": {"aws_x": {"block": {"attributes": {"set": {"type": ["set", "string"]}}}}}
}}}`

// A resource change and an inspected resource, both of aws_x.a.
type change struct {
	after, unknown, sensitive string
	configured                string // expressions
}

func compare(t *testing.T, c change, inspected string, skip map[string]bool) *differential.Report {
	t.Helper()
	or := func(s string) string {
		if s == "" {
			return "{}"
		}
		return s
	}
	return compareAll(t, `{
		"resource_changes": [{"address": "aws_x.a", "mode": "managed", "type": "aws_x",
			"change": {"after": `+or(c.after)+`, "after_unknown": `+or(c.unknown)+`, "after_sensitive": `+or(c.sensitive)+`}}],
		"configuration": {"root_module": {"resources": [{"address": "aws_x.a", "expressions": `+or(c.configured)+`}]}}
	}`, `{"resource": {"address": "aws_x.a", "type": "aws_x", `+inspected+`}}`, skip)
}

func compareAll(t *testing.T, plan, inspected string, skip map[string]bool) *differential.Report {
	t.Helper()
	planned, err := differential.ReadPlan([]byte(plan))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := differential.ReadInspection([]byte(inspected))
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := differential.ReadSchemas([]byte(schemasJSON))
	if err != nil {
		t.Fatal(err)
	}
	return differential.Compare(planned, ours, schemas, skip)
}

func TestCompareEqual(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		plan      change
		inspected string
		skip      map[string]bool
		equal     int
	}{
		"scalars":             {change{after: `{"name": "n", "n": 1, "b": true}`}, `"values": {"name": "n", "n": 1, "b": true}`, nil, 3},
		"numbers":             {change{after: `{"a": 10, "b": 0.5}`}, `"values": {"a": 1e1, "b": 0.50}`, nil, 2},
		"null is absent":      {change{after: `{"name": null, "tags": {"a": null, "b": "x"}}`}, `"values": {"tags": {"b": "x"}}`, nil, 1},
		"null is empty":       {change{after: `{"list": null, "tags": null}`}, `"values": {"list": [], "tags": {}}`, nil, 0},
		"default":             {change{after: `{"force": false, "block": [{"a": "x", "ids": ["1"]}]}`}, `"values": {"block": [{"a": "x"}]}`, nil, 1},
		"list with null":      {change{after: `{"list": ["a", null]}`}, `"values": {"list": ["a", null]}`, nil, 1},
		"set in other order":  {change{after: `{"set": ["a", "b", "c"]}`}, `"values": {"set": ["c", "a", "b"]}`, nil, 3},
		"set of objects":      {change{after: `{"rules": [{"port": 1, "cidrs": ["x", "y"]}, {"port": 2, "cidrs": []}]}`}, `"values": {"rules": [{"port": 2}, {"port": 1, "cidrs": ["y", "x"]}]}`, nil, 4},
		"set of nested":       {change{after: `{"nested": [{"a": "1"}, {"a": "2"}]}`}, `"values": {"nested": [{"a": "2"}, {"a": "1"}]}`, nil, 2},
		"set of blocks moved": {change{after: `{"blocks": [{"a": "x", "b": true}, {"a": "x", "b": false}]}`}, `"values": {"blocks": [{"a": "x"}, {"a": "x", "b": true}]}`, nil, 3},
		"unknown to both":     {change{after: `{}`, unknown: `{"name": true}`}, `"values": {}, "unknown": [{"path": "name", "cause": "c"}]`, nil, 0},
		"symbol":              {change{after: `{"list": ["a", null]}`, unknown: `{"list": [false, true]}`}, `"values": {"list": ["a", null]}, "symbols": [{"path": "list[1]", "refers_to": "aws_y.b.id"}]`, nil, 1},
		"set with unknown":    {change{after: `{"set": ["a"]}`, unknown: `{"set": [false, true]}`}, `"values": {"set": ["z", "y", "x"]}`, nil, 0},
		"collection unknown":  {change{after: `{}`, unknown: `{"set": true}`}, `"values": {"set": ["a", null]}, "symbols": [{"path": "set[1]", "refers_to": "aws_y.b.id"}]`, nil, 0},
		"sensitive":           {change{after: `{"name": "s"}`, sensitive: `{"name": true}`}, `"values": {}, "sensitive": ["name"]`, nil, 0},
		"held back":           {change{after: `{"name": "s"}`}, `"values": {}, "sensitive": ["name"]`, nil, 0},
		"skipped":             {change{after: `{"name": "a", "block": [{"a": "1"}]}`}, `"values": {"name": "b", "block": [{"a": "2"}]}`, map[string]bool{"aws_x.a name": true, "aws_x.a block[0].a": true}, 0},
		"same document":       {change{after: `{"name": "{\"a\":1,\"b\":[2]}"}`}, `"values": {"name": "{ \"b\": [2], \"a\": 1 }"}`, nil, 1},
		"configured null":     {change{after: `{"name": "", "n": 0}`, configured: `{"name": {}, "n": {}}`}, `"values": {}`, nil, 0},
		"configured in block": {change{after: `{"block": [{"a": "x"}, {"a": "y"}]}`, configured: `{"block": [{"a": {}}]}`}, `"values": {"block": [{}, {"a": "y"}]}`, nil, 1},
		"configured":          {change{after: `{"name": "x"}`, configured: `{"name": {}}`}, `"values": {"name": "x"}`, nil, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := compare(t, tt.plan, tt.inspected, tt.skip)
			for _, d := range report.Differences {
				t.Errorf("unexpected difference: %s", d)
			}
			if report.Equal != tt.equal {
				t.Errorf("got %d equal values, want %d", report.Equal, tt.equal)
			}
		})
	}
}

func TestCompareDifferent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		plan      change
		inspected string
		want      string // path: what
	}{
		"string":               {change{after: `{"name": "a"}`}, `"values": {"name": "b"}`, "name: values differ"},
		"type":                 {change{after: `{"name": "80"}`}, `"values": {"name": 80}`, "name: values differ"},
		"bool as string":       {change{after: `{"name": true}`}, `"values": {"name": "true"}`, "name: values differ"},
		"null":                 {change{after: `{"name": null}`}, `"values": {"name": "x"}`, "name: values differ"},
		"list order":           {change{after: `{"list": ["a", "b"]}`}, `"values": {"list": ["b", "a"]}`, "list[0]: values differ; list[1]: values differ"},
		"list length":          {change{after: `{"list": ["a", "b"]}`}, `"values": {"list": ["a"]}`, "list: 1 elements, not 2"},
		"list null":            {change{after: `{"list": ["a", "b"]}`}, `"values": {"list": ["a", null]}`, "list[1]: values differ"},
		"not a list":           {change{after: `{"list": ["a"]}`}, `"values": {"list": {"a": "a"}}`, "list: not an object"},
		"not an object":        {change{after: `{"tags": {"a": "x"}}`}, `"values": {"tags": ["x"]}`, "tags: not a list"},
		"block number":         {change{after: `{"block": []}`}, `"values": {"block": [{}]}`, "block: 1 elements, not 0"},
		"nested":               {change{after: `{"block": [{"a": "x"}]}`}, `"values": {"block": [{"a": "y"}]}`, "block[0].a: values differ"},
		"map value":            {change{after: `{"tags": {"a": "1"}}`}, `"values": {"tags": {"a": "2"}}`, "tags.a: values differ"},
		"map key":              {change{after: `{"tags": {"a": "1"}}`}, `"values": {"tags": {"a": "1", "b": "1"}}`, "tags.b: values differ"},
		"set":                  {change{after: `{"set": ["a", "b"]}`}, `"values": {"set": ["a", "c"]}`, "set: sets differ"},
		"set with duplicates":  {change{after: `{"set": ["a"]}`}, `"values": {"set": ["a", "a"]}`, "set: sets differ"},
		"set of objects":       {change{after: `{"rules": [{"port": 1}, {"port": 2}]}`}, `"values": {"rules": [{"port": 1}, {"port": 1}]}`, "rules: sets differ"},
		"set in block":         {change{after: `{"block": [{"ids": ["a"]}]}`}, `"values": {"block": [{"ids": ["b"]}]}`, "block[0].ids: sets differ"},
		"claim":                {change{unknown: `{"name": true}`}, `"values": {"name": "x"}`, "name: inspect knows what terraform does not"},
		"claim in list":        {change{after: `{"list": [null]}`, unknown: `{"list": [true]}`}, `"values": {"list": ["x"]}`, "list[0]: inspect knows what terraform does not"},
		"claim in map":         {change{after: `{"tags": {}}`, unknown: `{"tags": {"a": true}}`}, `"values": {"tags": {"a": "x"}}`, "tags.a: inspect knows what terraform does not"},
		"secret":               {change{after: `{"name": "hunter2"}`, sensitive: `{"name": true}`}, `"values": {"name": "hunter2"}`, "name: inspect prints a secret"},
		"map key lacking":      {change{after: `{"tags": {"a": "1"}}`}, `"values": {"tags": {}}`, "tags.a: inspect lacks this"},
		"key lacking":          {change{after: `{"input": [{"a": {"b": 1}}]}`}, `"values": {"input": [{"a": {}}]}`, "input[0].a.b: inspect lacks this"},
		"not mentioned within": {change{after: `{"block": [{"a": "x"}, {"a": "y"}]}`, configured: `{"block": [{"a": {}}, {"a": {}}]}`}, `"values": {"block": [{"a": "x"}, {}]}`, "block[1].a: inspect does not mention what the configuration sets"},
		"not mentioned":        {change{after: `{"name": "x"}`, configured: `{"name": {}}`}, `"values": {}`, "name: inspect does not mention what the configuration sets"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, summary(compare(t, tt.plan, tt.inspected, nil))); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

func summary(report *differential.Report) string {
	var all []string
	for _, d := range report.Differences {
		all = append(all, d.Path+": "+d.What)
	}
	return strings.Join(all, "; ")
}

func TestCompareGaps(t *testing.T) {
	t.Parallel()
	report := compare(t, change{after: `{"name": "n", "tags": {"a": "1", "b": "2"}, "list": ["x"], "force": false}`},
		`"values": {"name": "n", "list": [null]}, "unknown": [{"path": "tags", "cause": "var.tags has no value"}], "symbols": [{"path": "list[0]", "refers_to": "aws_y.b.id"}]`, nil)
	var got []string
	for _, gap := range report.Gaps {
		got = append(got, gap.String())
	}
	want := []string{
		`aws_x.a: list[0] = "x": symbol aws_y.b.id`,
		`aws_x.a: tags = {"a":"1","b":"2"}: var.tags has no value`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if report.Equal != 1 || report.Missing != 3 || report.Silent != 1 || report.Coverage() != 25 {
		t.Errorf("got %d equal, %d missing, %d silent, coverage %d %%, want 1, 3, 1, 25 %%", report.Equal, report.Missing, report.Silent, report.Coverage())
	}
	if len(report.Differences) != 0 {
		t.Errorf("got differences %v", report.Differences)
	}
}

func TestCompareAddresses(t *testing.T) {
	t.Parallel()
	const plan = `{
		"resource_changes": [
			{"address": "aws_x.same", "mode": "managed", "type": "aws_x", "change": {"after": {}, "after_unknown": {}}},
			{"address": "aws_x.lacking[0]", "mode": "managed", "type": "aws_x", "change": {"after": {}, "after_unknown": {}}},
			{"address": "module.m[\"a\"].aws_x.counted[\"x.y\"]", "mode": "managed", "type": "aws_x", "change": {"after": {"n": 1}, "after_unknown": {}}},
			{"address": "data.aws_x.d", "mode": "data", "type": "aws_x", "change": {"after": {}, "after_unknown": {"json": true}}}
		]}`
	const inspected = `
		{"resource": {"address": "aws_x.same", "type": "aws_x", "values": {}}}
		{"progress": {"message": "passed over"}}
		{"resource": {"address": "module.m[\"a\"].aws_x.counted[*]", "type": "aws_x", "values": {}}}
		{"resource": {"address": "aws_x.additional", "type": "aws_x", "values": {}}}`
	report := compareAll(t, plan, inspected, nil)
	var got []string
	for _, d := range report.Differences {
		got = append(got, d.Address+" "+d.What)
	}
	want := []string{
		"aws_x.lacking[0] inspect lacks this instance",
		"aws_x.additional terraform plans no such instance",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if len(report.Gaps) != 1 || report.Gaps[0].Cause != `inspect has only module.m["a"].aws_x.counted[*]` {
		t.Errorf("got gaps %v", report.Gaps)
	}
}

// Terraform defers to apply what inspect may compute.
func TestCompareDeferredDocuments(t *testing.T) {
	t.Parallel()
	const plan = `{
		"resource_changes": [
			{"address": "aws_x.a", "mode": "managed", "type": "aws_x", "change": {"after": {}, "after_unknown": {"policy": true, "name": true}}},
			{"address": "data.aws_x.d", "mode": "data", "type": "aws_x", "change": {"after": {}, "after_unknown": {"json": true}}}
		]}`
	const inspected = `
		{"resource": {"address": "aws_x.a", "type": "aws_x", "values": {"policy": "{\"Statement\": []}", "name": "claimed"}}}
		{"resource": {"address": "data.aws_x.d", "type": "aws_x", "values": {"json": "{}"}}}`
	if diff := cmp.Diff("name: inspect knows what terraform does not", summary(compareAll(t, plan, inspected, nil))); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

// The exact text of documents matters where no provider rewrites it.
func TestCompareDocumentsExactly(t *testing.T) {
	t.Parallel()
	const plan = `{"resource_changes": [{"address": "terraform_data.a", "mode": "managed", "type": "terraform_data", "change": {"after": {"input": "{\"a\":1}"}, "after_unknown": {}}}]}`
	const inspected = `{"resource": {"address": "terraform_data.a", "type": "terraform_data", "values": {"input": "{\"a\": 1}"}}}`
	if diff := cmp.Diff("input: values differ", summary(compareAll(t, plan, inspected, nil))); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

func TestReadInspectionTwice(t *testing.T) {
	t.Parallel()
	const line = `{"resource": {"address": "aws_x.a"}}`
	if _, err := differential.ReadInspection([]byte(line + "\n" + line)); err == nil {
		t.Error("an address that comes twice: got no error")
	}
}
