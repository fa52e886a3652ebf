package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A folder is a directory that was looked into.
type folder struct {
	dir     string // as shown
	real    string // free of symbolic links
	files   []configFile
	vars    []string // shown paths of values that Terraform loads by itself
	tofu    bool     // OpenTofu's own file names are used
	subdirs []string // names of directories, without links
	links   []string // names of symbolic links to directories
}

type configFile struct {
	path     string // as shown
	override bool
	size     int64
}

// skipped are the directories that hold no configuration of the user.
var skipped = map[string]bool{".terraform": true, ".terragrunt-cache": true, "node_modules": true}

// walk looks into dir and everything below it that may hold configuration,
// and returns the folders that do, parents first and by name otherwise.
// Directories that symbolic links lead to come last: each is visited once,
// and not at all if it lies in or above the tree.
func walk(dir, real string, overlay Overlay) ([]*folder, []Diagnostic) {
	w := walker{seen: map[string]bool{}, overlay: overlay}
	w.visit(dir, real)
	for len(w.links) > 0 {
		link := w.links[0]
		w.links = w.links[1:]
		target, err := realPath(link)
		if err != nil || within(real, target) {
			continue // it leads nowhere, or around in a circle
		}
		w.visit(link, target)
	}
	slices.SortFunc(w.found, func(a, b *folder) int { return comparePaths(a.dir, b.dir) })
	return w.found, w.problems
}

type walker struct {
	overlay  Overlay
	seen     map[string]bool // real directories
	links    []string
	found    []*folder
	problems []Diagnostic
}

func (w *walker) visit(dir, real string) {
	if w.seen[real] {
		return
	}
	w.seen[real] = true
	f, err := look(dir, real, w.overlay)
	if err != nil {
		w.problems = append(w.problems, fileProblem(dir, "Unreadable directory", reason(dir, err)))
		return
	}
	if len(f.files) > 0 {
		w.found = append(w.found, f)
	}
	for _, name := range f.links {
		w.links = append(w.links, path.Join(dir, name))
	}
	for _, name := range f.subdirs {
		w.visit(path.Join(dir, name), filepath.Join(real, name))
	}
}

// within reports whether dir is inner or one of its parents.
func within(inner, dir string) bool {
	rel, err := filepath.Rel(dir, inner)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// comparePaths orders by the elements of paths, so that nothing comes between
// a directory and what is in it.
func comparePaths(a, b string) int {
	return slices.Compare(elements(a), elements(b))
}

func elements(p string) []string {
	if p == "." {
		return nil
	}
	return strings.Split(p, "/")
}

// look reads one directory.
func look(dir, real string, overlay Overlay) (*folder, error) {
	entries, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	entries = overlay.with(dir, entries)
	f := &folder{dir: dir, real: real}
	names := make(map[string]bool, len(entries))
	var values []string
	for _, e := range entries {
		name := e.Name()
		isDir, isLink := e.IsDir(), false
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.FromSlash(path.Join(dir, name)))
			isLink = err == nil && info.IsDir()
		}
		switch {
		case isDir || isLink:
			if strings.HasPrefix(name, ".") || skipped[name] {
				continue
			}
			if isLink {
				f.links = append(f.links, name)
			} else {
				f.subdirs = append(f.subdirs, name)
			}
		case strings.HasSuffix(name, ".auto.tfvars"), strings.HasSuffix(name, ".auto.tfvars.json"):
			values = append(values, path.Join(dir, name))
		default:
			names[name] = true
		}
	}
	for _, name := range []string{"terraform.tfvars", "terraform.tfvars.json"} {
		if names[name] {
			f.vars = append(f.vars, path.Join(dir, name))
		}
	}
	f.vars = append(f.vars, values...)
	for _, e := range entries {
		if names[e.Name()] {
			f.add(e, names)
		}
	}
	slices.SortStableFunc(f.files, func(a, b configFile) int {
		switch {
		case a.override == b.override:
			return 0
		case a.override:
			return 1
		}
		return -1
	})
	return f, nil
}

// with adds the new files of the overlay to the entries of a directory.
func (o Overlay) with(dir string, entries []fs.DirEntry) []fs.DirEntry {
	if len(o) == 0 {
		return entries
	}
	for file, src := range o {
		if path.Dir(file) != dir || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == path.Base(file) }) {
			continue
		}
		entries = append(entries, overlaid{path.Base(file), int64(len(src))})
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// An overlaid entry is a file that is not on disk.
type overlaid struct {
	name string
	size int64
}

func (o overlaid) Name() string               { return o.name }
func (o overlaid) IsDir() bool                { return false }
func (o overlaid) Type() fs.FileMode          { return 0 }
func (o overlaid) Info() (fs.FileInfo, error) { return o, nil }
func (o overlaid) Size() int64                { return o.size }
func (o overlaid) Mode() fs.FileMode          { return 0o644 }
func (o overlaid) ModTime() time.Time         { return time.Time{} }
func (o overlaid) Sys() any                   { return nil }

// add takes a file in if Terraform or OpenTofu would.
func (f *folder) add(e fs.DirEntry, names map[string]bool) {
	base, ext := splitExt(e.Name())
	if ext == "" || ignored(e.Name()) {
		return
	}
	switch ext {
	case ".tofu", ".tofu.json":
		f.tofu = true
	default:
		if names[base+strings.Replace(ext, ".tf", ".tofu", 1)] {
			return // OpenTofu reads that one instead
		}
	}
	file := configFile{path: path.Join(f.dir, e.Name()), override: base == "override" || strings.HasSuffix(base, "_override")}
	if info, err := e.Info(); err == nil {
		file.size = info.Size()
	}
	f.files = append(f.files, file)
}

// splitExt cuts the extension of configuration files off, which is empty for
// all other files.
func splitExt(name string) (base, ext string) {
	for _, ext := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if base, ok := strings.CutSuffix(name, ext); ok {
			return base, ext
		}
	}
	return name, ""
}

// ignored names are hidden files and what editors leave behind.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

// start checks the directory that the user named.
func start(dir string) (shown, real string, err error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "", fmt.Errorf("read configuration: there is no directory %q", dir)
	case err != nil:
		return "", "", fmt.Errorf("read configuration in %q: %w", dir, err)
	case !info.IsDir():
		return "", "", fmt.Errorf("read configuration: %q is a file, not a directory", dir)
	}
	shown = path.Clean(filepath.ToSlash(dir))
	if real, err = realPath(shown); err != nil {
		return "", "", fmt.Errorf("read configuration in %q: %w", dir, err)
	}
	return shown, real, nil
}

// realPath returns the absolute path of the shown one, free of symbolic links.
func realPath(shown string) (string, error) {
	abs, err := filepath.Abs(filepath.FromSlash(shown))
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
