package main

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/generate/source"
)

func TestMessagePack(t *testing.T) {
	t.Parallel()
	given := map[string]any{
		"null": nil, "yes": true, "no": false, "text": "a string", "number": -3, "unknown": unknown{},
		"list": []any{"x", 1}, "object": map[string]any{"inner": []any{}},
	}
	got, err := decode(encode(nil, given))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"null": nil, "yes": true, "no": false, "text": "a string", "number": -3.0, "unknown": unknown{},
		"list": []any{"x", 1.0}, "object": map[string]any{"inner": []any{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	compact := []byte{0x83, 0xa1, 'a', 0x05, 0xa1, 'b', 0x92, 0xff, 0xcd, 0x01, 0x00, 0xa1, 'c', 0xc7, 0x02, 0x0c, 0x81, 0x01}
	got, err = decode(compact)
	if diff := cmp.Diff(map[string]any{"a": 5.0, "b": []any{-1.0, 256.0}, "c": unknown{}}, got); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	if _, err := decode(compact[:5]); err == nil {
		t.Error("no error for half a value")
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	step := func(name string) []byte { return field(nil, 1, []byte(name)) }
	path := field(field(field(nil, 1, step("rule")), 1, []byte{0x18, 0x00}), 1, step("kms_key_id"))
	if got := names(path); got != "rule.kms_key_id" {
		t.Errorf("got path %q", got)
	}
	diagnostic := field(field([]byte{0x08, 0x01}, 2, []byte("summary")), 3, []byte("detail"))
	if err := failure([][]byte{diagnostic}); err == nil || err.Error() != "summary: detail" {
		t.Errorf("got error %v", err)
	}
	diagnostic[1] = 2
	if err := failure([][]byte{diagnostic}); err != nil {
		t.Errorf("a warning became %v", err)
	}
}

func TestLearn(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		path string
		want hint
	}{
		"enum": {
			"Invalid String Enum Value: no match.\n\nPath: limits[0].storage[Value({})].unit\nGiven Value: first\nValid Values: [GB MB TB]",
			"limits.storage.unit", hint{"GB", "TB"},
		},
		"arn": {
			"Invalid ARN Value: cannot be parsed as an ARN.\n\nPath: role\nValue: first",
			"role", hint{"arn:aws:iam::123456789012:role/first", "arn:aws:iam::123456789012:role/second"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := hints{}
			if !h.learn(errors.New(tt.text)) || h.learn(errors.New(tt.text)) {
				t.Error("not learned once")
			}
			if diff := cmp.Diff(hints{tt.path: tt.want}, h); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if (hints{}).learn(errors.New("some other error")) {
		t.Error("learned from an error without a path")
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	b := &source.Block{
		Attributes: map[string]*source.Attribute{
			"arn":  {Type: cty.String, Computed: true},
			"name": {Type: cty.String, Required: true},
			"size": {Type: cty.Number, Optional: true},
		},
		BlockTypes: map[string]*source.BlockType{
			"rule": {NestingMode: "set", Block: &source.Block{Attributes: map[string]*source.Attribute{
				"status": {Type: cty.Bool, Required: true},
			}}},
		},
	}
	if got := depthOf(b); got != 1 {
		t.Errorf("got depth %d", got)
	}
	shallow := sample{value: settled(false)}.block(b, "", 0)
	if diff := cmp.Diff(map[string]any{"arn": nil, "name": "first", "size": nil, "rule": []any{}}, shallow); diff != "" {
		t.Errorf("shallow (-want +got):\n%s", diff)
	}
	prior := sample{depth: 1, optional: true, computed: true, value: settled(false)}.block(b, "", 0)
	changed := sample{depth: 1, optional: true, value: settled(false), changed: "rule.status"}.block(b, "", 0)
	want := map[string]any{"arn": "first", "name": "first", "size": 1, "rule": []any{map[string]any{"status": true}}}
	if diff := cmp.Diff(want, carry(b, changed, prior)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	b := &source.Block{
		Attributes: map[string]*source.Attribute{
			"arn":     {Type: cty.String, Computed: true},
			"enabled": {Type: cty.Bool, Optional: true},
			"prefix":  {Type: cty.String, Optional: true, Computed: true},
			"size":    {Type: cty.Number, Optional: true},
		},
		BlockTypes: map[string]*source.BlockType{"rule": {NestingMode: "list", Block: &source.Block{}}},
	}
	config := sample{value: notKnown}.block(b, "", 0)
	seen := &sightings{states: map[string][]any{}, blocks: map[string][]any{}}
	seen.block(b, "", config, map[string]any{
		"arn": unknown{}, "enabled": true, "prefix": nil, "size": nil, "rule": unknown{},
	})
	got := &observation{Default: map[string]any{}}
	seen.judge(b, "", got)
	want := &observation{Default: map[string]any{"enabled": true}, Null: []string{"prefix"}, Blocks: []string{"rule"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
