package workbook_test

import (
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/workbook"
)

// TestExistingModeIsKept exports over a workbook that others may not read.
func TestExistingModeIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "aws_config_non_compliant.xlsx")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := workbook.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("got %d bytes with mode %v, want a workbook with mode 0600", info.Size(), info.Mode())
	}
}
