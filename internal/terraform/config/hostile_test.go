package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"safeguard/internal/terraform/config"
)

func load(t testing.TB, dir string) *config.Tree {
	t.Helper()
	tree, err := config.Load(dir, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// Files that cannot be taken in: each is refused by name, listed as
// incomplete, and the file beside it is still read.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	rep := strings.Repeat
	tests := []struct {
		name, file string
		make       func(t *testing.T, file string)
		want       string
	}{
		{"nul bytes", "x.tf", content("a = \"\x00\"\n"), "x.tf is binary: it has a NUL byte here"},
		{"nul bytes in JSON", "x.tf.json", content("{\"a\":\x00}"), "x.tf.json is binary"},
		{"not UTF-8", "x.tf", content("locals {\n  a = \"\xff\xfe\"\n}\n"), "must be UTF-8 encoded"},
		{"JSON not UTF-8", "x.tf.json", content("{\"a\": \"\xff\"}"), "this string is not valid UTF-8"},
		{"nested", "x.tf", content("a = " + rep("[", 100_000)), "more than 500 brackets"},
		{"nested in parentheses", "x.tf", content("a = " + rep("(", 1_000_000)), "more than 500 brackets"},
		{"nested in JSON", "x.tf.json", content(rep("[", 1_000_000)), "more than 500 arrays"},
		{"nested in JSON's strings", "x.tf.json", content(`{"locals": {"a": "${` + rep("[", 100_000) + `}"}}`), "more than 500 brackets"},
		{"operators", "x.tf", content("a = " + rep("!", 1_000_000) + "b\n"), "more than 10000 operators"},
		{"long here-document", "x.tf", content("locals {\n  a = <<EOT\n" + rep("a line of text\r\n", 100_000) + "EOT\r\n}\r\n"), "too long for the parser"},
		{"values in JSON", "x.tf.json", content(`{"locals": {"a": [1` + rep(",1", 2_000_000) + "]}}"), "more than 2000000 values"},
		{"dangling link", "x.tf", func(t *testing.T, file string) {
			if err := os.Symlink("nowhere", file); err != nil {
				t.Fatal(err)
			}
		}, "no such file"},
		{"device", "x.tf", func(t *testing.T, file string) {
			if err := os.Symlink("/dev/zero", file); err != nil {
				t.Fatal(err)
			}
		}, "x.tf is not a regular file"},
		{"unreadable", "x.tf", func(t *testing.T, file string) {
			if os.Geteuid() == 0 || runtime.GOOS == "windows" {
				t.Skip("this user may read everything")
			}
			content("")(t, file)
			if err := os.Chmod(file, 0); err != nil {
				t.Fatal(err)
			}
		}, "permission denied"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, tt.file)
			write(t, filepath.Join(dir, "ok.tf"), "locals { ok = 1 }\n")
			tt.make(t, file)
			tree := load(t, dir)
			m := tree.Roots[0].Module
			if len(m.Incomplete) != 1 || m.Incomplete[0] != filepath.ToSlash(file) {
				t.Errorf("got incomplete %q, want %q", m.Incomplete, file)
			}
			if len(tree.Diagnostics) == 0 || !strings.Contains(tree.Diagnostics[0].Detail, tt.want) || tree.Diagnostics[0].Range.Filename != filepath.ToSlash(file) {
				t.Errorf("got %.300v, want %q", tree.Diagnostics, tt.want)
			}
			if m.Locals["ok"] == nil {
				t.Error("the file beside it was not read")
			}
		})
	}
}

func content(data string) func(*testing.T, string) {
	return func(t *testing.T, file string) { write(t, file, data) }
}

func TestMaxFileBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "big.tf"), strings.Repeat("# comment\n", 300_000))
	write(t, filepath.Join(dir, "small.tf"), "locals { a = 1 }\n")
	tree, err := config.Load(dir, config.Options{MaxFileBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Diagnostics) != 1 || !strings.HasSuffix(tree.Diagnostics[0].Detail, "big.tf has 2 MB, more than the 1 MB that are read of one file") {
		t.Errorf("got %v", tree.Diagnostics)
	}
	if m := tree.Roots[0].Module; m.Locals["a"] == nil || len(m.Incomplete) != 1 {
		t.Errorf("got %v, incomplete %q", m.Locals, m.Incomplete)
	}
}

func TestManyDiagnostics(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.tf"), strings.Repeat("locals {\n  a = !\n}\n", 1000))
	tree := load(t, dir)
	if n := len(tree.Diagnostics); n > 1100 || n < 20 {
		t.Errorf("got %d diagnostics", n)
	}
	found := false
	for _, d := range tree.Diagnostics {
		found = found || strings.HasSuffix(d.Detail, "x.tf has 980 more problems like these")
	}
	if !found {
		t.Error("nothing says how many more there are")
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "bom.tf"), "\uFEFFlocals { bom = 1 }\n")
	write(t, filepath.Join(dir, "bom.tf.json"), "\uFEFF{\"locals\": {\"json_bom\": 1}}")
	write(t, filepath.Join(dir, "crlf.tf"), "locals {\r\n  crlf = <<EOT\r\nx\r\nEOT\r\n}\r\n")
	write(t, filepath.Join(dir, "latin1.tf"), "# caf\xe9\nlocals { latin1_comment = 1 }\n")
	tree := load(t, dir)
	for _, name := range []string{"bom", "json_bom", "crlf", "latin1_comment"} {
		if tree.Roots[0].Module.Locals[name] == nil {
			t.Errorf("local %s is missing", name)
		}
	}
	if len(tree.Diagnostics) > 0 {
		t.Errorf("got %v", tree.Diagnostics)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Skip(err)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	write(t, filepath.Join(top, "infra/live/main.tf"), "module \"m\" {\n  source = \"./linked\"\n}\n")
	write(t, filepath.Join(top, "infra/modules/m/main.tf"), "resource \"aws_x\" \"m\" {}\n")
	write(t, filepath.Join(top, "outside/main.tf"), "locals { outside = 1 }\n")
	write(t, filepath.Join(top, "common.tf"), "locals { common = 1 }\n")
	link(t, "../modules/m", filepath.Join(top, "infra/live/linked"))
	link(t, "..", filepath.Join(top, "infra/live/up"))
	link(t, ".", filepath.Join(top, "infra/here"))
	link(t, "/", filepath.Join(top, "infra/everything"))
	link(t, "../outside", filepath.Join(top, "infra/out1"))
	link(t, "../outside", filepath.Join(top, "infra/out2"))
	link(t, "../../common.tf", filepath.Join(top, "infra/live/common.tf"))
	link(t, "nowhere", filepath.Join(top, "infra/broken"))

	tree := load(t, filepath.Join(top, "infra"))
	var names []string
	for _, r := range tree.Roots {
		names = append(names, r.Name)
	}
	if got, want := fmt.Sprint(names), "[live out1]"; got != want {
		t.Fatalf("got roots %s, want %s", got, want)
	}
	live := tree.Roots[0].Module
	if live.Locals["common"] == nil {
		t.Error("the linked file was not read")
	}
	if m := live.Calls[0].Module; m == nil || len(m.Resources) != 1 {
		t.Errorf("the linked module was not read: %s", live.Calls[0].Missing)
	}
	if len(tree.Diagnostics) > 0 {
		t.Errorf("got %v", tree.Diagnostics)
	}
}

// A module that calls itself through a link has a new path each time.
func TestLinkedLoop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), "module \"m\" {\n  source = \"./again\"\n}\n")
	link(t, ".", filepath.Join(dir, "again"))
	tree := load(t, dir)
	if got := tree.Roots[0].Module.Calls[0].Missing; !strings.Contains(got, "calls itself") {
		t.Errorf("got %q", got)
	}
}

// Twenty-five modules that each call the next one twice are 33 million calls.
func TestExponentialCalls(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 25 {
		write(t, filepath.Join(dir, fmt.Sprintf("m%d/main.tf", i)),
			fmt.Sprintf("module \"a\" {\n  source = \"../m%d\"\n}\nmodule \"b\" {\n  source = \"../m%[1]d\"\n}\n", i+1))
	}
	write(t, filepath.Join(dir, "m25/main.tf"), "")
	tree := load(t, dir)
	found := false
	for _, d := range tree.Diagnostics {
		found = found || strings.Contains(d.Detail, "more than 20000 module calls")
	}
	if !found {
		t.Errorf("got %v", tree.Diagnostics)
	}
}

// A chain of modules is cut where nobody could have meant it.
func TestDeepCalls(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 100 {
		write(t, filepath.Join(dir, fmt.Sprintf("m%02d/main.tf", i)), fmt.Sprintf("module \"next\" {\n  source = \"../m%02d\"\n}\n", i+1))
	}
	write(t, filepath.Join(dir, "m100/main.tf"), "")
	tree := load(t, dir)
	depth, m := 0, tree.Roots[0].Module
	for ; m.Calls[0].Module != nil; depth++ {
		m = m.Calls[0].Module
	}
	if depth != 63 || !strings.Contains(m.Calls[0].Missing, "more than 64") {
		t.Errorf("got depth %d, then %q", depth, m.Calls[0].Missing)
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file.tf"), "")
	write(t, filepath.Join(dir, "empty/readme"), "")
	for path, want := range map[string]string{
		filepath.Join(dir, "nowhere"): "there is no directory",
		filepath.Join(dir, "file.tf"): "is a file, not a directory",
		filepath.Join(dir, "empty"):   "no Terraform configuration (.tf, .tf.json, .tofu) in",
	} {
		if _, err := config.Load(path, config.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

func TestUnreadableDirectory(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("this user may read everything")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), "")
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0); err != nil {
		t.Fatal(err)
	}
	tree := load(t, dir)
	if len(tree.Diagnostics) != 1 || !strings.Contains(tree.Diagnostics[0].Detail, "permission denied") {
		t.Errorf("got %v", tree.Diagnostics)
	}
}

// Paths are shown as the user would write them.
func TestShownPaths(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "work/envs/prod/main.tf"), "module \"m\" {\n  source = \"../../../lib\"\n}\nmodule \"r\" {\n  source = \"a/b/c\"\n}\n")
	write(t, filepath.Join(dir, "lib/main.tf"), "")
	t.Chdir(filepath.Join(dir, "work"))
	for _, tt := range []struct{ load, root, child, install string }{
		{".", "envs/prod/main.tf", "../lib", "terraform -chdir=envs/prod init"},
		{"./envs//", "envs/prod/main.tf", "../lib", "terraform -chdir=envs/prod init"},
		{"envs/prod", "envs/prod/main.tf", "../lib", "terraform -chdir=envs/prod init"},
		{"..", "../work/envs/prod/main.tf", "../lib", "terraform -chdir=../work/envs/prod init"},
	} {
		tree := load(t, tt.load)
		for _, r := range tree.Roots {
			if len(r.Module.Calls) == 0 {
				continue
			}
			got := []string{r.Module.Files[0].Path, r.Module.Calls[0].Module.Dir, r.Module.Calls[1].Install}
			if want := []string{tt.root, tt.child, tt.install}; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("load %q: got %q, want %q", tt.load, got, want)
			}
		}
	}
	t.Chdir("envs/prod")
	tree := load(t, ".")
	if got := tree.Roots[0].Module.Files[0].Path + " " + tree.Roots[0].Module.Calls[1].Install; got != "main.tf terraform init" {
		t.Errorf("got %q", got)
	}
}
