package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/edit"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
	"safeguard/internal/triage"
	"safeguard/internal/workbook"
)

// outputFlags are the flags of every command that reports an assessment.
type outputFlags struct {
	formatFlags
	failOn string
}

func (f *outputFlags) register(fs *pflag.FlagSet) {
	f.formatFlags.register(fs)
	fs.StringVar(&f.failOn, "fail-on", "LOW", "exit with 1 for findings of this `SEVERITY` or above; \"none\": never")
}

// formatFlags say how an assessment is written, and where.
type formatFlags struct {
	formats  []string
	output   string
	verdicts []string
}

func (f *formatFlags) register(fs *pflag.FlagSet) {
	fs.StringSliceVar(&f.formats, "format", []string{"text"}, "output `FORMATS`: "+strings.Join(report.Formats(), ", ")+", xlsx (repeatable)")
	fs.StringVar(&f.output, "output", "", "write to `FILE` instead of standard output, or into a directory with a file for each format")
	fs.StringSliceVar(&f.verdicts, "verdict", nil, "show these `VERDICTS` in text: NON_COMPLIANT (default), INSUFFICIENT_DATA, COMPLIANT, NOT_APPLICABLE or all")
}

// textOut reports whether text goes to standard output.
func (f *formatFlags) textOut() bool {
	return f.output == "" && slices.Equal(f.formats, []string{"text"})
}

// handler is the renderer that the flags ask for; the options of text are those
// of the terminal and the flags.
func (f *formatFlags) handler(stdio IO, opts report.Options) (assessment.Handler, error) {
	if len(f.verdicts) > 0 && !slices.Contains(f.formats, "text") {
		return nil, errors.New("--verdict chooses what text shows: other formats hold every result")
	}
	shown, err := shownVerdicts(f.verdicts)
	if err != nil {
		return nil, err
	}
	opts.TextOptions = textOptions(stdio)
	opts.Verdicts = shown
	if f.output == "" {
		if len(f.formats) != 1 {
			return nil, errors.New("--format: several formats need --output DIR")
		}
		if f.formats[0] == "xlsx" {
			return nil, errors.New("--format xlsx needs --output FILE")
		}
		h, _, err := renderer(f.formats[0], stdio.Stdout, opts)
		if err != nil {
			return nil, fmt.Errorf("--format %w", err)
		}
		return h, nil
	}
	opts.Color, opts.Width = false, textWidth
	return f.files(opts)
}

// behind puts a baseline before a handler; nil is none. JSON always holds every
// result.
func (f *formatFlags) behind(base *triage.Baseline, h assessment.Handler) assessment.Handler {
	if base == nil {
		return h
	}
	base.Next, base.All = h, slices.Contains(f.formats, "json")
	return base
}

// tell says what a baseline kept back, where the report is text for people, and
// beside it where it must stay whole.
func (f *formatFlags) tell(base *triage.Baseline, stdio IO) {
	switch {
	case base == nil || base.All:
	case f.textOut():
		tellBaseline(stdio.Stdout, base)
	default:
		tellBaseline(stdio.Stderr, base)
	}
}

// renderer is that of a format, with the ending of its files. A workbook is not
// one of report's: see package workbook.
func renderer(format string, w io.Writer, opts report.Options) (h assessment.Handler, ending string, err error) {
	if format == "xlsx" {
		return workbook.NewAssessment(w, opts.Plan), "xlsx", nil
	}
	h, ending, err = report.New(format, w, opts)
	if err != nil {
		return nil, "", fmt.Errorf("%w, or xlsx", err)
	}
	return h, ending, nil
}

// files is a renderer that writes a file for each format, all of them once
// everything is rendered.
func (f *formatFlags) files(opts report.Options) (assessment.Handler, error) {
	info, err := os.Stat(f.output)
	dir := err == nil && info.IsDir() || strings.HasSuffix(f.output, "/") || strings.HasSuffix(f.output, string(filepath.Separator))
	if len(f.formats) > 1 && !dir {
		if err == nil {
			return nil, fmt.Errorf("--output %s: several formats need a directory, and this is none", f.output)
		}
		dir = true
	}
	fs := &files{}
	if dir {
		fs.dir = f.output
	}
	var hs []assessment.Handler
	for i, format := range f.formats {
		if slices.Contains(f.formats[:i], format) {
			continue
		}
		out := &output{path: f.output, format: format}
		h, ending, err := renderer(format, &out.Buffer, opts)
		if err != nil {
			return nil, fmt.Errorf("--format %w", err)
		}
		if dir {
			out.path = filepath.Join(f.output, "safeguard."+ending)
		}
		if format == "xlsx" {
			if err := keepsEdits(out.path, ""); err != nil {
				return nil, fmt.Errorf("--output: %w", err)
			}
		}
		fs.outputs = append(fs.outputs, out)
		hs = append(hs, h)
	}
	fs.Handler = assessment.Tee(hs...)
	return fs, nil
}

// An output is a file to be.
type output struct {
	bytes.Buffer
	path, format string
}

// files writes what its handler renders.
type files struct {
	assessment.Handler
	dir     string // to be made; "" for none
	outputs []*output
}

// Flush writes the files, each as a whole or not at all.
func (f *files) Flush() error {
	if err := assessment.Flush(f.Handler); err != nil {
		return err
	}
	if f.dir != "" {
		if err := os.MkdirAll(f.dir, 0o755); err != nil {
			return fmt.Errorf("--output: %w", err)
		}
	}
	for _, out := range f.outputs {
		if err := mayReplace(out.path, out.format); err != nil {
			return fmt.Errorf("--output: %w", err)
		}
	}
	for _, out := range f.outputs {
		if err := edit.Write(out.path, out.Bytes()); err != nil {
			return fmt.Errorf("--output: %w", err)
		}
	}
	return nil
}

func shownVerdicts(names []string) ([]assessment.Verdict, error) {
	if len(names) == 0 {
		return []assessment.Verdict{assessment.NonCompliant}, nil
	}
	var shown []assessment.Verdict
	for _, n := range names {
		if strings.EqualFold(n, "all") {
			return assessment.Verdicts, nil
		}
		v := assessment.Verdict(strings.ToUpper(strings.ReplaceAll(n, "-", "_")))
		if !slices.Contains(assessment.Verdicts, v) {
			return nil, fmt.Errorf("--verdict %q: want NON_COMPLIANT, INSUFFICIENT_DATA, COMPLIANT, NOT_APPLICABLE or all", n)
		}
		shown = append(shown, v)
	}
	return shown, nil
}

func failSeverity(s string) (*hipaa.Severity, error) {
	if strings.EqualFold(s, "none") {
		return nil, nil
	}
	v, err := hipaa.ParseSeverity(s)
	if err != nil {
		return nil, fmt.Errorf("--fail-on: %w", err)
	}
	return &v, nil
}
