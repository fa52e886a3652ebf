// Package trial asks the terraform or tofu on PATH what it makes of a root
// module with files that are not written yet.
//
// A trial never writes beside the user's files: it runs in a scratch directory
// that links to them. It uses what terraform init has installed, so it runs the
// providers in .terraform, as terraform itself does.
package trial

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Binary is the path of terraform, or else of tofu.
func Binary() (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH")
}

// Initialised reports whether terraform init has run in a directory.
func Initialised(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, ".terraform"))
	return err == nil && info.IsDir()
}

// A Root is a root module to try.
type Root struct {
	Dir       string   // initialised
	Modules   []string // directories of the local modules that it calls
	Variables []string // arguments for plan: -var=NAME=VALUE, -var-file=PATH
	Environ   []string // as os.Environ gives it
}

// A Fault is an error that terraform reports.
type Fault struct {
	Summary, Detail string
	File            string // from the root's directory; "" if it has no place
	Line            int
}

// String is the fault in one line.
func (f Fault) String() string {
	text := f.Summary
	if f.Detail != "" {
		text += ": " + strings.Join(strings.Fields(f.Detail), " ")
	}
	if f.File != "" {
		text += fmt.Sprintf(" (%s:%d)", f.File, f.Line)
	}
	return text
}

// diagnostic is a diagnostic in terraform's JSON.
type diagnostic struct {
	Severity, Summary, Detail string
	Range                     *struct {
		Filename string
		Start    struct{ Line int }
	}
}

func (d diagnostic) fault() Fault {
	f := Fault{Summary: d.Summary, Detail: d.Detail}
	if d.Range != nil {
		f.File, f.Line = d.Range.Filename, d.Range.Start.Line
	}
	return f
}

// Validate returns what terraform validate finds wrong in the root with the
// files, which count instead of those on disk. The error is for a trial that
// could not be made.
func (r Root) Validate(ctx context.Context, files map[string][]byte) ([]Fault, error) {
	dir, clean, err := r.scratch(files)
	if err != nil {
		return nil, err
	}
	defer clean()
	out, said, err := r.run(ctx, dir, "validate", "-json", "-no-color")
	var answer struct{ Diagnostics []diagnostic }
	if jsonErr := json.Unmarshal(out, &answer); jsonErr != nil {
		return nil, fmt.Errorf("terraform validate in a copy of %s: %s", r.Dir, cmp.Or(said, fmt.Sprint(cmp.Or(err, jsonErr))))
	}
	var faults []Fault
	for _, d := range answer.Diagnostics {
		if d.Severity == "error" {
			faults = append(faults, d.fault())
		}
	}
	return faults, nil
}

// run runs terraform in a directory. Said is what it prints for people.
func (r Root) run(ctx context.Context, dir string, args ...string) (out []byte, said string, err error) {
	bin, err := Binary()
	if err != nil {
		return nil, "", err
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Dir, cmd.Env = dir, r.Environ
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return stdout.Bytes(), strings.TrimSpace(stderr.String()), err
}
