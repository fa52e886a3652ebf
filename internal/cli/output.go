package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
)

// outputFlags are the flags of every command that reports an assessment.
type outputFlags struct {
	format   string
	verdicts []string
	failOn   string
}

func (f *outputFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.format, "format", "text", "output `FORMAT`: text or json (JSON Lines)")
	fs.StringSliceVar(&f.verdicts, "verdict", nil, "show these `VERDICTS` in text: NON_COMPLIANT (default), INSUFFICIENT_DATA, COMPLIANT, NOT_APPLICABLE or all")
	fs.StringVar(&f.failOn, "fail-on", "LOW", "exit with 1 for findings of this `SEVERITY` or above; \"none\": never")
}

// handler is the renderer that the flags ask for.
func (f *outputFlags) handler(stdio IO) (assessment.Handler, error) {
	switch f.format {
	case "json":
		if len(f.verdicts) > 0 {
			return nil, errors.New("--verdict chooses what text shows: JSON always holds every result")
		}
		return report.NewJSON(stdio.Stdout), nil
	case "text":
		shown, err := shownVerdicts(f.verdicts)
		if err != nil {
			return nil, err
		}
		opts := textOptions(stdio)
		opts.Verdicts = shown
		return report.NewText(stdio.Stdout, opts), nil
	}
	return nil, fmt.Errorf("--format %q: want text or json", f.format)
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
