//go:build unix

package funcs_test

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"safeguard/internal/terraform/funcs"
)

// TestSpecialFiles: opening a pipe would wait for a writer, and a device may
// have no end.
func TestSpecialFiles(t *testing.T) {
	t.Parallel()
	scope, _ := fileTree(t)
	if err := syscall.Mkfifo(filepath.Join(scope.BaseDir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"pipe": "named pipe", "/dev/zero": "device node"} {
		_, err := lookup(t, "file").Call(scope, texts(path))
		if u, ok := errors.AsType[*funcs.Unreadable](err); !ok || !strings.Contains(u.Reason, want) {
			t.Errorf("%q: got error %v, want it unreadable because %q", path, err, want)
		}
	}
}
