package config_test

import (
	"os"
	"path"
	"path/filepath"
	"testing"

	"safeguard/internal/terraform/config"
)

func TestOverlay(t *testing.T) {
	t.Parallel()
	dir := filepath.ToSlash(t.TempDir())
	for name, src := range map[string]string{
		"main.tf":          "variable \"old\" {}\n",
		"terraform.tfvars": "old = 1\n",
	} {
		if err := os.WriteFile(path.Join(dir, name), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	overlay := config.Overlay{
		path.Join(dir, "main.tf"):         []byte("variable \"changed\" {}\n"),
		path.Join(dir, "new.tf"):          []byte("variable \"new\" {}\n"),
		path.Join(dir, "new.auto.tfvars"): []byte("new = 2\n"),
	}
	tree, err := config.Load(dir, config.Options{Overlay: overlay})
	if err != nil {
		t.Fatal(err)
	}
	m := tree.Roots[0].Module
	if len(m.Variables) != 2 || m.Variables["changed"] == nil || m.Variables["new"] == nil {
		t.Errorf("got variables %v, want those of the overlay", m.Variables)
	}
	if files := tree.Roots[0].VarFiles; len(files) != 2 {
		t.Errorf("got files of values %v, want the one on disk and the new one", files)
	}
	values, _ := config.ParseVars(path.Join(dir, "new.auto.tfvars"), overlay)
	if values["new"] == nil {
		t.Error("the values of a new file are not read")
	}
}
