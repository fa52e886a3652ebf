package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"safeguard/internal/terraform/schema"
	"safeguard/internal/tftest"
)

// testPlan plans testdata/left_out.tf and checks, of everything that it leaves
// out, whether the plan has a value, which, or only after apply.
func testPlan(t *testing.T, tf *tftest.Terraform) {
	t.Parallel()
	config, err := os.ReadFile("testdata/left_out.tf")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), config, 0o644); err != nil {
		t.Fatal(err)
	}
	tf.Init(t, dir)
	var plan struct {
		Changes []struct {
			Address, Type string
			Change        struct {
				After   map[string]any
				Unknown map[string]any `json:"after_unknown"`
			}
		} `json:"resource_changes"`
		Configuration struct {
			Root struct {
				Resources []struct {
					Address     string
					Expressions map[string]any
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal(tf.PlanJSON(t, dir), &plan); err != nil {
		t.Fatal(err)
	}
	written := map[string]map[string]any{}
	for _, r := range plan.Configuration.Root.Resources {
		written[r.Address] = r.Expressions
	}
	for _, r := range plan.Changes {
		checked := leftOut(t, r.Address, schema.Resource(r.Type), written[r.Address], r.Change.After, r.Change.Unknown)
		if checked < 3 {
			t.Errorf("%s: compared %d attributes", r.Address, checked)
		}
	}
}

func leftOut(t *testing.T, path string, b *schema.Block, written, after, unknown map[string]any) (checked int) {
	t.Helper()
	for a := range b.Attrs() {
		if written[a.Name] != nil || a.Added || a.Removed {
			continue
		}
		checked++
		want, known := a.Default()
		switch got, isUnknown := after[a.Name], unknown[a.Name] == true; {
		case isUnknown != a.AfterApply():
			t.Errorf("%s.%s: known only after apply: got %v, want %v", path, a.Name, a.AfterApply(), isUnknown)
		case isUnknown:
		case known:
			if v := valueOf(t, got, want.Type()); !v.RawEquals(want) {
				t.Errorf("%s.%s: got default %#v, want %#v", path, a.Name, want, v)
			}
		case got != nil:
			t.Errorf("%s.%s: got no default, want %v", path, a.Name, got)
		}
	}
	for n := range b.Blocks() {
		if n.Added || n.Removed {
			continue
		}
		given := objects(written[n.Name])
		if n.Attribute && len(given) == 1 {
			given = objects(given[0]["constant_value"])
		}
		if len(given) == 0 {
			if got := unknown[n.Name] == true; !n.Attribute && got != n.Computed {
				t.Errorf("%s.%s: blocks known only after apply: got %v, want %v", path, n.Name, n.Computed, got)
			}
			continue
		}
		a, u := objects(after[n.Name]), objects(unknown[n.Name])
		for i := range given {
			if i < len(a) && i < len(u) {
				checked += leftOut(t, path+"."+n.Name, n.Block, given[i], a[i], u[i])
			}
		}
	}
	return checked
}

// objects returns the blocks in a value of plan JSON.
func objects(v any) (found []map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		for _, e := range v {
			if m, ok := e.(map[string]any); ok {
				found = append(found, m)
			}
		}
	}
	return found
}

func valueOf(t *testing.T, v any, typ cty.Type) cty.Value {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	value, err := ctyjson.Unmarshal(text, typ)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
