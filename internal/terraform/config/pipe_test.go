//go:build unix

package config_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe would keep a reader waiting for ever.
func TestPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "x.tf"), 0o644); err != nil {
		t.Skip(err)
	}
	tree := load(t, dir)
	if len(tree.Diagnostics) != 1 || !strings.HasSuffix(tree.Diagnostics[0].Detail, "x.tf is not a regular file") {
		t.Errorf("got %v", tree.Diagnostics)
	}
}
