package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"safeguard/internal/assessment"
	"safeguard/internal/report"
	"safeguard/internal/triage"
	"safeguard/internal/workbook"
)

type planFlags struct {
	assessFlags
	paceFlags
	saveFlags
	format   string
	output   string
	chart    string
	target   string
	merge    string
	baseline string
	all      bool
}

func planCommand(stdio IO) *cobra.Command {
	f := &planFlags{}
	cmd := &cobra.Command{
		Use:   "plan [PATH...]",
		Short: "Say what to do first: work items, estimates, quick wins, sprints",
		Long: `plan turns findings into work items and says what to do first. PATH is what scan
takes, or an assessment that was saved with scan --format json; "-" is standard
input.

An item is one change: what closes all findings of a rule, or of rules that one
change closes together, at one block of source code. Items come in the order of
the risk that they close in an expected hour; what has to come first does. The
score is computed anew after each.`,
		Example: `  safeguard plan
  safeguard plan assessment.jsonl --capacity 40h --sprint 2w --team 2
  safeguard plan --target 90%
  safeguard plan --capacity 40h --team 2 --save
  safeguard plan --format jira --output backlog.csv --chart burnup.svg`,
		RunE: func(cmd *cobra.Command, args []string) error { return runPlan(cmd.Context(), f, args, stdio) },
	}
	fs := cmd.Flags()
	f.assessFlags.register(fs)
	fs.StringVar(&f.format, "format", "text", "output `FORMAT`: "+strings.Join(report.PlanFormats(), ", ")+", xlsx")
	fs.StringVar(&f.output, "output", "", "write to `FILE` instead of standard output")
	fs.StringVar(&f.chart, "chart", "", "draw the burn-up into `FILE`, .svg or .png")
	f.paceFlags.register(fs)
	fs.BoolVar(&f.save, "save", false, "keep the plan in the history, which `safeguard history trend` draws the burn-down against; needs --capacity")
	registerHistory(fs, &f.history)
	fs.StringVar(&f.target, "target", "", "the cheapest way to a compliance `SCORE`, such as 90%")
	fs.StringVar(&f.merge, "merge", "", "take over what people typed into `FILE`, a workbook or CSV that plan wrote")
	registerBaseline(fs, &f.baseline, "plan")
	fs.BoolVar(&f.all, "all", false, "text shows all items, not the first ones")
	return cmd
}

func runPlan(ctx context.Context, f *planFlags, paths []string, stdio IO) error {
	opts := report.PlanOptions{TextOptions: textOptions(stdio), All: f.all}
	render, err := f.renderer()
	if err != nil {
		return err
	}
	var edits []triage.Edit
	if f.merge != "" {
		if edits, err = workbook.ReadEdits(f.merge); err != nil {
			return fmt.Errorf("--merge: %w", err)
		}
	}
	if f.chart != "" && report.ChartFormat(f.chart) == "" {
		return fmt.Errorf("--chart %s: want a name that ends in .svg or .png", f.chart)
	}
	if f.output != "" && (f.format == "xlsx" || f.format == "csv") {
		if err := keepsEdits(f.output, f.merge); err != nil {
			return fmt.Errorf("--output: %w", err)
		}
	}
	pace, err := f.pace()
	if err != nil {
		return err
	}
	if f.save && pace.hours == 0 {
		return errors.New("--save needs --capacity: hours that one person has in a sprint, such as 40h")
	}
	opts.Sprint = pace.sprint
	found, err := f.results(ctx, paths, stdio)
	if err != nil {
		return err
	}
	base, err := readBaseline(f.baseline)
	if err != nil {
		return err
	}
	how := f.planOptions()
	how.Edits = edits
	if base != nil {
		base.Next, base.All = &triage.Collector{}, true
		for _, r := range found.Results {
			if err := base.Result(r); err != nil {
				return err
			}
		}
		how.Known = base.IsKnown
		tellBaseline(stdio.Stderr, base)
	}
	opts.Target = found.Head.Target
	opts.Started = found.Head.Started
	plan := triage.Make(found.Results, how)
	if factor := plan.Calibration(); factor != 1 {
		fmt.Fprintf(stdio.Stderr, "safeguard: actual hours are %.2f times the estimates: the rest is estimated so\n", factor)
		how.Factor = factor
		plan = triage.Make(found.Results, how)
	}
	for _, e := range plan.Gone {
		what := "is not found any more: what was typed for it is kept"
		if e.Key == "" {
			what = "is kept"
		}
		fmt.Fprintf(stdio.Stderr, "safeguard: %s: %s %s\n", f.merge, e.Name(), what)
	}
	opts.Results = found.Results
	if pace.hours > 0 {
		if opts.Sprints, err = plan.Sprints(pace.hours); err != nil {
			return err
		}
	}
	if f.target != "" {
		percent, err := strconv.ParseFloat(strings.TrimSuffix(f.target, "%"), 64)
		if err != nil {
			return fmt.Errorf("--target %q: want a percentage such as 90%%", f.target)
		}
		if opts.Chosen, err = plan.Target(percent); err != nil {
			return err
		}
		opts.Percent = &percent
	}
	if f.chart != "" {
		var chart bytes.Buffer
		if err := report.BurnUp(&chart, plan, report.ChartFormat(f.chart)); err != nil {
			return err
		}
		if err := replace(f.chart, report.ChartFormat(f.chart), chart.Bytes()); err != nil {
			return err
		}
	}
	if err := f.write(render, plan, opts, stdio.Stdout); err != nil {
		return err
	}
	if !f.save {
		return nil
	}
	kept := planned(plan, pace, found.Head.Source, found.Head.Target, stdio.now())
	if err := savePlan(ctx, f.history, kept); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdio.Stderr, "saved as plan %d: %.1f hours, to be done %s\n", kept.ID, kept.Total(), kept.End().Format(time.DateOnly))
	return err
}

func (f *planFlags) write(render report.PlanFunc, plan *triage.Plan, opts report.PlanOptions, stdout io.Writer) error {
	if f.output == "" {
		return render(stdout, plan, opts)
	}
	opts.Color = false
	var out bytes.Buffer
	if err := render(&out, plan, opts); err != nil {
		return err
	}
	return replace(f.output, f.format, out.Bytes())
}

// renderer is that of the format. A workbook goes to a file.
func (f *planFlags) renderer() (report.PlanFunc, error) {
	if f.format == "xlsx" {
		if f.output == "" {
			return nil, errors.New("--format xlsx needs --output FILE")
		}
		return func(w io.Writer, plan *triage.Plan, opts report.PlanOptions) error {
			return workbook.Plan(w, plan, opts.Results)
		}, nil
	}
	render, err := report.PlanRenderer(f.format)
	if err != nil {
		return nil, fmt.Errorf("--format: %w", err)
	}
	return render, nil
}

// results reads saved assessments and judges everything else.
func (f *planFlags) results(ctx context.Context, paths []string, stdio IO) (*triage.Collector, error) {
	found := &triage.Collector{}
	if len(paths) == 1 {
		saved, rest, err := openStream(paths[0], stdio.Stdin)
		if err != nil {
			return nil, err
		}
		if saved != nil {
			defer saved.Close()
			selected, err := f.selection()
			if err != nil {
				return nil, err
			}
			if err := f.readSettings(nil); err != nil {
				return nil, err
			}
			register := triage.NewRegister(found, stdio.now(), about(slices.Clone(f.settings.Exceptions), selected))
			if err := assessment.Read(saved, register); err != nil {
				return nil, fmt.Errorf("read %s: %w", paths[0], err)
			}
			f.uses = register.Uses
			found.Select(selected)
			return found, nil
		}
		stdio.Stdin = rest
	}
	done, err := f.assess(ctx, paths, stdio, found, nil)
	if err != nil {
		return nil, err
	}
	for _, d := range found.Diagnostics {
		fmt.Fprintf(stdio.Stderr, "safeguard: %s:%d: %s\n", d.Location.File, d.Location.Line, d.Summary)
	}
	if done.nothing {
		return nil, fmt.Errorf("nothing could be judged")
	}
	return found, nil
}

// openStream opens a saved assessment, recognised by how it begins. It is nil
// for anything else; rest is then what standard input still holds.
func openStream(path string, stdin io.Reader) (saved io.ReadCloser, rest io.Reader, err error) {
	const begin = `{"config":`
	if path == "-" {
		r := bufio.NewReaderSize(stdin, 1<<16)
		head, _ := r.Peek(len(begin))
		if string(head) == begin {
			return io.NopCloser(r), nil, nil
		}
		return nil, r, nil
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, stdin, nil // assess says what is wrong with it
	}
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, stdin, nil
	}
	head := make([]byte, len(begin))
	if n, _ := io.ReadFull(file, head); string(head[:n]) != begin {
		file.Close()
		return nil, stdin, nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	return file, nil, nil
}
