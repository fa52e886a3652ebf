package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"safeguard/internal/assessment"
	"safeguard/internal/report"
	"safeguard/internal/settings"
	"safeguard/internal/triage"
)

func reportCommand(stdio IO) *cobra.Command {
	f := &formatFlags{}
	matrix, baseline := false, ""
	cmd := &cobra.Command{
		Use:   "report FILE",
		Short: "Write a saved assessment in other formats",
		Long: `report reads an assessment that was saved with --format json and writes it
again: for spreadsheets, pull requests, code scanning or test reports. FILE "-" is
standard input. It judges nothing anew.`,
		Example: `  safeguard report assessment.jsonl --format csv --output findings.csv
  safeguard report assessment.jsonl --format sarif,junit,markdown --output reports
  safeguard report assessment.jsonl --baseline main.jsonl --format markdown
  safeguard scan --format json | safeguard report - --format markdown`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if matrix {
				f.formats = []string{"matrix"}
			}
			return runReport(f, args[0], baseline, stdio)
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&matrix, "matrix", false, "every safeguard of 45 CFR 164.308-.316 with its rules, state and evidence: --format matrix")
	registerBaseline(cmd.Flags(), &baseline, "show")
	return cmd
}

func runReport(f *formatFlags, path, baseline string, stdio IO) error {
	base, err := readBaseline(baseline)
	if err != nil {
		return err
	}
	found, err := settings.Find(".")
	if err != nil {
		return err
	}
	handler, err := f.handler(stdio, report.Options{Plan: triage.Options{Weights: found.Weights, Effort: found.Effort}, Baseline: base})
	if err != nil {
		return err
	}
	handler = f.behind(base, handler)
	var stream io.Reader = stdio.Stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read the assessment: %w", err)
		}
		defer file.Close()
		stream = file
	}
	if err := assessment.Read(stream, handler); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if err := assessment.Flush(handler); err != nil {
		return err
	}
	f.tell(base, stdio)
	return nil
}
