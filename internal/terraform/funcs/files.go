package funcs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files reads the file system for functions, by absolute paths. A caller may
// put a cache, a limit or a test in its place.
type Files interface {
	// Resolve follows all symbolic links of a path.
	Resolve(path string) (string, error)
	// Stat follows symbolic links.
	Stat(path string) (fs.FileInfo, error)
	// ReadFile reads the whole file, or limit bytes of it if it is longer.
	ReadFile(path string, limit int64) ([]byte, error)
	// ReadDir reads the entries of a directory in the order of their names.
	ReadDir(path string) ([]fs.DirEntry, error)
}

// OS is the file system of the machine.
type OS struct{}

// Resolve follows all symbolic links of a path.
func (OS) Resolve(path string) (string, error) { return filepath.EvalSymlinks(path) }

// Stat follows symbolic links.
func (OS) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// ReadFile reads the whole file, or limit bytes of it if it is longer.
func (OS) ReadFile(path string, limit int64) (data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// ReadDir reads the entries of a directory in the order of their names.
func (OS) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// locate returns the absolute path of what the configuration calls path, and
// checks that it does not leave the tree by a symbolic link. A path that says
// itself that it leaves (absolute, ~, ..) may.
func (s *Scope) locate(path string) (string, error) {
	if s.Files == nil {
		return "", &Unreadable{path, "files are not available here"}
	}
	full, err := s.expandHome(path)
	if err != nil {
		return "", err
	}
	leaves := leavesTree(full)
	if !filepath.IsAbs(full) {
		full = filepath.Join(s.BaseDir, full)
	}
	full = filepath.Clean(full)
	if leaves {
		return full, nil
	}
	if err := s.checkInside(path, full); err != nil {
		return "", err
	}
	return full, nil
}

// checkInside checks that full, which is within the tree by its name, is so
// in truth. One that does not exist is.
func (s *Scope) checkInside(path, full string) error {
	real, err := s.Files.Resolve(full)
	if err != nil || real == full {
		return nil // whoever reads it will find the error
	}
	root, err := s.Files.Resolve(s.Root)
	if err != nil {
		return &Unreadable{path, "the configuration's directory: " + reason(err)}
	}
	if rel, err := filepath.Rel(root, real); err != nil || leavesTree(rel) {
		return &Unreadable{path, "a symbolic link leads out of the configuration's directory"}
	}
	return nil
}

func leavesTree(path string) bool {
	return filepath.IsAbs(path) || slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "..")
}

// expandHome replaces a leading ~ as pathexpand does.
func (s *Scope) expandHome(path string) (string, error) {
	if !strings.HasPrefix(path, "~") {
		return path, nil
	}
	if len(path) > 1 && path[1] != '/' && path[1] != '\\' {
		return "", errors.New("cannot expand user-specific home dir")
	}
	home := s.Home
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return "", fmt.Errorf("failed to expand ~: %w", err)
		}
	}
	return filepath.Join(home, path[1:]), nil
}

// readFile reads a regular file.
func (s *Scope) readFile(path string) ([]byte, error) {
	full, err := s.locate(path)
	if err != nil {
		return nil, err
	}
	info, err := s.Files.Stat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Unreadable{path, "no file exists there; only files that are part of the configuration can be read before an apply"}
	case err != nil:
		return nil, &Unreadable{path, reason(err)}
	case !info.Mode().IsRegular():
		return nil, &Unreadable{path, kind(info.Mode())}
	case info.Size() > maxFile:
		return nil, &Unreadable{path, fmt.Sprintf("the file is larger than %d MiB", maxFile>>20)}
	}
	data, err := s.Files.ReadFile(full, maxFile+1)
	if err != nil {
		return nil, &Unreadable{path, reason(err)}
	}
	if len(data) > maxFile {
		return nil, &Unreadable{path, fmt.Sprintf("the file is larger than %d MiB", maxFile>>20)}
	}
	return data, nil
}

// kind says what something is that is not a regular file.
func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "it is a directory, not a file"
	case mode&fs.ModeDevice != 0:
		return "it is a device node, not a regular file"
	case mode&fs.ModeNamedPipe != 0:
		return "it is a named pipe, not a regular file"
	case mode&fs.ModeSocket != 0:
		return "it is a unix domain socket, not a regular file"
	}
	return "it is not a regular file"
}

// reason is the text of an error of the file system without the path.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
