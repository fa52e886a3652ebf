package workbook_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

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

// TestNothingIsOverwritten exports over what was exported before, which is
// replaced, over a workbook that a person saved since, and over somebody else's.
func TestNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	export := func(dir string) error {
		w, err := workbook.New(dir)
		if err != nil {
			return err
		}
		defer w.Close()
		return w.Flush()
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "security_hub_findings.xlsx")
	for range 2 {
		if err := export(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, want string
		properties excelize.DocProperties
	}{
		{"saved by another program", "was saved by another program", excelize.DocProperties{Creator: "safeguard", LastModifiedBy: "Ann"}},
		{"made by another program", "no workbook that safeguard wrote", excelize.DocProperties{Creator: "Ann"}},
	} {
		f, err := excelize.OpenFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetDocProps(&c.properties); err != nil {
			t.Fatal(err)
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		f.Close()
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := export(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.name, err, c.want)
		}
		if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
			t.Errorf("%s: the file has changed (%v)", c.name, err)
		}
	}
	if err := os.WriteFile(file, []byte("notes"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := export(dir); err == nil || !strings.Contains(err.Error(), "no workbook that safeguard wrote") {
		t.Errorf("text: got error %v", err)
	}
}
