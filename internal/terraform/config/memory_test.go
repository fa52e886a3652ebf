package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/terraform/config"
)

// TestMemory loads a directory twice: what did not change is the same tree, and
// what did is read anew.
func TestMemory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, src := range map[string]string{"a.tf": "locals {\n  a = 1\n}\n", "b.tf": "locals {\n  b = 1\n}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	memory := &config.Memory{}
	load := func(overlay config.Overlay) *config.Module {
		tree, err := config.Load(dir, config.Options{Memory: memory, Overlay: overlay})
		if err != nil {
			t.Fatal(err)
		}
		return tree.Roots[0].Module
	}
	first := load(nil)
	second := load(config.Overlay{filepath.ToSlash(filepath.Join(dir, "b.tf")): []byte("locals {\n  c = 1\n}\n")})
	if first.Locals["a"] != second.Locals["a"] {
		t.Error("a.tf was parsed again")
	}
	if second.Locals["b"] != nil || second.Locals["c"] == nil {
		t.Errorf("got locals %v, want those of the overlay", second.Locals)
	}
	if third := load(nil); third.Locals["b"] == nil {
		t.Error("what the overlay said is remembered after it")
	}
}
