package funcs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

// tree makes a directory tree: a root with a configuration, and a secret
// beside it.
func fileTree(t *testing.T) (scope *funcs.Scope, outside string) {
	t.Helper()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(base, "repo")
	write := func(path, content string) {
		full := filepath.Join(base, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("secret.txt", "secret")
	write("home/key.pub", "ssh-rsa")
	write("repo/shared.txt", "shared")
	write("repo/icons.html", "<i>\ue000</i>")
	write("repo/env/main.txt", "main")
	write("repo/env/sub/a.txt", "a")
	link := func(to, path string) {
		if err := os.Symlink(to, filepath.Join(base, path)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	link("../../secret.txt", "repo/env/stolen.txt")
	link("../..", "repo/env/up")
	link("../shared.txt", "repo/env/inner.txt")
	write("repo/env/links/x", "")
	link("nowhere", "repo/env/links/broken.txt")
	return &funcs.Scope{
		BaseDir: filepath.Join(root, "env"),
		Root:    root,
		Home:    filepath.Join(base, "home"),
		Files:   funcs.OS{},
	}, base
}

func TestFileGuard(t *testing.T) {
	t.Parallel()
	scope, base := fileTree(t)
	for _, c := range []struct {
		path       string
		want       string
		unreadable string
	}{
		{path: "main.txt", want: "main"},
		{path: "./sub/a.txt", want: "a"},
		{path: "inner.txt", want: "shared"},
		{path: "../shared.txt", want: "shared"},
		{path: "../../secret.txt", want: "secret"}, // the code says so
		{path: filepath.Join(base, "secret.txt"), want: "secret"},
		{path: "~/key.pub", want: "ssh-rsa"},
		{path: "stolen.txt", unreadable: "symbolic link leads out"},
		{path: "up/secret.txt", unreadable: "symbolic link leads out"},
		{path: "links/broken.txt", unreadable: "no file exists"},
		{path: "nope.txt", unreadable: "no file exists"},
		{path: "main.txt/x", unreadable: "not a directory"},
		{path: "sub", unreadable: "it is a directory"},
		{path: "", unreadable: "it is a directory"},
		{path: "../icons.html", unreadable: "private-use"},
		{path: "a\x00b", unreadable: "invalid argument"},
	} {
		got, err := lookup(t, "file").Call(scope, texts(c.path))
		if c.unreadable == "" {
			if err != nil || !got.RawEquals(text(c.want)) {
				t.Errorf("%q: got %#v and error %v, want %q", c.path, got, err, c.want)
			}
			continue
		}
		u, ok := errors.AsType[*funcs.Unreadable](err)
		if !ok || u.Path != c.path || !strings.Contains(u.Reason, c.unreadable) {
			t.Errorf("%q: got error %v, want it unreadable because %q", c.path, err, c.unreadable)
		}
		if strings.Contains(u.Reason, base) {
			t.Errorf("%q: the reason names a path: %q", c.path, u.Reason)
		}
		if got.IsKnown() || got.Type() != cty.String {
			t.Errorf("%q: got %#v, want an unknown string", c.path, got)
		}
	}
	for _, name := range []string{"filebase64", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512"} {
		if _, err := lookup(t, name).Call(scope, texts("stolen.txt")); err == nil {
			t.Errorf("%s: read a file through a link that leads out", name)
		}
		if _, err := lookup(t, name).Call(scope, texts("../icons.html")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	runCalls(t, scope, []call{
		{name: "file", args: texts("~other/x"), wantErr: "cannot expand user-specific home dir"},
		{name: "fileexists", args: texts("main.txt"), want: cty.True},
		{name: "fileexists", args: texts("nope.txt"), want: cty.False},
		{name: "fileexists", args: texts("links/broken.txt"), want: cty.False},
		{name: "fileexists", args: texts("stolen.txt"), wantErr: "symbolic link leads out"},
		{name: "fileexists", args: texts("sub"), wantErr: "it is a directory"},
		{name: "fileset", args: texts(".", "*.txt"), wantErr: "symbolic link leads out"},
		{name: "fileset", args: texts("sub", "*"), want: cty.SetVal(texts("a.txt"))},
		{name: "fileset", args: texts("links", "*.txt"), wantErr: `read "links/broken.txt": no such file`},
		{name: "fileset", args: texts("..", "*.txt"), want: cty.SetVal(texts("shared.txt"))},
		{name: "fileset", args: texts("up", "*.txt"), wantErr: "symbolic link leads out"},
		{name: "fileset", args: texts(".", strings.Repeat("{a,b}", 40)), wantErr: "too complex"},
		{name: "abspath", args: texts("x"), want: text(filepath.ToSlash(filepath.Join(scope.BaseDir, "x")))},
		{name: "pathexpand", args: texts("~"), want: text(scope.Home)},
	})
}

func TestNoFiles(t *testing.T) {
	t.Parallel()
	runCalls(t, nil, []call{
		{name: "file", args: texts("a"), wantErr: "files are not available"},
		{name: "fileset", args: texts(".", "*"), wantErr: "files are not available"},
		{name: "abspath", args: texts("a"), wantErr: "not known"},
		{name: "abspath", args: texts("/a/../b"), want: text("/b")},
		{name: "templatefile", args: []cty.Value{text("a"), cty.EmptyObjectVal}, wantErr: "files are not available"},
	})
}

// fakeFiles is an endless directory tree with a file of any size.
type fakeFiles struct {
	size    int64
	content []byte
	err     error
	read    int
}

type fakeInfo struct {
	name string
	dir  bool
	size int64
}

func (i fakeInfo) Name() string               { return i.name }
func (i fakeInfo) Size() int64                { return i.size }
func (i fakeInfo) IsDir() bool                { return i.dir }
func (i fakeInfo) ModTime() time.Time         { return time.Time{} }
func (i fakeInfo) Sys() any                   { return nil }
func (i fakeInfo) Type() fs.FileMode          { return i.Mode().Type() }
func (i fakeInfo) Info() (fs.FileInfo, error) { return i, nil }
func (i fakeInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir
	}
	return 0
}

func (f *fakeFiles) Resolve(path string) (string, error) { return path, nil }

func (f *fakeFiles) Stat(path string) (fs.FileInfo, error) {
	return fakeInfo{name: filepath.Base(path), dir: !strings.HasSuffix(path, ".txt"), size: f.size}, nil
}

func (f *fakeFiles) ReadFile(string, int64) ([]byte, error) { return f.content, f.err }

func (f *fakeFiles) ReadDir(string) ([]fs.DirEntry, error) {
	f.read++
	return []fs.DirEntry{fakeInfo{name: "a.txt"}, fakeInfo{name: "d1", dir: true}, fakeInfo{name: "d2", dir: true}}, nil
}

func TestFilesInterface(t *testing.T) {
	t.Parallel()
	scope := func(f *fakeFiles) *funcs.Scope { return &funcs.Scope{BaseDir: "/base", Root: "/base", Files: f} }
	runCalls(t, scope(&fakeFiles{size: 65 << 20}), []call{
		{name: "file", args: texts("x.txt"), wantErr: "larger than 64 MiB"},
		{name: "filesha256", args: texts("x.txt"), wantErr: "larger than 64 MiB"},
	})
	runCalls(t, scope(&fakeFiles{content: make([]byte, 64<<20+1)}), []call{
		{name: "file", args: texts("grown.txt"), wantErr: "larger than 64 MiB"},
	})
	runCalls(t, scope(&fakeFiles{err: &fs.PathError{Op: "open", Path: "/base/x.txt", Err: fs.ErrPermission}}), []call{
		{name: "file", args: texts("x.txt"), wantErr: `read "x.txt": permission denied`},
	})
	runCalls(t, scope(&fakeFiles{content: []byte("cached")}), []call{
		{name: "file", args: texts("x.txt"), want: text("cached")},
		{name: "filebase64", args: texts("x.txt"), want: text("Y2FjaGVk")},
	})
	endless := &fakeFiles{}
	_, err := lookup(t, "fileset").Call(scope(endless), texts(".", "**/*.txt"))
	if _, ok := errors.AsType[*funcs.Declined](err); !ok {
		t.Errorf("endless tree: got error %v, want it declined", err)
	}
	if endless.read > 100_000 {
		t.Errorf("endless tree: read %d directories", endless.read)
	}
}
