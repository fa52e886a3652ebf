package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"safeguard/internal/assessment"
	"safeguard/internal/audit"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
	"safeguard/internal/settings"
	"safeguard/internal/triage"
	"safeguard/internal/workbook"
)

type auditFlags struct {
	awsFlags
	saveFlags
	outputFlags
	linkFlags
	role        string
	accounts    []string
	packs       []string
	sources     []string
	resume      string
	export      string
	permissions string
}

func auditCommand(stdio IO) *cobra.Command {
	f := &auditFlags{}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Read what AWS Config and Security Hub say, over accounts and regions",
		Long: `audit reads the verdicts of AWS Config and the findings of Security Hub. It
changes nothing, and needs what "safeguard audit --permissions json" prints.

With --role-name it assumes a role in every account of the organization. Without,
it reads the own account, other accounts through an aggregator of AWS Config, and
all members if the account is Security Hub's administrator.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 nothing could be read
or the work was interrupted. An account that refuses is reported, and the rest
goes on.`,
		Example: `  safeguard audit --profile prod --region eu-central-1
  safeguard audit --region all --role-name AuditReader --save
  safeguard audit --permissions terraform > policy.tf
  safeguard audit --format json > audit.jsonl
  safeguard audit --export results
  safeguard audit --terraform infra --state infra/terraform.tfstate`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.permissions != "" {
				return f.printPermissions(stdio.Stdout)
			}
			return runAudit(cmd.Context(), f, stdio)
		},
	}
	fs := cmd.Flags()
	f.awsFlags.register(fs)
	f.saveFlags.register(fs)
	f.outputFlags.register(fs)
	f.linkFlags.register(fs)
	fs.StringVar(&f.role, "role-name", "", "assume the role `NAME` in every account of the organization")
	fs.StringSliceVar(&f.accounts, "accounts", nil, "only these `ACCOUNTS`, by their ids")
	fs.StringSliceVar(&f.packs, "pack", nil, "only the conformance packs `NAMES` (default all, and rules outside of packs)")
	fs.StringSliceVar(&f.sources, "source", nil, "only these `SOURCES`: aws-config, aws-security-hub")
	fs.StringVar(&f.resume, "resume", "", "keep what was read in `DIR`, and go on from there")
	fs.StringVar(&f.export, "export", "", "write the workbooks aws_config_non_compliant.xlsx and security_hub_findings.xlsx into `DIR`")
	fs.StringVar(&f.permissions, "permissions", "", "print the IAM policy that audit needs, as `FORMAT` json or terraform")
	return cmd
}

func (f *auditFlags) printPermissions(w io.Writer) error {
	switch f.permissions {
	case "json":
		return audit.PermissionsJSON(w, f.role)
	case "terraform":
		return audit.PermissionsTerraform(w, f.role)
	}
	return fmt.Errorf("--permissions %q: want json or terraform", f.permissions)
}

func runAudit(ctx context.Context, f *auditFlags, stdio IO) error {
	for _, s := range f.sources {
		if s != audit.SourceConfig && s != audit.SourceHub {
			return fmt.Errorf("--source %q: want %s or %s", s, audit.SourceConfig, audit.SourceHub)
		}
	}
	failOn, err := failSeverity(f.failOn)
	if err != nil {
		return err
	}
	handler, err := f.handler(stdio, report.Options{})
	if err != nil {
		return err
	}
	linker, err := f.linker(ctx, fetchState(&f.awsFlags, stdio), stdio, stdio.now())
	if err != nil {
		return err
	}
	cfg, err := f.awsFlags.load(ctx, stdio)
	if err != nil {
		return err
	}
	found, err := settings.Find(".")
	if err != nil {
		return err
	}
	f.save = f.save || found.History
	// What was read is reported and kept even after an interrupt.
	handler, discard, err := f.keep(context.WithoutCancel(ctx), handler, stdio.Stderr)
	if err != nil {
		return err
	}
	defer discard()
	if f.export != "" {
		books, err := workbook.New(f.export)
		if err != nil {
			return fmt.Errorf("--export: %w", err)
		}
		defer books.Close()
		handler = assessment.Tee(handler, books)
	}
	watch := &watcher{failOn: failOn, started: time.Now()}
	if _, ok := terminal(stdio.Stderr, term.IsTerminal); ok {
		watch.w = stdio.Stderr
	}
	// Terraform's addresses first, for the exceptions that name them.
	var first assessment.Handler = triage.NewRegister(assessment.Tee(handler, watch), stdio.now(), found.Exceptions)
	if linker != nil {
		linker.Handler = first
		first = linker
	}
	err = audit.Run(ctx, audit.Options{
		AWS: cfg, Regions: f.regions, Role: f.role, Accounts: f.accounts, Packs: f.packs, Sources: f.sources,
		Resume: f.resume, Version: version, Now: stdio.now(),
	}, first)
	watch.clear()
	if err != nil && !watch.ended {
		return err
	}
	if ferr := assessment.Flush(handler); ferr != nil {
		return errors.Join(err, ferr)
	}
	if linker != nil {
		if ierr := f.writeImports(linker, stdio.Stderr); ierr != nil {
			return errors.Join(err, ierr)
		}
	}
	switch {
	case err != nil:
		return &exitError{exitFailed, err}
	case watch.failed:
		return &exitError{code: exitFindings}
	}
	return nil
}

// A watcher shows progress on a terminal, with the time that is left, and
// remembers whether something failed.
type watcher struct {
	w       io.Writer // nil: not on a terminal
	started time.Time
	failOn  *hipaa.Severity
	failed  bool
	ended   bool
}

func (w *watcher) Config(*assessment.Config) error { return nil }

func (w *watcher) Progress(m *assessment.Progress) error {
	if w.w == nil || m.Done == 0 {
		return nil
	}
	left := time.Since(w.started) * time.Duration(m.Total-m.Done) / time.Duration(m.Done)
	fmt.Fprintf(w.w, "\r\033[K%s: %d of %d, %s left", m.Message, m.Done, m.Total, left.Round(time.Second))
	return nil
}

func (w *watcher) clear() {
	if w.w != nil {
		fmt.Fprint(w.w, "\r\033[K")
	}
}

func (w *watcher) Diagnostic(*assessment.Diagnostic) error { return nil }

func (w *watcher) Result(r *assessment.Result) error {
	w.failed = w.failed || r.Verdict == assessment.NonCompliant && r.Exception == nil && w.failOn != nil && r.Severity >= *w.failOn
	return nil
}

func (w *watcher) Summary(*assessment.Summary) error { w.ended = true; return nil }
