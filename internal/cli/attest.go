package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"safeguard/internal/audit"
	"safeguard/internal/hipaa"
)

func attestCommand(stdio IO) *cobra.Command {
	f := &awsFlags{}
	evidence, failed := "", false
	cmd := &cobra.Command{
		Use:   "attest CHECK",
		Short: "Tell AWS Config the outcome of a manual check of the pack",
		Long: `attest sets the process check of the conformance pack, which AWS cannot
evaluate by itself, with a reference to the evidence as its annotation.`,
		Example: `  safeguard attest annual-risk-assessment-performed --evidence "risk analysis of 2026-11, RISK-42"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			check, ok := hipaa.Lookup(args[0])
			if !ok || check.Service != "process" {
				return fmt.Errorf("%q is no manual check of the pack: want annual-risk-assessment-performed", args[0])
			}
			if strings.TrimSpace(evidence) == "" {
				return fmt.Errorf("attest needs --evidence: where an auditor finds the proof")
			}
			cfg, err := f.load(cmd.Context(), stdio)
			if err != nil {
				return err
			}
			told, err := audit.Attest(cmd.Context(), cfg, check, !failed, evidence, stdio.now())
			for _, name := range told {
				fmt.Fprintf(stdio.Stdout, "set %s\n", name)
			}
			return err
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().StringVar(&evidence, "evidence", "", "`REFERENCE` to the evidence, at most 256 characters")
	cmd.Flags().BoolVar(&failed, "failed", false, "the check was not passed")
	return cmd
}
