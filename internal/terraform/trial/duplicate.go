package trial

import (
	"io"
	"os"
	"path/filepath"
)

// links reports whether symbolic links can be made in a directory: Windows asks
// for a right that most users lack.
func links(dir string) bool {
	probe := filepath.Join(dir, ".link")
	if err := os.Symlink(dir, probe); err != nil {
		return false
	}
	return os.Remove(probe) == nil
}

// unread are directories that terraform does not read, and that may be large.
var unread = map[string]bool{".git": true, "node_modules": true}

// duplicate makes a file or directory seen at another place without a symbolic
// link: files are the same ones, or copies where they are on another volume.
// Links to directories, which may lead around in circles, are left out, and so
// is what is neither a file nor a directory.
func duplicate(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return nil // a link that leads nowhere
	}
	switch {
	case info.Mode().IsRegular():
		if os.Link(from, to) == nil {
			return nil
		}
		return copyFile(from, to, info.Mode().Perm())
	case !info.IsDir() || unread[filepath.Base(from)]:
		return nil
	}
	if linked, err := os.Lstat(from); err != nil || linked.Mode()&os.ModeSymlink != 0 {
		return nil // it may lead around in a circle
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := duplicate(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string, mode os.FileMode) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o200)
	if err != nil {
		return err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	_, err = io.Copy(out, in)
	return err
}
