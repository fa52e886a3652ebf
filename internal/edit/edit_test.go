package edit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"safeguard/internal/edit"
)

func TestApply(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		edits []edit.Edit
		want  string
		err   string
	}{
		{"none", nil, "0123456789", ""},
		{"replace and insert", []edit.Edit{{Start: 5, End: 7, New: "X"}, {New: ">"}}, ">01234X789", ""},
		{"at the end", []edit.Edit{{Start: 10, End: 10, New: "!"}}, "0123456789!", ""},
		{"same twice", []edit.Edit{{Start: 1, End: 2}, {Start: 1, End: 2}}, "023456789", ""},
		{"insertions keep their order", []edit.Edit{{Start: 1, End: 1, New: "b"}, {Start: 1, End: 1, New: "a"}}, "0ba123456789", ""},
		{"overlap", []edit.Edit{{Start: 1, End: 4}, {Start: 3, End: 5}}, "", "another edit"},
		{"out of range", []edit.Edit{{Start: 9, End: 11}}, "", "has 10 bytes"},
		{"backwards", []edit.Edit{{Start: 4, End: 3}}, "", "has 10 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := edit.Apply([]byte("0123456789"), tt.edits)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("got error %v, want one with %q", err, tt.err)
				}
				return
			}
			if err != nil || string(got) != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestMoved(t *testing.T) {
	t.Parallel()
	src := "abcdefgh"
	e := edit.Edit{Start: 2, End: 4, New: "XYZ"}
	for offset, want := range map[int]int{0: 0, 2: 2, 3: 2, 4: 5, 7: 8} {
		if got := e.Moved(offset); got != want {
			t.Errorf("Moved(%d) of %q: got %d, want %d", offset, src, got, want)
		}
	}
	insertion := edit.Edit{Start: 2, End: 2, New: "XYZ"}
	for offset, want := range map[int]int{1: 1, 2: 5, 3: 6} {
		if got := insertion.Moved(offset); got != want {
			t.Errorf("Moved(%d) by an insertion: got %d, want %d", offset, got, want)
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	got := string(edit.Diff("main.tf", []byte("a\nb\n"), []byte("a\nc\n")))
	const want = "--- a/main.tf\n+++ b/main.tf\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d := edit.Diff("main.tf", []byte("a\n"), []byte("a\n")); d != nil {
		t.Errorf("of equal files: got %q, want none", d)
	}
	if d := edit.Diff("new.tf", nil, []byte("a\n")); !bytes.HasPrefix(d, []byte("--- /dev/null\n+++ b/new.tf\n")) {
		t.Errorf("of a new file: got %q", d)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "f"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := edit.Write(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != "new" {
		t.Errorf("got %q, %v, want \"new\" where the link leads", got, err)
	}
	if info, err := os.Lstat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("got mode %v, %v, want that of before", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("got %v, %v, want a link still", info.Mode(), err)
	}
	if err := edit.Write(dir, nil); err == nil {
		t.Error("writing over a directory: got no error")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("got %d files, want no temporary ones left", len(entries))
	}
}

func FuzzApply(f *testing.F) {
	f.Add("resource {}\n", 3, 5, "x", 5, 5, "y")
	f.Fuzz(func(t *testing.T, src string, s1, e1 int, n1 string, s2, e2 int, n2 string) {
		edits := []edit.Edit{{Start: s1, End: e1, New: n1}, {Start: s2, End: e2, New: n2}}
		out, err := edit.Apply([]byte(src), edits)
		if err != nil {
			return
		}
		want := len(src)
		for i, e := range edits {
			if i == 0 || e != edits[0] {
				want += len(e.New) - (e.End - e.Start)
			}
		}
		if len(out) != want {
			t.Errorf("got %d bytes, want %d", len(out), want)
		}
	})
}
