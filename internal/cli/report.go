package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"safeguard/internal/assessment"
)

func reportCommand(stdio IO) *cobra.Command {
	f := &formatFlags{}
	matrix := false
	cmd := &cobra.Command{
		Use:   "report FILE",
		Short: "Write a saved assessment in other formats",
		Long: `report reads an assessment that was saved with --format json and writes it
again: for spreadsheets, pull requests, code scanning or test reports. FILE "-" is
standard input. It judges nothing anew.`,
		Example: `  safeguard report assessment.jsonl --format csv --output findings.csv
  safeguard report assessment.jsonl --format sarif,junit,markdown --output reports
  safeguard scan --format json | safeguard report - --format markdown`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if matrix {
				f.formats = []string{"matrix"}
			}
			return runReport(f, args[0], stdio)
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&matrix, "matrix", false, "every safeguard of 45 CFR 164.308-.316 with its rules, state and evidence: --format matrix")
	return cmd
}

func runReport(f *formatFlags, path string, stdio IO) error {
	handler, err := f.handler(stdio)
	if err != nil {
		return err
	}
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
	return assessment.Flush(handler)
}
