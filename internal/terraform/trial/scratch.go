package trial

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// scratch makes a directory that shows the user's files with some of them
// replaced, and returns where the root stands in it and how to remove it.
//
// What does not change is linked: directories as a whole where nothing in them
// changes. Where the system lets nobody make links, as Windows without the
// right to, it is copied.
func (r Root) scratch(files map[string][]byte) (root string, clean func(), err error) {
	dir, err := filepath.Abs(r.Dir)
	if err != nil {
		return "", nil, err
	}
	real := map[string][]byte{}
	need := []string{dir}
	for name, src := range files {
		abs, err := filepath.Abs(filepath.FromSlash(name))
		if err != nil {
			return "", nil, err
		}
		real[abs] = src
		need = append(need, filepath.Dir(abs))
	}
	for _, m := range r.Modules {
		abs, err := filepath.Abs(filepath.FromSlash(m))
		if err != nil {
			return "", nil, err
		}
		need = append(need, abs)
	}
	at, err := os.MkdirTemp("", "safeguard-trial-*")
	if err != nil {
		return "", nil, err
	}
	top, show, linking := common(need), os.Symlink, links(at)
	if !linking {
		show = duplicate
	}
	if tree := workTree(top); tree != "" {
		top = tree
	} else if linking {
		top = filepath.Dir(filepath.Dir(top)) // code reads files beside it
	}
	clean = func() { os.RemoveAll(at) }
	if err = mirror(top, at, need, show); err == nil {
		err = replace(top, at, real)
	}
	if err != nil {
		clean()
		return "", nil, fmt.Errorf("make a scratch copy of %s: %w", r.Dir, err)
	}
	rel, err := filepath.Rel(top, dir)
	if err != nil {
		clean()
		return "", nil, err
	}
	return filepath.Join(at, rel), clean, nil
}

// common is the directory that all directories are in.
func common(dirs []string) string {
	top := dirs[0]
	for _, d := range dirs[1:] {
		for !within(d, top) {
			top = filepath.Dir(top)
		}
	}
	return top
}

// within reports whether a directory is another one or below it.
func within(dir, top string) bool {
	rel, err := filepath.Rel(top, dir)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// workTree is the top of the git work tree that a directory is in, "" if none:
// what code reads with file("../...") is seldom outside of it.
func workTree(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// mirror shows what is in a directory at another place, and makes directories of
// their own of those that lead to what is needed.
func mirror(from, to string, need []string, show func(from, to string) error) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		source, target := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if e.IsDir() && leads(source, need) {
			err = mirror(source, target, need, show)
		} else {
			err = show(source, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func leads(dir string, need []string) bool {
	for _, n := range need {
		if within(n, dir) {
			return true
		}
	}
	return false
}

// replace writes the files that change, each instead of its link.
func replace(top, at string, files map[string][]byte) error {
	for name, src := range files {
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		target := filepath.Join(at, rel)
		if err := os.Remove(target); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := os.WriteFile(target, src, 0o600); err != nil {
			return err
		}
	}
	return nil
}
