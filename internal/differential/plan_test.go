package differential_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/differential"
)

func TestReadPlan(t *testing.T) {
	t.Parallel()
	const plan = `{
		"resource_changes": [
			{"address": "module.m[\"a]\\\"b\"].aws_x.r[0]", "mode": "managed", "type": "aws_x", "change": {"after": {"n": 1}, "after_unknown": {"id": true}}},
			{"address": "data.aws_d.deferred", "mode": "data", "type": "aws_d", "change": {"after": {}, "after_unknown": {"json": true}}}
		],
		"prior_state": {"values": {"root_module": {
			"resources": [{"address": "data.aws_d.read", "mode": "data", "type": "aws_d", "values": {"json": "{}"}}],
			"child_modules": [{"resources": [{"address": "module.m.data.aws_d.read[1]", "mode": "data", "type": "aws_d", "values": {"json": "[]"}}]}]
		}}},
		"configuration": {"root_module": {
			"resources": [{"address": "data.aws_d.read", "expressions": {"statement": [{}]}}],
			"module_calls": {"m": {"module": {"resources": [{"address": "aws_x.r", "expressions": {"n": {"constant_value": 1}, "tags": {}}}]}}}
		}}
	}`
	instances, err := differential.ReadPlan([]byte(plan))
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Managed    bool
		Configured []string
	}
	got := map[string]row{}
	for address, i := range instances {
		got[address] = row{i.Managed, slices.Sorted(maps.Keys(i.Configured))}
	}
	want := map[string]row{
		`module.m["a]\"b"].aws_x.r[0]`: {true, []string{"n", "tags"}},
		"data.aws_d.deferred":          {},
		"data.aws_d.read":              {false, []string{"statement"}},
		"module.m.data.aws_d.read[1]":  {},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
}

func TestReadPlanBroken(t *testing.T) {
	t.Parallel()
	if _, err := differential.ReadPlan([]byte("not JSON")); err == nil {
		t.Error("got no error")
	}
}
