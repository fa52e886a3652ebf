package plan_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/terraform/plan"
)

const (
	emptyPlan = `{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"configuration":{"root_module":{}}}`
	oneShown  = `{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_vpc.v","mode":"managed","type":"aws_vpc","name":"v","values":{"id":"vpc-1"}}]}}}`
	oneStored = `{"version":4,"serial":1,"lineage":"x","resources":[{"mode":"managed","type":"aws_vpc","name":"v","instances":[{"attributes":{"id":"vpc-1"}}]}]}`
)

func TestReadKinds(t *testing.T) {
	t.Parallel()
	utf16LE := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(oneShown)) {
		utf16LE = binary.LittleEndian.AppendUint16(utf16LE, u)
	}
	utf16BE := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(oneShown)) {
		utf16BE = binary.BigEndian.AppendUint16(utf16BE, u)
	}
	for _, tt := range []struct {
		name, doc string
		isPlan    bool
		resources int
	}{
		{"empty plan", emptyPlan, true, 0},
		{"plan without planned_values", `{"format_version":"0.1","resource_changes":[]}`, true, 0},
		{"plan with null sections", `{"format_version":"1.2","planned_values":null,"resource_changes":null,"prior_state":null,"configuration":null}`, true, 0},
		{"shown state", oneShown, false, 1},
		{"shown state of an old version", `{"format_version":"0.2","values":{}}`, false, 0},
		{"empty shown state", `{"format_version":"1.0"}`, false, 0},
		{"empty shown state with version", `{"format_version":"1.0","terraform_version":"1.11.4"}`, false, 0},
		{"state file", oneStored, false, 1},
		{"empty state file", `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{},"resources":[],"check_results":null}`, false, 0},
		{"state file without resources", `{"version":4,"lineage":"x"}`, false, 0},
		{"byte order mark", "\ufeff" + oneShown, false, 1},
		{"UTF-16", string(utf16LE), false, 1},
		{"UTF-16, big end first", string(utf16BE), false, 1},
		{"white space", "\n\t " + strings.ReplaceAll(oneStored, ":", " :\r\n ") + "\n", false, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := plan.Read([]byte(tt.doc))
			if err != nil {
				t.Fatal(err)
			}
			if g := d.Graph("x", nil); d.IsPlan != tt.isPlan || len(g.Resources) != tt.resources {
				t.Errorf("plan %v with %d resources, want %v with %d", d.IsPlan, len(g.Resources), tt.isPlan, tt.resources)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	const neither = "want a plan (terraform show -json PLANFILE), a state (terraform show -json) or a state file (terraform.tfstate)"
	for _, tt := range []struct{ name, doc, want string }{
		{"empty", " \n", "it is empty: " + neither},
		{"text", "resource \"aws_vpc\" \"v\" {\n}\n", "it is not valid JSON: 1:1: invalid character 'r' looking for beginning of value"},
		{"cut off", "{\n  \"format_version\": \"1.0\",\n  \"val", "it is not valid JSON: 3:7: unexpected end of JSON input"},
		{"comma", "{\"a\": 1,\n \"b\": 2,\n}", "it is not valid JSON: 3:1: invalid character '}' looking for beginning of object key string"},
		{"too deep", strings.Repeat("[", 20000), "it is not valid JSON: 1:10001: invalid character '[' exceeded max depth"},
		{"list", "[1]", "it is JSON, but not an object: " + neither},
		{"other", `{"a":1}`, "it is JSON, but neither a plan nor a state: " + neither},
		{"schemas", `{"format_version":"1.0","provider_schemas":{}}`, "it is JSON, but neither a plan nor a state: " + neither},
		{"validation", `{"format_version":"1.0","valid":true}`, "it is JSON, but neither a plan nor a state: " + neither},
		{"log", "{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n", "it is the log of terraform plan -json, not a plan: save one with terraform plan -out=PLANFILE and give terraform show -json PLANFILE"},
		{"log of a line", "{\"@level\":\"info\"}\n", "it is the log of terraform plan -json, not a plan: save one with terraform plan -out=PLANFILE and give terraform show -json PLANFILE"},
		{"plan of another version", `{"format_version":"2.0","resource_changes":[]}`, `format_version of the plan is "2.0": versions 0 and 1 can be read`},
		{"plan without a version", `{"format_version":1,"resource_changes":[]}`, `format_version of the plan is 1: versions 0 and 1 can be read`},
		{"state of another version", `{"format_version":"10.0","values":{}}`, `format_version of the state is "10.0": versions 0 and 1 can be read`},
		{"old state file", `{"version":3,"serial":1,"modules":[]}`, "the state file has version 3, of Terraform before 0.12: run terraform refresh with Terraform 0.12 or later, which rewrites it"},
		{"new state file", `{"version":5,"serial":1,"resources":[]}`, "the state file has version 5: version 4 can be read"},
		{"odd state file", `{"version":"4","resources":[]}`, `the state file has version "4": version 4 can be read`},
		{"changes", `{"format_version":"1.0","resource_changes":{}}`, "resource_changes is not a list: it is no document of Terraform"},
		{"change", `{"format_version":"1.0","resource_changes":[{"address":"a.b","type":"a","name":"b"},7]}`, "resource_changes[1]: the change is not an object: it is no document of Terraform"},
		{"change of a change", `{"format_version":"1.0","resource_changes":[{"change":[]}]}`, "resource_changes[0]: change is not an object: it is no document of Terraform"},
		{"nameless change", `{"format_version":"1.0","resource_changes":[{"address":"a.b","type":"a"}]}`, "resource_changes[0]: it has no address, type or name: it is no document of Terraform"},
		{"configuration", `{"format_version":"1.0","resource_changes":[],"configuration":7}`, "configuration is not an object: it is no document of Terraform"},
		{"values", `{"format_version":"1.0","values":[]}`, "values is not an object: it is no document of Terraform"},
		{"module", `{"format_version":"1.0","values":{"root_module":[]}}`, "values: a module is not an object: it is no document of Terraform"},
		{"nameless resource", `{"format_version":"1.0","values":{"root_module":{"child_modules":[{"address":"module.m","resources":[{}]}]}}}`, `values: resources[0] of module "module.m": it has no address, type or name: it is no document of Terraform`},
		{"resources", `{"version":4,"resources":{}}`, "resources is not a list: it is no document of Terraform"},
		{"stored resource", `{"version":4,"resources":[{"mode":"managed","type":"t"}]}`, "resources[0]: it has no type or name: it is no document of Terraform"},
		{"instances", `{"version":4,"resources":[{"mode":"managed","type":"t","name":"n","instances":{}}]}`, "resources[0]: instances is not a list: it is no document of Terraform"},
		{"modules without end", `{"format_version":"1.0","values":{"root_module":` + strings.Repeat(`{"child_modules":[`, 200) + strings.Repeat(`]}`, 200) + `}}`, "values: modules are nested more than 100 deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := plan.Read([]byte(tt.doc))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestBlockAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"":                                    "",
		"aws_s3_bucket.b":                     "aws_s3_bucket.b",
		"aws_s3_bucket.b[0]":                  "aws_s3_bucket.b",
		`module.a["x"].aws_s3_bucket.b[0]`:    "module.a.aws_s3_bucket.b",
		`module.a["x.y"].module.b[1].data.t`:  "module.a.module.b.data.t",
		`aws_s3_bucket.b["]"]`:                "aws_s3_bucket.b",
		`aws_s3_bucket.b["a\"].c[\\"]`:        "aws_s3_bucket.b",
		`module.m["\\"].aws_s3_bucket.b`:      "module.m.aws_s3_bucket.b",
		"aws_s3_bucket.b[*]":                  "aws_s3_bucket.b",
		`aws_s3_bucket.b["open`:               "aws_s3_bucket.b",
		`data.aws_iam_policy_document.d["a"]`: "data.aws_iam_policy_document.d",
	} {
		if got := plan.BlockAddress(address); got != want {
			t.Errorf("BlockAddress(%q) = %q, want %q", address, got, want)
		}
	}
}
