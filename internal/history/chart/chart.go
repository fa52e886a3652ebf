// Package chart draws how scores and open problems went over time, and the work
// that was left against a plan: as text, CSV, SVG and PNG.
package chart

import (
	"encoding/csv"
	"fmt"
	"image/color"
	"io"
	"strconv"
	"strings"
	"time"

	"safeguard/internal/draw"
	"safeguard/internal/hipaa"
	"safeguard/internal/history"
)

// open is how many problems are open in all.
func open(a *history.Assessment) int {
	n := 0
	for _, c := range a.Open {
		n += c
	}
	return n
}

func score(p *float64) string {
	if p == nil {
		return ""
	}
	return strconv.FormatFloat(*p, 'f', 2, 64)
}

// CSV writes one row an assessment.
func CSV(w io.Writer, t *Trend) error {
	c := csv.NewWriter(w)
	head := []string{"started", "id", "source", "target", "compliance_score", "rule_score", "open"}
	for _, s := range hipaa.Severities() {
		head = append(head, strings.ToLower(s.String()))
	}
	rows := [][]string{append(head, "excepted", "undecided", "partial", "hours_left", "planned_hours_left", "planned_open", "planned_score")}
	for i := range t.Points {
		a := &t.Points[i].Assessment
		row := []string{a.Started.Format(time.RFC3339), strconv.FormatInt(a.ID, 10), a.Source, inert(a.Target), score(a.ComplianceScore), score(a.RuleScore), strconv.Itoa(open(a))}
		for _, s := range hipaa.Severities() {
			row = append(row, strconv.Itoa(a.Open[s.String()]))
		}
		row = append(row, strconv.Itoa(a.Excepted), strconv.Itoa(a.Results.InsufficientData), strconv.FormatBool(a.Partial), score(t.Points[i].HoursLeft))
		if step, left, ok := t.planned(a.Started); ok {
			row = append(row, score(&left), strconv.Itoa(step.Open), score(step.ComplianceScore))
		} else {
			row = append(row, "", "", "")
		}
		rows = append(rows, row)
	}
	return c.WriteAll(rows)
}

// inert keeps a spreadsheet from taking text for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Text writes a row with a bar for each assessment, and the burn-down.
func Text(w io.Writer, t *Trend) error {
	const width = 24
	if _, err := fmt.Fprintf(w, "%-16s  %8s  %-*s %6s %8s %6s %6s %6s\n", "STARTED", "SCORE", width, "", "OPEN", "CRITICAL", "HIGH", "MEDIUM", "LOW"); err != nil {
		return err
	}
	for i := range t.Points {
		a := &t.Points[i].Assessment
		text, bar := "-", ""
		if p := a.ComplianceScore; p != nil {
			full := int(*p / 100 * width)
			text, bar = fmt.Sprintf("%.1f %%", *p), strings.Repeat("#", full)+strings.Repeat(".", width-full)
		}
		if _, err := fmt.Fprintf(w, "%-16s  %8s  %-*s %6d %8d %6d %6d %6d\n", a.Started.Format("2006-01-02 15:04"), text, width, bar, open(a),
			a.Open["CRITICAL"], a.Open["HIGH"], a.Open["MEDIUM"], a.Open["LOW"]); err != nil {
			return err
		}
	}
	return t.burnDown(w)
}

// SVG writes a picture of the trend.
func SVG(w io.Writer, t *Trend) error {
	return draw.SVG(w, "HIPAA scores and open problems over time", width, t.height(), t.picture)
}

// PNG writes a picture of the trend.
func PNG(w io.Writer, t *Trend) error { return draw.PNG(w, width, t.height(), t.picture) }

// The picture: panels one below the other: the score, the open problems and, with
// a plan, the hours of work left.
const (
	width               = 900
	left, right         = 60, 880
	scoreTop, scoreFoot = 50, 250
	openTop, openFoot   = 310, 510
	burnTop, burnFoot   = 570, 770
)

func (t *Trend) height() int {
	if t.Plan == nil {
		return openFoot + 50
	}
	return burnFoot + 50
}

var (
	ink   = color.RGBA{0x33, 0x33, 0x33, 0xff}
	grid  = color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
	grey  = color.RGBA{0x99, 0x99, 0x99, 0xff}
	blue  = color.RGBA{0x1f, 0x77, 0xb4, 0xff}
	green = color.RGBA{0x2c, 0xa0, 0x2c, 0xff}
)

var severityColors = map[hipaa.Severity]color.RGBA{
	hipaa.Critical: {0x8b, 0x00, 0x00, 0xff}, hipaa.High: {0xd6, 0x27, 0x28, 0xff},
	hipaa.Medium: {0xff, 0x7f, 0x0e, 0xff}, hipaa.Low: {0x7f, 0x7f, 0x7f, 0xff},
}

// A curve joins points with marks.
type curve struct {
	c     draw.Canvas
	color color.RGBA
	x, y  float64
	begun bool
}

func (l *curve) to(x, y float64) {
	if l.begun {
		l.c.Line(l.x, l.y, x, y, l.color, 2)
	}
	l.c.Line(x-2, y, x+2, y, l.color, 4)
	l.x, l.y, l.begun = x, y, true
}

func scoreY(percent float64) float64 { return scoreFoot - (scoreFoot-scoreTop)*percent/100 }

// picture draws the trend.
func (t *Trend) picture(c draw.Canvas) {
	first, last := t.span()
	x := func(at time.Time) float64 {
		if !last.After(first) {
			return (left + right) / 2
		}
		return left + (right-left)*float64(at.Sub(first))/float64(last.Sub(first))
	}
	most := 1
	for i := range t.Points {
		most = max(most, open(&t.Points[i].Assessment))
	}
	axis(c, scoreTop, scoreFoot, "score in percent", func(i int) string { return strconv.Itoa(25 * i) })
	axis(c, openTop, openFoot, "open problems", func(i int) string { return strconv.Itoa(most * i / 4) })
	if t.Plan != nil {
		t.plannedScore(c, x)
		t.burnPanel(c, x)
	}
	join := func(col color.RGBA, y func(*history.Assessment) (float64, bool)) {
		line := curve{c: c, color: col}
		for i := range t.Points {
			if v, ok := y(&t.Points[i].Assessment); ok {
				line.to(x(t.Points[i].Started), v)
			}
		}
	}
	percent := func(p *float64) (float64, bool) {
		if p == nil {
			return 0, false
		}
		return scoreY(*p), true
	}
	join(blue, func(a *history.Assessment) (float64, bool) { return percent(a.ComplianceScore) })
	join(green, func(a *history.Assessment) (float64, bool) { return percent(a.RuleScore) })
	c.Text(right-180, scoreTop-20, "compliance score", blue, true)
	c.Text(right, scoreTop-20, "rule score", green, true)
	count := func(n int) (float64, bool) { return openFoot - (openFoot-openTop)*float64(n)/float64(most), true }
	for i, s := range hipaa.Severities() {
		join(severityColors[s], func(a *history.Assessment) (float64, bool) { return count(a.Open[s.String()]) })
		c.Text(float64(right-100*(3-i)), openTop-20, strings.ToLower(s.String()), severityColors[s], true)
	}
	join(ink, func(a *history.Assessment) (float64, bool) { return count(open(a)) })
	c.Text(right-400, openTop-20, "all", ink, true)
	if len(t.Points) > 0 {
		foot := float64(t.height() - 20)
		c.Text(left, foot, first.Format(time.DateOnly), ink, false)
		c.Text(right, foot, last.Format(time.DateOnly), ink, true)
	}
}

// span is the time that the picture shows.
func (t *Trend) span() (first, last time.Time) {
	if n := len(t.Points); n > 0 {
		first, last = t.Points[0].Started, t.Points[n-1].Started
	}
	if t.Plan != nil {
		if first.IsZero() || t.Plan.Started.Before(first) {
			first = t.Plan.Started
		}
		if end := t.Plan.End(); end.After(last) {
			last = end
		}
	}
	return first, last
}

func axis(c draw.Canvas, top, foot float64, title string, label func(int) string) {
	c.Text(left, top-20, title, ink, false)
	for i := range 5 {
		y := foot - (foot-top)*float64(i)/4
		c.Line(left, y, right, y, grid, 1)
		c.Text(left-8, y+4, label(i), ink, true)
	}
}
