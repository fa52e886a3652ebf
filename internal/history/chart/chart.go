// Package chart draws how scores and open problems went over time: as text, CSV,
// SVG and PNG.
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
func CSV(w io.Writer, as []history.Assessment) error {
	c := csv.NewWriter(w)
	head := []string{"started", "id", "source", "target", "compliance_score", "rule_score", "open"}
	for _, s := range hipaa.Severities() {
		head = append(head, strings.ToLower(s.String()))
	}
	rows := [][]string{append(head, "excepted", "undecided", "partial")}
	for i := range as {
		a := &as[i]
		row := []string{a.Started.Format(time.RFC3339), strconv.FormatInt(a.ID, 10), a.Source, inert(a.Target), score(a.ComplianceScore), score(a.RuleScore), strconv.Itoa(open(a))}
		for _, s := range hipaa.Severities() {
			row = append(row, strconv.Itoa(a.Open[s.String()]))
		}
		rows = append(rows, append(row, strconv.Itoa(a.Excepted), strconv.Itoa(a.Results.InsufficientData), strconv.FormatBool(a.Partial)))
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

// Text writes a row with a bar for each assessment.
func Text(w io.Writer, as []history.Assessment) error {
	const width = 24
	if _, err := fmt.Fprintf(w, "%-16s  %8s  %-*s %6s %8s %6s %6s %6s\n", "STARTED", "SCORE", width, "", "OPEN", "CRITICAL", "HIGH", "MEDIUM", "LOW"); err != nil {
		return err
	}
	for i := range as {
		a := &as[i]
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
	return nil
}

// SVG writes a picture of the assessments.
func SVG(w io.Writer, as []history.Assessment) error {
	return draw.SVG(w, "HIPAA scores and open problems over time", width, height, func(c draw.Canvas) { picture(c, as) })
}

// PNG writes a picture of the assessments.
func PNG(w io.Writer, as []history.Assessment) error {
	return draw.PNG(w, width, height, func(c draw.Canvas) { picture(c, as) })
}

// The picture: two panels, the score above, the open problems below.
const (
	width, height       = 900, 560
	left, right         = 60, 880
	scoreTop, scoreFoot = 50, 250
	openTop, openFoot   = 310, 510
)

var (
	ink   = color.RGBA{0x33, 0x33, 0x33, 0xff}
	grid  = color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
	blue  = color.RGBA{0x1f, 0x77, 0xb4, 0xff}
	green = color.RGBA{0x2c, 0xa0, 0x2c, 0xff}
)

var severityColors = map[hipaa.Severity]color.RGBA{
	hipaa.Critical: {0x8b, 0x00, 0x00, 0xff}, hipaa.High: {0xd6, 0x27, 0x28, 0xff},
	hipaa.Medium: {0xff, 0x7f, 0x0e, 0xff}, hipaa.Low: {0x7f, 0x7f, 0x7f, 0xff},
}

// picture draws the assessments, which are in order of time.
func picture(c draw.Canvas, as []history.Assessment) {
	most := 1
	for i := range as {
		most = max(most, open(&as[i]))
	}
	axis(c, scoreTop, scoreFoot, "score in percent", func(i int) string { return strconv.Itoa(25 * i) })
	axis(c, openTop, openFoot, "open problems", func(i int) string { return strconv.Itoa(most * i / 4) })
	x := func(i int) float64 {
		first, last := as[0].Started, as[len(as)-1].Started
		if !last.After(first) {
			return (left + right) / 2
		}
		return left + (right-left)*float64(as[i].Started.Sub(first))/float64(last.Sub(first))
	}
	curve := func(col color.RGBA, y func(*history.Assessment) (float64, bool)) {
		px, py, begun := 0.0, 0.0, false
		for i := range as {
			v, ok := y(&as[i])
			if !ok {
				continue
			}
			if !begun {
				px, py = x(i), v
			}
			c.Line(px, py, x(i), v, col, 2)
			c.Line(x(i)-2, v, x(i)+2, v, col, 4)
			px, py, begun = x(i), v, true
		}
	}
	percent := func(p *float64) (float64, bool) {
		if p == nil {
			return 0, false
		}
		return scoreFoot - (scoreFoot-scoreTop)**p/100, true
	}
	curve(blue, func(a *history.Assessment) (float64, bool) { return percent(a.ComplianceScore) })
	curve(green, func(a *history.Assessment) (float64, bool) { return percent(a.RuleScore) })
	c.Text(right-180, scoreTop-20, "compliance score", blue, true)
	c.Text(right, scoreTop-20, "rule score", green, true)
	count := func(n int) (float64, bool) { return openFoot - (openFoot-openTop)*float64(n)/float64(most), true }
	for i, s := range hipaa.Severities() {
		curve(severityColors[s], func(a *history.Assessment) (float64, bool) { return count(a.Open[s.String()]) })
		c.Text(float64(right-100*(3-i)), openTop-20, strings.ToLower(s.String()), severityColors[s], true)
	}
	curve(ink, func(a *history.Assessment) (float64, bool) { return count(open(a)) })
	c.Text(right-400, openTop-20, "all", ink, true)
	if len(as) > 0 {
		c.Text(left, height-20, as[0].Started.Format(time.DateOnly), ink, false)
		c.Text(right, height-20, as[len(as)-1].Started.Format(time.DateOnly), ink, true)
	}
}

func axis(c draw.Canvas, top, foot float64, title string, label func(int) string) {
	c.Text(left, top-20, title, ink, false)
	for i := range 5 {
		y := foot - (foot-top)*float64(i)/4
		c.Line(left, y, right, y, grid, 1)
		c.Text(left-8, y+4, label(i), ink, true)
	}
}
