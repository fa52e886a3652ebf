package funcs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

const (
	maxEntries     = 100_000 // directory entries that one fileset looks at
	maxPath        = 4096    // bytes of a path that it goes down to
	maxPattern     = 1 << 10 // bytes
	maxAlternative = 8       // braces in one pattern, which multiply
)

func fileSetFunc(s *Scope) function.Function {
	return onTexts(cty.Set(cty.String), func(args []string) (cty.Value, error) {
		matches, err := s.fileSet(args[0], args[1])
		if err != nil {
			return cty.NilVal, err
		}
		if len(matches) == 0 {
			return cty.SetValEmpty(cty.String), nil
		}
		vals := make([]cty.Value, len(matches))
		for i, m := range matches {
			vals[i] = cty.StringVal(m)
		}
		return cty.SetVal(vals), nil
	}, "path", "pattern")
}

// fileSet returns the regular files that match, relative to dir. Terraform
// joins the directory and the pattern first, so wildcards work in both.
func (s *Scope) fileSet(dir, pattern string) ([]string, error) {
	if s.Files == nil {
		return nil, &Unreadable{dir, "files are not available here"}
	}
	if len(pattern) > maxPattern || strings.Count(pattern, "{") > maxAlternative || strings.Count(pattern, "**") > maxAlternative {
		return nil, declinef("the pattern is too complex")
	}
	explicit := leavesTree(dir) || leavesTree(pattern)
	base := dir
	if !filepath.IsAbs(base) {
		base = filepath.Join(s.BaseDir, base)
	}
	full := filepath.ToSlash(filepath.Join(base, pattern))
	if !doublestar.ValidatePattern(full) {
		return nil, function.NewArgErrorf(1, "failed to glob pattern %q: syntax error in pattern", pattern)
	}
	start, rest := doublestar.SplitPattern(full)
	walk := &walkFS{files: s.Files, root: filepath.FromSlash(start)}
	if info, err := walk.Stat("."); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil, nil
	}
	found, err := doublestar.Glob(walk, rest, doublestar.WithFailOnIOErrors())
	switch {
	case walk.err != nil:
		return nil, walk.err
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &Unreadable{dir, reason(err)}
	}
	var matches []string
	for _, name := range found {
		match := filepath.Join(filepath.FromSlash(start), filepath.FromSlash(name))
		rel, err := filepath.Rel(base, match)
		if err != nil {
			return nil, argError(0, fmt.Errorf("failed to trim path of match %q: %w", match, err))
		}
		rel = filepath.ToSlash(rel)
		shown := path.Join(filepath.ToSlash(dir), rel)
		info, err := s.Files.Stat(match)
		if err != nil {
			return nil, &Unreadable{shown, reason(err)}
		}
		if !info.Mode().IsRegular() {
			continue
		}
		if !explicit {
			if err := s.checkInside(shown, match); err != nil {
				return nil, err
			}
		}
		matches = append(matches, rel)
	}
	return matches, nil
}

// walkFS is the tree below a directory, read through Files; it ends a walk
// that meets too many entries.
type walkFS struct {
	files Files
	root  string
	seen  int
	err   error // why it ended
}

func (w *walkFS) path(name string) string {
	return filepath.Join(w.root, filepath.FromSlash(name))
}

// Open is not called by a glob, which uses Stat and ReadDir.
func (w *walkFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// Stat follows symbolic links.
func (w *walkFS) Stat(name string) (fs.FileInfo, error) {
	if err := w.count(name, 1); err != nil {
		return nil, err
	}
	return w.files.Stat(w.path(name))
}

// ReadDir gives the entries of a directory.
func (w *walkFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := w.files.ReadDir(w.path(name))
	if err != nil {
		return nil, err
	}
	return entries, w.count(name, len(entries)+1)
}

func (w *walkFS) count(name string, n int) error {
	w.seen += n
	switch {
	case w.seen > maxEntries:
		w.err = declinef("the pattern looks at more than %d files and directories", maxEntries)
	case len(name) > maxPath:
		w.err = declinef("the pattern looks at paths longer than %d bytes", maxPath)
	}
	return w.err
}
