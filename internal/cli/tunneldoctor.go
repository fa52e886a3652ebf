package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"safeguard/internal/tunnel/doctor"
)

func tunnelDoctorCommand(stdio IO) *cobra.Command {
	f := &wayFlags{}
	format := "text"
	cmd := &cobra.Command{
		Use:   "doctor [NAME...]",
		Short: "Find out why a tunnel does not open, and what to change",
		Long: `doctor examines, in the order in which a tunnel needs them, the credentials, the
region, the instance, its agent and its role, the way from it to AWS, the caller's
permissions, the security groups on the way to the database, and the name of the
database. Each is ok, a change with the Terraform for it, or undecided: it could not
be told, and why. It changes nothing and opens no session.

Exit codes: 0 all is ok, 1 something is to be changed, 2 nothing is, but something
could not be told.`,
		Example: `  safeguard tunnel doctor dev-db
  safeguard tunnel doctor --bastion-tag Name=project-dev-bastion --rds clinic --format json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDoctor(cmd.Context(), f, args, format, stdio)
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", format, "output `FORMAT`: text or json (one finding a line)")
	return cmd
}

func runDoctor(ctx context.Context, f *wayFlags, names []string, format string, stdio IO) error {
	forwards, err := f.read(names)
	if err != nil {
		return err
	}
	show := func(_ *forward, x doctor.Finding) error { return examined(stdio.Stdout, x) }
	switch format {
	case "text":
	case "json":
		show = func(fw *forward, x doctor.Finding) error {
			return json.NewEncoder(stdio.Stdout).Encode(struct {
				Tunnel string `json:"tunnel"`
				doctor.Finding
			}{fw.title(), x})
		}
	default:
		return fmt.Errorf("--format %q: want text or json", format)
	}
	count := map[doctor.Verdict]int{}
	for _, fw := range forwards {
		if format == "text" && len(forwards) > 1 {
			fmt.Fprintf(stdio.Stdout, "%s\n", fw.title())
		}
		load := func(ctx context.Context) (aws.Config, error) { return fw.load(ctx, stdio) }
		if fw.output != "" || fw.portOut != "" {
			cfg, err := load(ctx)
			if err != nil && strings.HasPrefix(fw.state, "s3://") {
				return err
			}
			if err := fw.readOutputs(ctx, cfg); err != nil {
				return err
			}
		}
		err := doctor.Run(ctx, doctor.Options{Load: load, Spec: fw.spec, LookupHost: stdio.lookupHost()}, func(x doctor.Finding) error {
			count[x.Verdict]++
			return show(fw, x)
		})
		if err != nil {
			return err
		}
	}
	if format == "text" {
		fmt.Fprintf(stdio.Stdout, "\n%d ok, %d to change, %d undecided\n", count[doctor.OK], count[doctor.Change], count[doctor.Undecided])
	}
	switch {
	case count[doctor.Change] > 0:
		return &exitError{code: exitFindings}
	case count[doctor.Undecided] > 0:
		return &exitError{code: exitFailed}
	}
	return nil
}

// examined writes a finding for people.
func examined(w io.Writer, x doctor.Finding) error {
	const width = 18 // of the longest name of a check, and two spaces
	mark := map[doctor.Verdict]string{doctor.OK: "ok       ", doctor.Change: "CHANGE   ", doctor.Undecided: "undecided"}[x.Verdict]
	if _, err := fmt.Fprintf(w, "%-*s%s  %s\n", width, x.Check, mark, x.Detail); err != nil {
		return err
	}
	if x.Do != "" {
		fmt.Fprintf(w, "%*s%s\n", width+11, "", x.Do)
	}
	if x.Terraform != "" {
		for line := range strings.Lines("\n" + x.Terraform + "\n") {
			if line = strings.TrimRight(line, "\n"); line != "" {
				line = strings.Repeat(" ", 4) + line
			}
			fmt.Fprintln(w, line)
		}
	}
	return nil
}

// lookupHost resolves names.
func (stdio IO) lookupHost() func(context.Context, string) ([]string, error) {
	if stdio.LookupHost != nil {
		return stdio.LookupHost
	}
	return net.DefaultResolver.LookupHost
}
