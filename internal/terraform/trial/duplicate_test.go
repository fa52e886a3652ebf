package trial

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDuplicate mirrors a directory without symbolic links: a file that changes
// there stays as it is where it came from.
func TestDuplicate(t *testing.T) {
	t.Parallel()
	top, at := t.TempDir(), t.TempDir()
	for _, name := range []string{"root/main.tf", "root/.terraform/providers/aws/bin", "modules/m/main.tf", ".git/HEAD", "notes/a/note.txt"} {
		if err := os.MkdirAll(filepath.Join(top, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(top, name), []byte("before"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	main := filepath.Join(top, "root", "main.tf")
	if err := mirror(top, at, []string{filepath.Dir(main)}, duplicate); err != nil {
		t.Fatal(err)
	}
	if err := replace(top, at, map[string][]byte{main: []byte("after")}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		filepath.Join(top, "root", "main.tf"):                              "before",
		filepath.Join(at, "root", "main.tf"):                               "after",
		filepath.Join(at, "root", ".terraform", "providers", "aws", "bin"): "before",
		filepath.Join(at, "modules", "m", "main.tf"):                       "before",
		filepath.Join(at, "notes", "a", "note.txt"):                        "before",
	} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, error %v, want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(at, ".git")); !os.IsNotExist(err) {
		t.Errorf("the history of git is copied too: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := copyFile(main, copied, 0o444); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(copied); err != nil || string(got) != "before" {
		t.Errorf("a copy: got %q, error %v", got, err)
	}
}
