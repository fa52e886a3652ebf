package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/report"
	"safeguard/internal/terraform"
	"safeguard/internal/triage"
)

// inputFlags are the flags of every command that reads Terraform.
type inputFlags struct {
	vars      []terraform.Var
	workspace string
	source    string
	get       bool
}

// A varFlag is --var or --var-file: both fill one list, since their order counts.
type varFlag struct {
	list *[]terraform.Var
	file bool
}

func (f varFlag) Set(s string) error {
	if f.file {
		*f.list = append(*f.list, terraform.Var{File: s})
	} else {
		*f.list = append(*f.list, terraform.Var{Value: s})
	}
	return nil
}

func (f varFlag) String() string { return "" }

func (f varFlag) Type() string { return "string" }

func (f *inputFlags) register(fs *pflag.FlagSet) {
	fs.Var(varFlag{list: &f.vars}, "var", "set an input variable, `NAME=VALUE` (repeatable)")
	fs.Var(varFlag{list: &f.vars, file: true}, "var-file", "read input variables from `FILE` (repeatable)")
	fs.StringVar(&f.workspace, "workspace", "", "Terraform workspace `NAME` (default $TF_WORKSPACE or \"default\")")
	fs.StringVar(&f.source, "source", "", "`DIR` of the configuration that a plan was made from, for file and line")
	fs.BoolVar(&f.get, "get", false, "run terraform get (or tofu get) first, to install modules")
}

// load reads the paths. What could not be read is an error if it is all, and
// else a diagnostic of the first input; whole says whether it was nothing.
func (f *inputFlags) load(ctx context.Context, paths []string, stdio IO) (inputs []*terraform.Input, whole bool, err error) {
	opts := terraform.Options{
		Vars: f.vars, Workspace: f.workspace,
		Source: f.source, Environ: stdio.Environ, Show: terraform.ShowPlan,
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var errs []error
	for _, path := range paths {
		if f.get {
			if err := terraform.Get(ctx, path, stdio.Stderr); err != nil {
				return nil, false, err
			}
		}
		in, err := interruptible(ctx, func() (*terraform.Input, error) {
			return terraform.Load(ctx, path, stdio.Stdin, opts)
		})
		if err != nil {
			errs = append(errs, err)
			continue
		}
		inputs = append(inputs, in)
	}
	if len(inputs) == 0 {
		return nil, false, errors.Join(errs...)
	}
	for _, err := range errs {
		inputs[0].Diagnostics = append(inputs[0].Diagnostics, terraform.Diagnostic{Severity: "error", Summary: err.Error()})
	}
	return inputs, len(errs) == 0, nil
}

// interruptible is f's result, or the context's end where that comes first: a
// pipe that nobody writes to keeps its reader waiting.
func interruptible[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		v, err := f()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.v, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

type scanFlags struct {
	assessFlags
	saveFlags
	outputFlags
	baseline string
}

func scanCommand(stdio IO) *cobra.Command {
	f := &scanFlags{}
	cmd := &cobra.Command{
		Use:   "scan [PATH...]",
		Short: "Judge Terraform code, plans and states against the HIPAA pack, offline",
		Long: `scan judges Terraform or OpenTofu against the 130 rules of AWS's conformance
pack "Operational Best Practices for HIPAA Security". PATH is a directory of
configuration (default "."), a plan (JSON, or binary with terraform on PATH), a
state, or "-" for standard input; what it is is recognised by content. scan
opens no network connection.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the job could not be
done.`,
		Example: `  safeguard scan
  safeguard scan envs/prod --var-file prod.tfvars
  terraform show -json plan.out | safeguard scan - --source .
  safeguard scan --format json > assessment.jsonl
  safeguard scan --save`,
		RunE: func(cmd *cobra.Command, args []string) error { return runScan(cmd.Context(), f, args, stdio) },
	}
	fs := cmd.Flags()
	f.assessFlags.register(fs)
	f.saveFlags.register(fs)
	f.outputFlags.register(fs)
	registerBaseline(fs, &f.baseline, "show and fail on")
	return cmd
}

func runScan(ctx context.Context, f *scanFlags, paths []string, stdio IO) error {
	failOn, err := failSeverity(f.failOn)
	if err != nil {
		return err
	}
	base, err := readBaseline(f.baseline)
	if err != nil {
		return err
	}
	if err := f.readSettings(paths); err != nil {
		return err
	}
	handler, err := f.handler(stdio, report.Options{Plan: f.planOptions(), Baseline: base})
	if err != nil {
		return err
	}
	handler = f.behind(base, handler)
	f.save = f.save || f.settings.History
	handler, discard, err := f.keep(ctx, handler, stdio.Stderr)
	if err != nil {
		return err
	}
	defer discard()
	failed := false
	done, err := f.assess(ctx, paths, stdio, handler, func(r *assessment.Result) {
		if r.Verdict == assessment.NonCompliant && r.Exception == nil && !base.IsKnown(r) && failOn != nil && r.Severity >= *failOn {
			failed = true
		}
	})
	if err != nil {
		return err
	}
	if err := assessment.Flush(handler); err != nil {
		return err
	}
	f.tell(base, stdio)
	switch {
	case done.nothing:
		return &exitError{exitFailed, errors.New("nothing could be judged: the report says why")}
	case !done.whole:
		return &exitError{code: exitFailed}
	case failed:
		return &exitError{code: exitFindings}
	}
	return nil
}

// readStream reads a saved assessment.
func readStream(file string) (*triage.Collector, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	found := &triage.Collector{}
	if err := assessment.Read(in, found); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return found, nil
}

func isSet(env []string, name string) bool {
	return slices.ContainsFunc(env, func(kv string) bool {
		v, ok := strings.CutPrefix(kv, name+"=")
		return ok && v != ""
	})
}
