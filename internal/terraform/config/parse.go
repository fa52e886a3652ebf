package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/terraform/syntax"
)

// maxFileDiagnostics bounds what one broken file may say.
const maxFileDiagnostics = 20

// A source is one file after reading and parsing.
type source struct {
	file        *File
	body        *hclsyntax.Body // nil if nothing could be used
	broken      map[*hclsyntax.Block]bool
	diagnostics []Diagnostic
	incomplete  bool
}

// parseFile reads and parses the file at the shown path. What cannot be read
// is a diagnostic, never a panic.
func parseFile(path string, override bool, opts Options) *source {
	s := &source{file: &File{Path: path, JSON: strings.HasSuffix(path, ".json"), Override: override}}
	src, problem := opts.Overlay.read(path, opts.MaxFileBytes)
	if problem != nil {
		s.diagnostics, s.incomplete = []Diagnostic{*problem}, true
		return s
	}
	if known := opts.Memory.recall(path, src); known != nil {
		return known
	}
	s.file.Bytes = src
	s.parse()
	opts.Memory.keep(s)
	return s
}

// parse fills in what follows from the file's bytes.
func (s *source) parse() {
	path := s.file.Path
	defer func() {
		// hclsyntax panics when its own bookkeeping is off.
		if r := recover(); r != nil {
			s.diagnostics, s.incomplete = []Diagnostic{fileProblem(path, "Unreadable file", fmt.Sprintf("the parser fails on %s: %v", path, r))}, true
		}
	}()
	if s.file.JSON {
		s.body, s.diagnostics = parseJSONFile(s.file.Bytes, path)
		s.incomplete = hasErrors(s.diagnostics)
	} else {
		s.body, s.broken, s.incomplete, s.diagnostics = parseNative(s.file.Bytes, path)
	}
	s.diagnostics = capped(s.diagnostics, path)
}

// parseNative parses HCL's native syntax. The body is nil if src was refused.
// Lost says that more may be declared than the body has.
func parseNative(src []byte, path string) (body *hclsyntax.Body, broken map[*hclsyntax.Block]bool, lost bool, diags []Diagnostic) {
	if body, ok := syntax.Parse(src, path); ok {
		return body, nil, false, nil
	}
	if offset, why := refuse(src, '{'); why != "" {
		return nil, nil, true, []Diagnostic{refusal(src, path, hcl.InitialPos, offset, why)}
	}
	f, problems := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	if problems.HasErrors() {
		return salvage(src, path)
	}
	body, _ = f.Body.(*hclsyntax.Body)
	return body, nil, false, fromHCL(problems)
}

// read reads the file at path, or what counts instead.
func (o Overlay) read(path string, limit int64) ([]byte, *Diagnostic) {
	if src, ok := o[path]; ok {
		return src, nil
	}
	return readFile(path, limit)
}

// readFile reads a regular file of at most limit bytes that may be text.
func readFile(path string, limit int64) ([]byte, *Diagnostic) {
	problem := func(detail string) *Diagnostic {
		d := fileProblem(path, "Unreadable file", detail)
		return &d
	}
	name := filepath.FromSlash(path)
	info, err := os.Stat(name) // before opening: a pipe would wait for a writer
	if err != nil {
		return nil, problem(reason(path, err))
	}
	if !info.Mode().IsRegular() {
		return nil, problem(path + " is not a regular file")
	}
	if info.Size() > limit {
		return nil, problem(fmt.Sprintf("%s has %d MB, more than the %d MB that are read of one file", path, info.Size()>>20, limit>>20))
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, problem(reason(path, err))
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		d := refusal(src, path, hcl.InitialPos, i, path+" is binary: it has a NUL byte here")
		return nil, &d
	}
	return src, nil
}

// reason words an error of the file system without its own path, which may
// be written differently.
func reason(path string, err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Sprintf("%s: %v", path, err)
}

// refusal is the diagnostic for why refuse would not have src at offset.
// Start is the position of src's first byte.
func refusal(src []byte, path string, start hcl.Pos, offset int, why string) Diagnostic {
	before := src[:offset]
	pos := hcl.Pos{Line: start.Line, Column: start.Column, Byte: start.Byte + offset}
	if n := bytes.Count(before, []byte("\n")); n > 0 {
		pos.Line += n
		pos.Column = 1
		before = before[bytes.LastIndexByte(before, '\n')+1:]
	}
	pos.Column += utf8.RuneCount(before)
	return Diagnostic{Severity: Error, Summary: "Unreadable file", Detail: why,
		Range: hcl.Range{Filename: path, Start: pos, End: pos}}
}

// fileProblem is an error about a file as a whole.
func fileProblem(path, summary, detail string) Diagnostic {
	return Diagnostic{Severity: Error, Summary: summary, Detail: detail, Range: hcl.Range{Filename: path}}
}

func fromHCL(diags hcl.Diagnostics) []Diagnostic {
	var out []Diagnostic
	for _, d := range diags {
		to := Diagnostic{Severity: Error, Summary: d.Summary, Detail: d.Detail}
		if d.Severity == hcl.DiagWarning {
			to.Severity = Warning
		}
		if d.Subject != nil {
			to.Range = *d.Subject
		}
		out = append(out, to)
	}
	return out
}

func hasErrors(diags []Diagnostic) bool {
	for _, d := range diags {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

func capped(diags []Diagnostic, path string) []Diagnostic {
	if len(diags) <= maxFileDiagnostics {
		return diags
	}
	more := len(diags) - maxFileDiagnostics
	return append(diags[:maxFileDiagnostics:maxFileDiagnostics],
		fileProblem(path, "More problems", fmt.Sprintf("%s has %d more problems like these", path, more)))
}

// sortDiagnostics orders by place; those without one come first.
func sortDiagnostics(diags []Diagnostic) {
	slices.SortStableFunc(diags, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Range.Filename, b.Range.Filename),
			cmp.Compare(a.Range.Start.Byte, b.Range.Start.Byte),
			cmp.Compare(a.Summary, b.Summary),
			cmp.Compare(a.Detail, b.Detail),
		)
	})
}
