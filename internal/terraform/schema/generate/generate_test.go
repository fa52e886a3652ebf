package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/generate/source"
	"safeguard/internal/terraform/schema/layout"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	five := map[string]source.Schema{"aws_x": {Block: &source.Block{
		Attributes: map[string]*source.Attribute{
			"encrypted": {Type: cty.Bool, Optional: true},
			"secret":    {Type: cty.String, Computed: true},
		},
		BlockTypes: map[string]*source.BlockType{"rule": {NestingMode: "list", MaxItems: 1, Block: &source.Block{}}},
	}}}
	six := map[string]source.Schema{
		"aws_x": {Block: &source.Block{
			Attributes: map[string]*source.Attribute{
				"encrypted": {Type: cty.String, Optional: true, Computed: true},
				"region":    {Type: cty.String, Optional: true, Computed: true},
				"secret":    {Type: cty.String, Computed: true, Sensitive: true},
			},
			BlockTypes: map[string]*source.BlockType{
				"rule":    {NestingMode: "set", Block: &source.Block{Attributes: map[string]*source.Attribute{"new": {Type: cty.Bool, Optional: true}}}},
				"logging": {NestingMode: "list", Block: &source.Block{}},
			},
		}},
		"aws_y": {Block: &source.Block{Attributes: map[string]*source.Attribute{"region": {Type: cty.String, Optional: true}}}},
	}
	merged, err := merge(five, six)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for typ, b := range merged {
		b.each(typ+".", func(path string, a *attr, n *nested) {
			if a != nil {
				got[path] = a.flags
			} else {
				got[path] = n.mode | n.flags
			}
		})
	}
	want := map[string]int{
		"aws_x.encrypted": layout.Optional,
		"aws_x.region":    layout.Optional | layout.Computed | layout.Added,
		"aws_x.secret":    layout.Computed | layout.Sensitive,
		"aws_x.rule":      layout.ModeList,
		"aws_x.rule.new":  layout.Optional | layout.Added,
		"aws_x.logging":   layout.ModeList | layout.NestedAdded,
		"aws_y.region":    layout.Optional,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if merged["aws_x"].attrs["encrypted"].typ != cty.Bool {
		t.Error("provider 6 changed a type of provider 5")
	}
}

func TestSetDefault(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ  cty.Type
		json string
		want string
	}{
		{cty.Bool, `true`, "true"},
		{cty.Bool, `"true"`, "true"},
		{cty.String, `5`, `"5"`},
		{cty.Set(cty.String), `[]`, "[]"},
		{cty.Map(cty.String), `{}`, "{}"},
		{cty.String, `null`, ""},
		{cty.List(cty.String), `["(unknown)"]`, ""},
	}
	for _, tt := range tests {
		a := &attr{typ: tt.typ}
		if err := a.setDefault(json.RawMessage(tt.json)); err != nil || a.value != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.json, a.value, err, tt.want)
		}
	}
	if err := (&attr{typ: cty.Number}).setDefault(json.RawMessage(`"many"`)); err == nil {
		t.Error("no error for a default of the wrong type")
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	b := &block{
		attrs: map[string]*attr{
			"kms_key_id": {typ: cty.String, flags: layout.Optional | layout.Computed},
			"id":         {typ: cty.String, flags: layout.Computed},
		},
		nested: map[string]*nested{"disk": {mode: layout.ModeSet, block: &block{attrs: map[string]*attr{
			"encrypted": {typ: cty.Bool, flags: layout.Optional},
		}}}},
	}
	err := b.observe(&observation{
		Default: map[string]json.RawMessage{"disk.encrypted": json.RawMessage("false")},
		Null:    []string{"kms_key_id"}, Blocks: []string{"disk"}, Replace: []string{"id", "kms_key_id"}, Toggle: []string{"disk"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := b.attrs["kms_key_id"].flags, layout.Optional|layout.Computed|layout.PlannedNull|layout.ForceNew; got != want {
		t.Errorf("kms_key_id: got %b, want %b", got, want)
	}
	if got := b.attrs["id"].flags; got != layout.Computed {
		t.Errorf("id: got %b", got)
	}
	if got, want := b.nested["disk"].flags, layout.NestedComputed|layout.NestedForceNew; got != want {
		t.Errorf("disk: got %b, want %b", got, want)
	}
	if a, _ := b.find("disk.encrypted"); a.value != "false" || !b.inSet("disk.encrypted") || b.inSet("kms_key_id") {
		t.Errorf("disk.encrypted: got %+v", a)
	}
}

func TestAddRemoved(t *testing.T) {
	t.Parallel()
	if err := addRemoved(map[string]*block{}, map[string]*block{}); err == nil {
		t.Error("no error for arguments of types that do not exist")
	}
}
