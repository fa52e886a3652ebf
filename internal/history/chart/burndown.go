package chart

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"safeguard/internal/draw"
	"safeguard/internal/history"
)

// A Trend is what charts show: assessments in order of time, with the work that
// was left, against a plan.
type Trend struct {
	Points []Point       `json:"points"`
	Plan   *history.Plan `json:"plan"` // nil: none was made
}

// A Point is an assessment in a Trend.
type Point struct {
	history.Assessment
	// HoursLeft is the expected work that would close its findings; nil if its
	// results are not kept any more.
	HoursLeft *float64 `json:"hours_left"`
}

// planned is what the plan had for the time of a point; ok is false without a
// plan and before it began.
func (t *Trend) planned(at time.Time) (step history.Step, left float64, ok bool) {
	if t.Plan == nil || at.Before(t.Plan.Started) {
		return history.Step{}, 0, false
	}
	step = t.Plan.At(at)
	return step, t.Plan.Total() - step.Hours, true
}

// burnDown writes the assessments since the plan beside what it had for their
// times.
func (t *Trend) burnDown(w io.Writer) error {
	if t.Plan == nil {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\nPlan of %s: %.1f hours, %.1f a day, to be done %s\n%-16s  %22s  %15s  %19s\n%-16s  %10s %11s  %7s %7s  %9s %9s\n",
		t.Plan.Started.Format(time.DateOnly), t.Plan.Total(), t.Plan.HoursPerDay, t.Plan.End().Format(time.DateOnly),
		"", "HOURS LEFT", "OPEN", "SCORE", "STARTED", "PLANNED", "ACTUAL", "PLANNED", "ACTUAL", "PLANNED", "ACTUAL"); err != nil {
		return err
	}
	for i := range t.Points {
		p := &t.Points[i]
		step, left, ok := t.planned(p.Started)
		if !ok {
			continue
		}
		behind := ""
		if p.HoursLeft != nil && *p.HoursLeft > left+0.05 {
			behind = fmt.Sprintf("  %.1f h behind", *p.HoursLeft-left)
		}
		if _, err := fmt.Fprintf(w, "%-16s  %10.1f %11s  %7d %7d  %9s %9s%s\n", p.Started.Format("2006-01-02 15:04"),
			left, hoursText(p.HoursLeft), step.Open, open(&p.Assessment), percentText(step.ComplianceScore), percentText(p.ComplianceScore), behind); err != nil {
			return err
		}
	}
	return nil
}

func hoursText(h *float64) string {
	if h == nil {
		return "-"
	}
	return strconv.FormatFloat(*h, 'f', 1, 64)
}

func percentText(p *float64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", *p)
}

// burnPanel draws the hours left: grey as planned, black as they are.
func (t *Trend) burnPanel(c draw.Canvas, x func(time.Time) float64) {
	most := t.Plan.Total()
	for i := range t.Points {
		if h := t.Points[i].HoursLeft; h != nil {
			most = max(most, *h)
		}
	}
	most = max(most, 1)
	axis(c, burnTop, burnFoot, "hours of work left", func(i int) string { return strconv.FormatFloat(most*float64(i)/4, 'f', 0, 64) })
	y := func(h float64) float64 { return burnFoot - (burnFoot-burnTop)*h/most }
	c.Line(x(t.Plan.Started), y(t.Plan.Total()), x(t.Plan.End()), y(0), grey, 2)
	line := curve{c: c, color: ink}
	for i := range t.Points {
		if p := &t.Points[i]; p.HoursLeft != nil {
			line.to(x(p.Started), y(*p.HoursLeft))
		}
	}
	c.Text(right-60, burnTop-20, "planned", grey, true)
	c.Text(right, burnTop-20, "actual", ink, true)
}

// plannedScore draws the compliance score that the plan had, which changes when
// an item is done.
func (t *Trend) plannedScore(c draw.Canvas, x func(time.Time) float64) {
	var px, py float64
	begun := false
	for _, s := range t.Plan.Steps {
		if s.ComplianceScore == nil {
			continue
		}
		at, y := x(t.Plan.Started.Add(time.Duration(s.Hours/t.Plan.HoursPerDay*24*float64(time.Hour)))), scoreY(*s.ComplianceScore)
		if begun {
			c.Line(px, py, at, py, grey, 2)
			c.Line(at, py, at, y, grey, 2)
		}
		px, py, begun = at, y, true
	}
	c.Text(right-340, scoreTop-20, "planned", grey, true)
}
