package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"safeguard/internal/assessment"
	"safeguard/internal/edit"
	"safeguard/internal/fix"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
	"safeguard/internal/triage"
)

type fixFlags struct {
	assessFlags
	from        string
	risks       []string
	items       []string
	quickWins   bool
	write       bool
	force       bool
	commit      bool
	patch       string
	interactive bool
	validate    string
	plan        bool
}

func fixCommand(stdio IO) *cobra.Command {
	f := &fixFlags{}
	cmd := &cobra.Command{
		Use:   "fix [PATH]",
		Short: "Change the Terraform code so that findings go away, provably",
		Long: `fix changes the Terraform code in a directory (default ".") as a careful engineer
would, and proves it: every change is made in memory, evaluated and judged
again, and stays only if its finding is gone and no other verdict got worse.

Without --write it prints a unified diff and a table of what it closes, what it
leaves out for its risk, and what needs a person. Changes that cost money, stop
something or replace a resource have to be let in with --risk.

Where terraform (or tofu) is on PATH and a directory is initialised, the changed
code has to pass terraform validate too, in a scratch copy. With --plan it is
asked for a plan as well, and the table shows what it would do for each item.

Exit codes: 0 done, 1 findings are left, 2 the job could not be done.`,
		Example: `  safeguard fix
  safeguard fix infra --rule S3_BUCKET_SSL_REQUESTS_ONLY --write
  safeguard fix --risk cost,downtime --patch hipaa.patch
  safeguard fix --interactive --commit`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "."
			if len(args) > 0 {
				path = args[0]
			}
			return runFix(cmd.Context(), f, path, stdio)
		},
	}
	fs := cmd.Flags()
	f.assessFlags.register(fs)
	fs.StringSliceVar(&f.items, "item", nil, "only these work items, by `KEY` (see safeguard plan)")
	fs.BoolVar(&f.quickWins, "quick-wins", false, "only work items of at most an expected hour")
	fs.StringSliceVar(&f.risks, "risk", nil, "let in changes that bring `RISKS`: cost, downtime, replacement, data-loss")
	fs.StringVar(&f.from, "from", "", "fix what the assessment in `FILE` complains about: of scan or audit --terraform, with --format json")
	fs.BoolVar(&f.write, "write", false, "change the files")
	fs.BoolVar(&f.force, "force", false, "change files even if the git work tree has changes")
	fs.BoolVar(&f.commit, "commit", false, "change the files and make one git commit for each item")
	fs.StringVar(&f.patch, "patch", "", "write a patch for git apply to `FILE`")
	fs.BoolVar(&f.interactive, "interactive", false, "ask for each item")
	fs.StringVar(&f.validate, "validate", "auto", "have terraform validate the changes: true, false, or auto: where a directory is initialised")
	fs.Lookup("validate").NoOptDefVal = "true"
	fs.BoolVar(&f.plan, "plan", false, "have terraform plan the changes, and show what it would do")
	return cmd
}

func runFix(ctx context.Context, f *fixFlags, path string, stdio IO) error {
	risks, err := riskSet(f.risks)
	if err != nil {
		return err
	}
	write := f.write || f.commit
	if write && !f.force {
		if err := cleanTree(ctx, path); err != nil {
			return err
		}
	}
	selected, err := f.findings(ctx, path, stdio)
	if err != nil {
		return err
	}
	opts := fix.Options{
		Terraform: terraform.Options{Vars: f.vars, Workspace: f.workspace, Environ: stdio.Environ},
		Scan:      scan.Options{Rules: rules.All(), WholeAccount: f.wholeAccount, Param: f.settings.Param},
		Risks:     risks,
		Select:    selected,
	}
	if f.interactive {
		ask := &asker{in: bufio.NewReader(stdio.Stdin), out: stdio.Stderr, dir: path}
		opts.Approve = ask.approve
	}
	run, err := f.prover(stdio.Environ)
	if err != nil {
		return err
	}
	plan, err := run(ctx, path, opts)
	if err != nil {
		return err
	}
	if (f.validate == "true" || f.plan) && len(plan.Files) > 0 && len(plan.Validation.Roots) == 0 {
		return fmt.Errorf("--validate: no root module in %s is initialised: run terraform init there first, or pass --validate=false", path)
	}
	if f.patch != "" {
		if err := writePatch(ctx, f.patch, path, plan); err != nil {
			return err
		}
	}
	switch {
	case f.commit:
		err = commitItems(ctx, path, plan, stdio.Stderr)
	case f.write:
		err = writeFiles(plan.Files)
	case f.patch == "":
		_, err = stdio.Stdout.Write(diffs(path, plan.Files))
		if err == nil && len(plan.Files) > 0 {
			_, err = fmt.Fprintln(stdio.Stdout)
		}
	}
	if err != nil {
		return err
	}
	if err := report.Fix(stdio.Stdout, plan, report.FixOptions{TextOptions: textOptions(stdio), Dir: path, Written: write}); err != nil {
		return err
	}
	if slices.ContainsFunc(plan.Items, func(i *fix.Item) bool { return i.Outcome != fix.Fixed }) {
		return &exitError{code: exitFindings}
	}
	return nil
}

// findings chooses what to fix: the findings of the rules and items that the
// flags name, without those that somebody accepted. What a repair makes is
// fixed too, by the same rules.
func (f *fixFlags) findings(ctx context.Context, path string, stdio IO) (func(*assessment.Result) bool, error) {
	rule, err := f.selection()
	if err != nil {
		return nil, err
	}
	found := &triage.Collector{}
	if _, err := f.assess(ctx, []string{path}, stdio, found, nil); err != nil {
		return nil, err
	}
	chosen := map[string]bool{} // by fingerprint, of findings that are there
	for _, r := range found.Results {
		chosen[r.Fingerprint] = r.Exception == nil
	}
	if len(f.items) > 0 || f.quickWins {
		if err := f.choose(chosen, found); err != nil {
			return nil, err
		}
	}
	from, err := f.readFrom()
	if err != nil {
		return nil, err
	}
	return func(r *assessment.Result) bool {
		facts, ok := hipaa.Lookup(r.Rule)
		wanted, there := chosen[r.Fingerprint]
		return ok && (rule == nil || rule(facts)) && (wanted || !there) && (from == nil || from.has(r))
	}, nil
}

// choose leaves the findings of the work items that the flags name.
func (f *fixFlags) choose(chosen map[string]bool, found *triage.Collector) error {
	items := triage.Make(found.Results, triage.Options{Weights: f.settings.Weights, Effort: f.settings.Effort}).Items
	for _, key := range f.items {
		if !slices.ContainsFunc(items, func(i *triage.Item) bool { return i.Key == key }) {
			return fmt.Errorf("--item %q: no work item has this key: see safeguard plan", key)
		}
	}
	clear(chosen)
	for _, item := range items {
		wanted := (len(f.items) == 0 || slices.Contains(f.items, item.Key)) && (!f.quickWins || item.Estimate.Expected <= 1)
		for _, r := range item.Results {
			chosen[r.Fingerprint] = wanted
		}
	}
	return nil
}

func riskSet(names []string) (map[hipaa.Risk]bool, error) {
	risks := []hipaa.Risk{hipaa.RiskNone, hipaa.RiskCost, hipaa.RiskDowntime, hipaa.RiskReplacement, hipaa.RiskDataLoss}
	set := map[hipaa.Risk]bool{}
	for _, n := range names {
		r := hipaa.Risk(strings.ToLower(n))
		if !slices.Contains(risks, r) {
			return nil, fmt.Errorf("--risk %q: want none, cost, downtime, replacement or data-loss", n)
		}
		set[r] = true
	}
	return set, nil
}

// diffs is the unified diff of the files for people to read, with paths as they
// are from dir.
func diffs(dir string, files []fix.File) []byte {
	var out []byte
	for _, f := range files {
		out = append(out, edit.Diff(fix.Relative(dir, f.Path), f.Before, f.After)...)
	}
	return veiled(out)
}

// writeFiles changes the files on disk, unless one of them is no longer what
// was read.
func writeFiles(files []fix.File) error {
	for _, f := range files {
		now, err := os.ReadFile(f.Path)
		switch {
		case errors.Is(err, os.ErrNotExist) && f.Before == nil:
		case err != nil:
			return fmt.Errorf("read %s again: %w", f.Path, err)
		case !bytes.Equal(now, f.Before):
			return fmt.Errorf("%s was changed by somebody else meanwhile: nothing is written: run fix again", f.Path)
		}
	}
	for _, f := range files {
		if err := edit.Write(f.Path, f.After); err != nil {
			return err
		}
	}
	return nil
}

// An asker asks for each item whether to keep it.
type asker struct {
	in      *bufio.Reader
	out     io.Writer
	dir     string
	skipped map[string]bool // rules
	quit    bool
}

func (a *asker) approve(item *fix.Item) (bool, error) {
	if a.quit || a.skipped[item.Rule] {
		return false, nil
	}
	fmt.Fprintf(a.out, "\n%s", diffs(a.dir, item.Files))
	for {
		fmt.Fprintf(a.out, "%s (%d) at %s: keep it? [y]es, [n]o, [s]kip this rule, [q]uit: ",
			item.Rule, len(item.Results), placeOf(a.dir, item))
		line, err := a.in.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		case "s", "skip":
			if a.skipped == nil {
				a.skipped = map[string]bool{}
			}
			a.skipped[item.Rule] = true
			return false, nil
		case "q", "quit":
			a.quit = true
			return false, nil
		}
		if err != nil { // the end of the input is a no to all that is left
			a.quit = true
			return false, nil
		}
	}
}

// textOptions are those for standard output.
func textOptions(stdio IO) report.TextOptions {
	opts := report.TextOptions{Width: textWidth}
	if out, ok := terminal(stdio.Stdout, term.IsTerminal); ok {
		opts.Color = !isSet(stdio.Environ, "NO_COLOR")
		if w, _, err := term.GetSize(int(out.Fd())); err == nil && w > 0 {
			opts.Width = min(max(w, 60), 120)
		}
	}
	return opts
}
