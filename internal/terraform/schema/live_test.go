package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/terraform/schema"
	"safeguard/internal/terraform/schema/generate/source"
	"safeguard/internal/tftest"
)

// TestTerraform asks Terraform and the provider whether the schema is right.
func TestTerraform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs terraform")
	}
	tf := tftest.Open(t)
	t.Run("provider", func(t *testing.T) { testProvider(t, tf) })
	t.Run("plan", func(t *testing.T) { testPlan(t, tf) })
}

// testProvider compares every type with the schema of the provider itself.
func testProvider(t *testing.T, tf *tftest.Terraform) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "schema.json")
	if err := os.WriteFile(path, tf.SchemasJSON(t), 0o644); err != nil {
		t.Fatal(err)
	}
	provider, err := source.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for typ, want := range provider.Resources {
		compare(t, typ, schema.Resource(typ), want.Block)
	}
	for typ, want := range provider.DataSources {
		compare(t, "data."+typ, schema.DataSource(typ), want.Block)
	}
}

var modes = map[string]schema.Mode{"single": schema.Single, "list": schema.List, "set": schema.Set, "map": schema.Map}

func compare(t *testing.T, path string, got *schema.Block, want *source.Block) {
	t.Helper()
	if got == nil {
		t.Errorf("%s is missing", path)
		return
	}
	for name, w := range want.Attributes {
		g := got.Attr(name)
		if g == nil || g.Removed || g.Added {
			t.Errorf("%s.%s is missing", path, name)
			continue
		}
		if !g.Type().Equals(w.Type) {
			t.Errorf("%s.%s: got type %#v, want %#v", path, name, g.Type(), w.Type)
		}
		// Provider 6 calls secret what provider 5 forgot.
		if g.Required != w.Required || g.Optional != w.Optional || g.Computed != w.Computed ||
			g.WriteOnly != w.WriteOnly || w.Sensitive && !g.Sensitive || w.AsBlocks() != (g.Elem() != nil) {
			t.Errorf("%s.%s: got %+v, want %+v", path, name, g, *w)
		}
	}
	for name, w := range want.BlockTypes {
		g := got.Nested(name)
		if g == nil || g.Removed || g.Added || g.Attribute {
			t.Errorf("%s.%s is missing", path, name)
			continue
		}
		if g.Mode != modes[w.NestingMode] || g.Min != w.MinItems || g.Max != w.MaxItems {
			t.Errorf("%s.%s: got %+v, want %s of %d to %d", path, name, *g, w.NestingMode, w.MinItems, w.MaxItems)
		}
		compare(t, path+"."+name, g.Block, w.Block)
	}
	for a := range got.Attrs() {
		if want.Attributes[a.Name] == nil && !a.Removed && !a.Added {
			t.Errorf("%s.%s is in no provider 5", path, a.Name)
		}
	}
	for n := range got.Blocks() {
		if want.BlockTypes[n.Name] == nil && !n.Removed && !n.Added && !n.Attribute {
			t.Errorf("%s.%s is in no provider 5", path, n.Name)
		}
	}
}
