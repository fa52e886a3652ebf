package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"safeguard/internal/assessment"
	"safeguard/internal/audit"
	"safeguard/internal/edit"
	"safeguard/internal/hipaa"
)

type suppressFlags struct {
	awsFlags
	from         string
	rules        []string
	fingerprints []string
	reason       string
	by           string
	dryRun       bool
	undoFile     string
	undo         string
	future       bool
}

func suppressCommand(stdio IO) *cobra.Command {
	f := &suppressFlags{}
	cmd := &cobra.Command{
		Use:   "suppress",
		Short: "Suppress findings in Security Hub, with a reason, and a way back",
		Long: `suppress sets findings of Security Hub to SUPPRESSED, with the reason as their
note. It takes the findings from an audit, by rule or by fingerprint. What they
were before is written to the undo file first.

A suppression is of one finding: --future makes an automation rule instead, which
suppresses what comes later, and which --undo deletes.`,
		Example: `  safeguard audit --format json > audit.jsonl
  safeguard suppress --from audit.jsonl --rule EC2.25 --reason "gateway hosts" --dry-run
  safeguard suppress --from audit.jsonl --rule EC2.25 --reason "gateway hosts"
  safeguard suppress --undo suppress-undo.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.undo != "" {
				return f.runUndo(cmd.Context(), stdio)
			}
			return f.run(cmd.Context(), stdio)
		},
	}
	fs := cmd.Flags()
	f.awsFlags.register(fs)
	fs.StringVar(&f.from, "from", "", "`FILE` that audit wrote with --format json")
	fs.StringSliceVar(&f.rules, "rule", nil, "findings of these `RULES` or controls")
	fs.StringSliceVar(&f.fingerprints, "fingerprint", nil, "findings with these `FINGERPRINTS`")
	fs.StringVar(&f.reason, "reason", "", "why, at most 512 characters")
	fs.StringVar(&f.by, "by", "safeguard", "`WHO` decided it")
	fs.BoolVar(&f.dryRun, "dry-run", false, "say what would be done, and do nothing")
	fs.StringVar(&f.undoFile, "undo-file", "suppress-undo.json", "write what findings were before to `FILE`, which must not exist")
	fs.StringVar(&f.undo, "undo", "", "take back what `FILE` says was done")
	fs.BoolVar(&f.future, "future", false, "make automation rules for future findings")
	return cmd
}

func (f *suppressFlags) run(ctx context.Context, stdio IO) error {
	if f.from == "" || f.reason == "" || len(f.rules)+len(f.fingerprints) == 0 {
		return errors.New("suppress needs --from, --reason, and --rule or --fingerprint")
	}
	file, err := os.Open(f.from)
	if err != nil {
		return err
	}
	defer file.Close()
	picked := &picker{f: f}
	if err := assessment.Read(file, picked); err != nil {
		return fmt.Errorf("%s: %w", f.from, err)
	}
	if len(picked.results) == 0 {
		return fmt.Errorf("%s has no finding of Security Hub that is meant and not suppressed yet", f.from)
	}
	var before, after []audit.Change
	for _, r := range picked.results {
		for _, s := range r.Sources {
			if !changeable(s) {
				continue
			}
			fmt.Fprintf(stdio.Stdout, "suppress %s %s %s\n", s.Rule, line(r.Resource.ARN+r.Resource.ID), s.Finding)
			change := audit.Change{Finding: s.Finding, Product: s.Product, Format: s.Format, Region: r.Resource.Region, Workflow: s.Workflow, Note: "no longer suppressed"}
			before = append(before, change)
			change.Workflow, change.Note = "SUPPRESSED", f.reason
			after = append(after, change)
		}
	}
	if f.dryRun {
		_, err := fmt.Fprintf(stdio.Stdout, "%d findings would be suppressed\n", len(after))
		return err
	}
	cfg, err := f.awsFlags.load(ctx, stdio)
	if err != nil {
		return err
	}
	if f.future {
		return f.automate(ctx, cfg, picked.results, stdio.Stdout)
	}
	if err := unused(f.undoFile); err != nil {
		return err
	}
	if err := writeUndo(f.undoFile, before); err != nil {
		return err
	}
	return f.update(ctx, cfg, after, stdio)
}

// automate makes one automation rule for each control and resource. The undo file
// has each rule as soon as it is made.
func (f *suppressFlags) automate(ctx context.Context, cfg aws.Config, results []*assessment.Result, w io.Writer) error {
	if err := unused(f.undoFile); err != nil {
		return err
	}
	var undo []audit.Change
	for _, r := range results {
		for _, s := range r.Sources {
			if !changeable(s) {
				continue
			}
			made, err := audit.Automate(ctx, cfg, audit.Suppression{
				Control: s.Rule, Resource: cmp.Or(r.Resource.ARN, r.Resource.ID), Region: r.Resource.Region, Format: s.Format, Reason: f.reason, By: f.by,
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "made %s\n", made.Rule)
			undo = append(undo, made)
			if err := writeUndo(f.undoFile, undo); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *suppressFlags) update(ctx context.Context, cfg aws.Config, changes []audit.Change, stdio IO) error {
	done, refused, err := audit.Update(ctx, cfg, changes, f.by)
	for _, r := range refused {
		fmt.Fprintf(stdio.Stderr, "%s: %s\n", r.Finding, r.Reason)
	}
	fmt.Fprintf(stdio.Stdout, "%d of %d findings are changed\n", len(done), len(changes))
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		return &exitError{exitFailed, fmt.Errorf("%d findings are as they were: the reasons are above", len(refused))}
	}
	return nil
}

func (f *suppressFlags) runUndo(ctx context.Context, stdio IO) error {
	data, err := os.ReadFile(f.undo)
	if err != nil {
		return err
	}
	var changes []audit.Change
	if err := json.Unmarshal(data, &changes); err != nil {
		return fmt.Errorf("%s is no undo file: %w", f.undo, err)
	}
	if f.dryRun {
		_, err := fmt.Fprintf(stdio.Stdout, "%d findings would be as before\n", len(changes))
		return err
	}
	cfg, err := f.awsFlags.load(ctx, stdio)
	if err != nil {
		return err
	}
	return f.update(ctx, cfg, changes, stdio)
}

// unused refuses a file that exists: an older one is the way back from something
// else.
func unused(path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s exists: name another file with --undo-file, so that this way back is not lost", path)
	}
	return nil
}

func writeUndo(path string, changes []audit.Change) error {
	data, err := json.MarshalIndent(changes, "", "  ")
	if err != nil {
		return err
	}
	return edit.Write(path, append(data, '\n'))
}

// changeable reports whether a source is a finding that can be suppressed.
func changeable(s assessment.Source) bool {
	return s.Name == audit.SourceHub && (s.Product != "" || s.Format == audit.FormatOCSF) && s.Workflow != "SUPPRESSED" && s.Verdict != assessment.Compliant
}

// A picker keeps the results that suppress means.
type picker struct {
	f       *suppressFlags
	results []*assessment.Result
}

func (p *picker) Config(*assessment.Config) error         { return nil }
func (p *picker) Progress(*assessment.Progress) error     { return nil }
func (p *picker) Diagnostic(*assessment.Diagnostic) error { return nil }
func (p *picker) Summary(*assessment.Summary) error       { return nil }

func (p *picker) Result(r *assessment.Result) error {
	meant := slices.Contains(p.f.fingerprints, r.Fingerprint)
	for _, name := range p.f.rules {
		facts, ok := hipaa.Lookup(name)
		meant = meant || strings.EqualFold(name, r.Rule) || ok && facts.Identifier == r.Rule
	}
	if meant && slices.ContainsFunc(r.Sources, changeable) {
		p.results = append(p.results, r)
	}
	return nil
}
