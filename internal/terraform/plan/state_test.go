package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// TestSameState compares a state file with what terraform show -json prints of
// it.
func TestSameState(t *testing.T) {
	t.Parallel()
	stored, shown := everything(open(t, "state", "terraform.tfstate")), everything(open(t, "state", "show.json"))
	if diff := cmp.Diff(shown, stored); diff != "" {
		t.Errorf("-show +tfstate:\n%s", diff)
	}
	if len(stored) < 40 {
		t.Errorf("only %d values", len(stored))
	}
}

// everything lists all values of a graph that are set, a line each, sorted.
func everything(g *graph.Graph) []string {
	var out []string
	for _, r := range g.Resources {
		out = append(out, fmt.Sprintf("%s: %s %s %s %v id=%s arn=%s region=%s", r.Address, r.Module, r.Type, r.Name, r.Data, r.ID, r.ARN, r.Region))
		attrs, blocks := r.Body.Names()
		for _, name := range slices.Concat(attrs, blocks) {
			if v := r.Attr(name); v.NonEmpty() != logic.False {
				out = append(out, r.Address+" "+name+" = "+v.Display())
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestState(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"terraform.tfstate", "show.json"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			g := open(t, "state", file)
			for _, tt := range []struct{ address, path, want string }{
				{`aws_s3_bucket.b["a.b[0]"]`, "bucket", `"one"`},
				{`aws_s3_bucket.b["k\"1"]`, "bucket", `"two"`}, // not the deposed one
				{`aws_s3_bucket.b["k\"1"]`, "versioning.enabled", "false"},
				{`aws_s3_bucket.b["a.b[0]"]`, "versioning", "(not set)"}, // aws_s3_bucket_versioning.v says it
				{`aws_s3_bucket.b["k\"1"]`, "logging", "[]"},
				{"aws_db_instance.db", "storage_encrypted", "true"},
				{"aws_db_instance.db", "backup_retention_period", "0"},
				{"aws_db_instance.db", "kms_key_id", "(not set)"}, // ""
				{"aws_db_instance.db", "password", "(sensitive)"}, // the schema says so
				{"aws_db_instance.db", "username", "(sensitive)"}, // the state does
				{"aws_db_instance.db", "tags", `{owner = ""}`},
				{"aws_lambda_function.f", "environment.variables", `{MODE = "x", TOKEN = (sensitive)}`},
				{`module.net["x.y"].aws_subnet.s[1]`, "vpc_id", `"vpc-1"`},
				{"data.aws_iam_policy_document.tls", "json", `"{\"Version\":\"2012-10-17\",\"Statement\":[]}"`},
			} {
				r := g.ByAddress(tt.address)
				if r == nil {
					t.Errorf("no %s", tt.address)
					continue
				}
				if got := r.Get(tt.path).Display(); got != tt.want {
					t.Errorf("%s.%s = %s, want %s", tt.address, tt.path, got, tt.want)
				}
			}
			for address, want := range map[string]string{
				"aws_db_instance.db":                "eu-central-1",
				"aws_lambda_function.f":             "us-west-2",
				`aws_s3_bucket.b["k\"1"]`:           "eu-central-1",
				`module.net["x.y"].aws_subnet.s[0]`: "eu-central-1",
				"terraform_data.d":                  "",
			} {
				if got := g.ByAddress(address).Region; got != want {
					t.Errorf("region of %s is %q, want %q", address, got, want)
				}
			}
			if got := g.ByAddress("aws_db_instance.db").DefaultTags().Display(); got != `{owner = "", team = "x"}` {
				t.Errorf("default tags = %s", got)
			}
			b := g.ByAddress(`aws_s3_bucket.b["a.b[0]"]`)
			if got := g.Attached(b, "aws_s3_bucket_versioning", "bucket"); len(got.Items) != 1 || got.Lacks != logic.False {
				t.Errorf("versioning of %s: %+v", b.Address, got)
			}
			b = g.ByAddress(`aws_s3_bucket.b["k\"1"]`)
			if got := g.Attached(b, "aws_s3_bucket_versioning", "bucket"); got.Lacks != logic.True {
				t.Errorf("versioning of %s: %+v", b.Address, got)
			}
		})
	}
}

// TestNoSecrets looks for a secret in everything that is displayed.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	for _, file := range [][]string{{"state", "terraform.tfstate"}, {"state", "show.json"}, {"relations", "plan.json"}} {
		for _, line := range everything(open(t, file...)) {
			if strings.Contains(line, "hunter2") {
				t.Errorf("%v shows %s", file, line)
			}
		}
	}
}

// TestStateKeys compares the addresses of a state file's instances with those
// that Terraform gives them.
func TestStateKeys(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		`"$x"`:         `["$x"]`,
		`"${x}"`:       `["$${x}"]`,
		`"%{x}"`:       `["%%{x}"]`,
		`"$$${y}"`:     `["$$$${y}"]`,
		`"a\u0001b"`:   `["a\u0001b"]`,
		`"\\"`:         `["\\"]`,
		`"\""`:         `["\""]`,
		`"\u007f"`:     `["\u007f"]`,
		`"nl\n\t"`:     `["nl\n\t"]`,
		`"\u00a0nbsp"`: `["\u00a0nbsp"]`,
		`"zw\u200b"`:   `["zw\u200b"]`,
		`"é☺😀"`:        `["é☺😀"]`,
		`""`:           `[""]`,
		`0`:            `[0]`,
		`17`:           `[17]`,
		`null`:         ``,
	} {
		g := graphOf(t, `{"version":4,"resources":[{"mode":"managed","type":"aws_vpc","name":"v","instances":[{"index_key":`+key+`,"attributes":{}}]}]}`)
		if got := g.Resources[0].Address; got != "aws_vpc.v"+want {
			t.Errorf("index_key %s: %s, want aws_vpc.v%s", key, got, want)
		}
	}
}

// TestFlatState reads an instance that Terraform 0.12 and later have never
// rewritten: it is there, but nothing of it is known.
func TestFlatState(t *testing.T) {
	t.Parallel()
	g := graphOf(t, `{"version":4,"resources":[{"mode":"managed","type":"aws_s3_bucket","name":"b","instances":[
		{"attributes_flat":{"id":"b"}},{"index_key":1,"attributes":null}]}]}`)
	if len(g.Resources) != 1 {
		t.Fatalf("%d resources", len(g.Resources))
	}
	v := g.Resources[0].Attr("bucket")
	if v.Kind() != graph.KindUnknown || !strings.Contains(v.Cause().Text, "terraform apply -refresh-only") {
		t.Errorf("bucket is %s: %s", v.Display(), v.Cause().Text)
	}
}

// TestSecretPaths reads paths of secrets in a state file.
func TestSecretPaths(t *testing.T) {
	t.Parallel()
	for paths, want := range map[string]string{
		`[]`: `{a = ["1", "2"], b = "3"}`,
		`[[{"type":"get_attr","value":"input"}]]`:                                                                                                                              `(sensitive)`,
		`[[{"type":"get_attr","value":"input"},{"type":"get_attr","value":"b"}]]`:                                                                                              `{a = ["1", "2"], b = (sensitive)}`,
		`[[{"type":"get_attr","value":"input"},{"type":"get_attr","value":"a"},{"type":"index","value":{"value":1,"type":"number"}}]]`:                                         `{a = ["1", (sensitive)], b = "3"}`,
		`[[{"type":"get_attr","value":"input"},{"type":"index","value":{"value":"b","type":"string"}}],[{"type":"get_attr","value":"input"},{"type":"get_attr","value":"a"}]]`: `{a = (sensitive), b = (sensitive)}`,
		`[[{"type":"get_attr","value":"input"},{"type":"get_attr","value":"a"},{"type":"index","value":{"value":{"x":1},"type":["object",{"x":"number"}]}}]]`:                  `{a = (sensitive), b = "3"}`,
		`[[{"type":"get_attr","value":"other"}],[],7,[7],{}]`:                                                                                                                  `{a = ["1", "2"], b = "3"}`,
	} {
		g := graphOf(t, `{"version":4,"resources":[{"mode":"managed","type":"x_y","name":"n","instances":[
			{"attributes":{"input":{"a":["1","2"],"b":"3"}},"sensitive_attributes":`+paths+`}]}]}`)
		if got := g.Resources[0].Attr("input").Display(); got != want {
			t.Errorf("%s: %s, want %s", paths, got, want)
		}
	}
}

// TestPlanEdges reads parts of plans that the recorded ones do not have.
func TestPlanEdges(t *testing.T) {
	t.Parallel()
	change := func(address, fields, change string) string {
		typ, name, _ := strings.Cut(address, ".")
		return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"name":%q%s,"change":{%s}}`, address, typ, name, fields, change)
	}
	created := change("aws_vpc.a", "", `"actions":["create"],"after":{"cidr_block":"10.0.0.0/16"},"after_unknown":{"id":true}`)
	prior := func(address string) string {
		typ, name, _ := strings.Cut(address, ".")
		return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"name":%q,"values":{}}`, address, typ, name)
	}
	state := `,"prior_state":{"values":{"root_module":{"resources":[` + prior("aws_vpc.a") + `,` + prior("aws_vpc.z") + `]}}}`
	for _, tt := range []struct {
		name, doc  string
		want       []string
		incomplete string
	}{
		{name: "what the plan leaves alone", doc: `"resource_changes":[` + created + `]` + state, want: []string{"aws_vpc.a", "aws_vpc.z"}},
		{name: "delete", doc: `"resource_changes":[` + change("aws_vpc.z", "", `"actions":["delete"],"after":null`) + `]` + state, want: []string{"aws_vpc.a"}},
		{name: "forget", doc: `"resource_changes":[` + change("aws_vpc.z", "", `"actions":["forget"],"after":null`) + `]` + state, want: []string{"aws_vpc.a"}},
		{name: "moved", doc: `"resource_changes":[` + change("aws_vpc.y", `,"previous_address":"aws_vpc.z"`, `"actions":["no-op"],"after":{}`) + `]` + state, want: []string{"aws_vpc.y", "aws_vpc.a"}},
		{name: "replaced without a trace", doc: `"resource_changes":[` + change("aws_vpc.b", "", `"actions":["create","forget"],"after":{}`) + `]`, want: []string{"aws_vpc.b"}},
		{name: "ephemeral", doc: `"resource_changes":[{"address":"ephemeral.a.b","mode":"ephemeral","type":"a","name":"b","change":{"actions":["open"],"after":{}}}]`},
		{name: "errored", doc: `"errored":true,"complete":false,"resource_changes":[` + created + `]`, want: []string{"aws_vpc.a"},
			incomplete: "the plan ended with an error, so that resources may be missing: run terraform plan again"},
		{name: "targeted", doc: `"errored":false,"complete":false,"resource_changes":[` + created + `]`, want: []string{"aws_vpc.a"},
			incomplete: "the plan does not cover the whole configuration: run terraform plan without -target"},
		{name: "complete", doc: `"errored":false,"complete":true,"resource_changes":[` + created + `]`, want: []string{"aws_vpc.a"}},
		{name: "planned_values alone", doc: `"planned_values":{"root_module":{"resources":[` + prior("aws_vpc.a") + `],"child_modules":[{"resources":[` +
			strings.Replace(prior("aws_vpc.c"), `"aws_vpc.c"`, `"module.m.aws_vpc.c"`, 1) + `],"address":"module.m"}]}}`, want: []string{"aws_vpc.a", "module.m.aws_vpc.c"}},
		{name: "deferred", doc: `"resource_changes":[],"deferred_changes":[{"reason":"instance_count_unknown","resource_change":` +
			change("aws_vpc.d", "", `"actions":["create"],"after":{}`) + `},{"reason":"provider_config_unknown","resource_change":` +
			change("aws_vpc.e", "", `"actions":["create"],"after":{}`) + `}]`, want: []string{"aws_vpc.d?", "aws_vpc.e"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := graphOf(t, `{"format_version":"1.2",`+tt.doc+`}`)
			var got []string
			for _, r := range g.Resources {
				if r.Maybe {
					got = append(got, r.Address+"?")
				} else {
					got = append(got, r.Address)
				}
				if want := strings.HasPrefix(r.Address, "module.m."); want != (r.Module == "module.m") {
					t.Errorf("%s is in module %q", r.Address, r.Module)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if g.Incomplete != tt.incomplete {
				t.Errorf("incomplete: %q, want %q", g.Incomplete, tt.incomplete)
			}
		})
	}
}

// TestPlannedValues reads a plan that has been cut down to planned_values: what
// they leave out, though the configuration sets it, is not known.
func TestPlannedValues(t *testing.T) {
	t.Parallel()
	g := graphOf(t, `{"format_version":"1.2","planned_values":{"root_module":{"resources":[
		{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","values":{}},
		{"address":"aws_ebs_volume.v","mode":"managed","type":"aws_ebs_volume","name":"v","values":{"size":8}}]}},
		"configuration":{"root_module":{"resources":[{"address":"aws_kms_key.k"},
		{"address":"aws_ebs_volume.v","expressions":{"kms_key_id":{"references":["aws_kms_key.k.arn","aws_kms_key.k"]}}}]}}}`)
	r := g.ByAddress("aws_ebs_volume.v")
	for name, want := range map[string]string{"size": "8", "kms_key_id": "aws_kms_key.k.arn", "encrypted": "(not set)"} {
		if got := r.Attr(name).Display(); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
}

// TestWholeMarks reads marks that stand for everything within.
func TestWholeMarks(t *testing.T) {
	t.Parallel()
	g := graphOf(t, `{"format_version":"1.2","resource_changes":[
		{"address":"aws_vpc.s","mode":"managed","type":"aws_vpc","name":"s","change":{"actions":["create"],"after":{"cidr_block":"10.0.0.0/16"},"after_sensitive":true}},
		{"address":"aws_vpc.u","mode":"managed","type":"aws_vpc","name":"u","change":{"actions":["create"],"after":{},"after_unknown":true}}]}`)
	if got := g.ByAddress("aws_vpc.s").Attr("cidr_block").Display(); got != "(sensitive)" {
		t.Errorf("a secret is shown: %s", got)
	}
	if got := g.ByAddress("aws_vpc.u").Attr("cidr_block"); got.Kind() != graph.KindUnknown {
		t.Errorf("cidr_block = %s", got.Display())
	}
}

// TestPlaceholdersInText keeps text that looks like a placeholder from being
// taken for one.
func TestPlaceholdersInText(t *testing.T) {
	t.Parallel()
	g := graphOf(t, `{"version":4,"resources":[{"mode":"managed","type":"aws_vpc","name":"v","instances":[
		{"attributes":{"tags":{"a":"\ue000aws_vpc.x\ue001id\ue002","`+"\ue000?\ue001\ue002"+`":"b"},"id":"\ud800"}}]}]}`)
	v := g.Resources[0].Attr("tags")
	if refs := v.Refs(); len(refs) > 0 {
		t.Errorf("text of the document became references: %v", refs)
	}
	if got := v.Display(); !strings.Contains(got, "aws_vpc.x") {
		t.Errorf("tags = %s", got)
	}
}
