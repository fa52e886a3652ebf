package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"safeguard/internal/edit"
	"safeguard/internal/history"
	"safeguard/internal/history/chart"
	"safeguard/internal/settings"
	"safeguard/internal/triage"
)

type trendFlags struct {
	*historyFlags
	paceFlags
	format string
	output string
}

func trendCommand(parent *historyFlags, stdio IO) *cobra.Command {
	f := &trendFlags{historyFlags: parent}
	cmd := &cobra.Command{
		Use:   "trend",
		Short: "Draw scores and open problems over time, and the burn-down against the plan",
		Long: `trend shows how the scores and the open problems went, and the hours of work that
were left, against the plan: the newest one that was kept with
"safeguard plan --save" for the source and target, or, with --capacity, one that
is made of the first assessment shown.`,
		Example: `  safeguard plan --capacity 40h --team 2 --save
  safeguard history trend
  safeguard history trend --capacity 40h --format svg --output trend.svg`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(cmd.Context(), func(s *history.Store) error { return f.run(cmd.Context(), s, stdio.Stdout) })
		},
	}
	f.choose(cmd)
	f.paceFlags.register(cmd.Flags())
	cmd.Flags().StringVar(&f.format, "format", "text", "`FORMAT`: text, csv, svg or png")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of standard output")
	return cmd
}

func (f *trendFlags) run(ctx context.Context, s *history.Store, w io.Writer) error {
	formats := map[string]func(io.Writer, *chart.Trend) error{"text": chart.Text, "csv": chart.CSV, "svg": chart.SVG, "png": chart.PNG}
	write := formats[f.format]
	if write == nil {
		return fmt.Errorf("--format %q: want text, csv, svg or png", f.format)
	}
	if f.json {
		write = func(w io.Writer, t *chart.Trend) error { return writeJSON(w, t) }
	}
	t, err := f.trend(ctx, s)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, t); err != nil {
		return err
	}
	if f.output == "" {
		_, err = w.Write(b.Bytes())
		return err
	}
	return edit.Write(f.output, b.Bytes())
}

// trend reads the assessments, estimates the work that each left, and finds the
// plan.
func (f *trendFlags) trend(ctx context.Context, s *history.Store) (*chart.Trend, error) {
	pace, err := f.pace()
	if err != nil {
		return nil, err
	}
	all, err := f.assessments(ctx, s)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("no assessment of this source and target is kept")
	}
	found, err := settings.Find(".")
	if err != nil {
		return nil, err
	}
	t := &chart.Trend{}
	for _, a := range all {
		plan, err := replan(ctx, s, a.ID, found)
		if err != nil {
			return nil, err
		}
		point := chart.Point{Assessment: a}
		if plan != nil {
			point.HoursLeft = &plan.Total.Expected
		}
		if len(t.Points) == 0 && plan != nil && pace.hours > 0 {
			t.Plan = planned(plan, pace, a.Source, a.Target, a.Started)
		}
		t.Points = append(t.Points, point)
	}
	switch several := several(all); {
	case several && pace.hours > 0:
		return nil, errors.New("--capacity needs assessments of one source and target: choose them with --source and --target, see `safeguard history`")
	case pace.hours > 0 && t.Plan == nil:
		return nil, fmt.Errorf("no plan can be made: the results of assessment %d are past their retention", all[0].ID)
	case !several && pace.hours == 0:
		t.Plan, err = s.LastPlan(ctx, all[0].Source, all[0].Target)
	}
	return t, err
}

// several reports whether assessments are of different things.
func several(as []history.Assessment) bool {
	for _, a := range as {
		if a.Source != as[0].Source || a.Target != as[0].Target {
			return true
		}
	}
	return false
}

// replan is the plan that an assessment in the history asks for, nil if its
// results are not kept any more.
func replan(ctx context.Context, s *history.Store, id int64, found *settings.Settings) (*triage.Plan, error) {
	results, err := s.Results(ctx, id)
	if errors.Is(err, history.ErrPruned) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return triage.Make(results, triage.Options{Weights: found.Weights, Effort: found.Effort}), nil
}

// planned is a plan as the history keeps it. What is open at its end is accepted,
// which the history does not count as open.
func planned(plan *triage.Plan, p pace, source, target string, started time.Time) *history.Plan {
	accepted := plan.Before.Results.NonCompliant
	if n := len(plan.Steps); n > 0 {
		accepted = plan.Steps[n-1].Open
	}
	kept := &history.Plan{Started: started, Source: source, Target: target, HoursPerDay: p.perDay(), Steps: []history.Step{{
		ComplianceScore: plan.Before.ComplianceScore, RuleScore: plan.Before.RuleScore, Open: plan.Before.Results.NonCompliant - accepted,
	}}}
	for i, step := range plan.Steps {
		kept.Steps = append(kept.Steps, history.Step{
			Item: plan.Items[i].Title, Hours: step.Hours, ComplianceScore: step.ComplianceScore, RuleScore: step.RuleScore, Open: step.Open - accepted,
		})
	}
	return kept
}

func savePlan(ctx context.Context, location string, plan *history.Plan) error {
	s, err := history.Open(ctx, location)
	if err != nil {
		return err
	}
	return errors.Join(s.SavePlan(ctx, plan), s.Close())
}
