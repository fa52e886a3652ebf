package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"safeguard/internal/draw"
	"safeguard/internal/edit"
	"safeguard/internal/triage"
	"safeguard/internal/workbook"
)

// marks are what files that safeguard wrote hold, by format; workbooks are asked
// for their author.
var marks = map[string][]string{
	"text":     {"Compliance score", "items closing", "item closing"},
	"json":     {`{"config":{"schema":"safeguard/`, `"safeguard-plan/`},
	"csv":      {triage.ColumnOptimistic},
	"markdown": {"## HIPAA assessment of `", "# HIPAA work plan\n", "# Register of exceptions\n"},
	"matrix":   {"# HIPAA Security Rule: safeguards and evidence\n"},
	"html":     {"<title>HIPAA assessment of ", "<title>Register of exceptions</title>"},
	"sarif":    {`"safeguard"`},
	"junit":    {`name="safeguard `},
	"ocsf":     {`"vendor_name":"safeguard"`},
	"jira":     {"External issue ID"},
	"linear":   {"hipaa, SG-"},
	"github":   {"gh issue create"},
	"svg":      {draw.Mark},
	"png":      {draw.Mark},
}

// mayReplace reports why a file must not be replaced by one of the format: it is
// there, and nothing that safeguard wrote. A device or a pipe holds nothing.
func mayReplace(path, format string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || info.Size() == 0) {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	const most = 64 << 20
	data, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return err
	}
	if format == "xlsx" && workbook.Wrote(data) {
		return nil
	}
	for _, mark := range marks[format] {
		if bytes.Contains(data, []byte(mark)) {
			return nil
		}
	}
	return fmt.Errorf("%s is there, and no %s that safeguard wrote: give another name, or delete it", path, format)
}

// replace writes a file of the format, unless that would replace another's.
func replace(path, format string, data []byte) error {
	if err := mayReplace(path, format); err != nil {
		return err
	}
	return edit.Write(path, data)
}

// keepsEdits reports an error if a spreadsheet at path holds what people typed and
// merged does not name it.
func keepsEdits(path, merged string) error {
	if _, err := os.Stat(path); err != nil || same(path, merged) {
		return nil
	}
	edits, err := workbook.ReadEdits(path)
	if err != nil {
		return nil // mayReplace judges it
	}
	for i := range edits {
		if edits[i].Typed() {
			return fmt.Errorf("%s holds what people typed, for %s first: take it over with --merge %s, or give another name", path, edits[i].Name(), path)
		}
	}
	return nil
}

func same(a, b string) bool {
	if b == "" {
		return false
	}
	x, errX := filepath.Abs(a)
	y, errY := filepath.Abs(b)
	return errX == nil && errY == nil && x == y
}
