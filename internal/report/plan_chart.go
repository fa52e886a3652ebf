package report

import (
	"fmt"
	"image/color"
	"io"
	"strings"

	"safeguard/internal/draw"
	"safeguard/internal/triage"
)

// ChartFormat is "svg" or "png" by the end of a file's name, "" for others.
func ChartFormat(name string) string {
	for _, format := range []string{"svg", "png"} {
		if strings.HasSuffix(strings.ToLower(name), "."+format) {
			return format
		}
	}
	return ""
}

// BurnUp draws the scores of a plan over the hours, as svg or png.
func BurnUp(w io.Writer, plan *triage.Plan, format string) error {
	const width, height = 900, 380
	picture := func(c draw.Canvas) { burnUp(c, points(plan)) }
	if format == "png" {
		return draw.PNG(w, width, height, picture)
	}
	return draw.SVG(w, "Compliance score over hours of work", width, height, picture)
}

func burnUp(c draw.Canvas, steps []triage.Step) {
	const left, right, top, foot = 60.0, 880.0, 50.0, 320.0
	var (
		ink   = color.RGBA{0x33, 0x33, 0x33, 0xff}
		grid  = color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
		blue  = color.RGBA{0x1f, 0x77, 0xb4, 0xff}
		green = color.RGBA{0x2c, 0xa0, 0x2c, 0xff}
	)
	total := max(steps[len(steps)-1].Hours, 1)
	for i := range 5 {
		y := foot - (foot-top)*float64(i)/4
		c.Line(left, y, right, y, grid, 1)
		c.Text(left-8, y+4, fmt.Sprintf("%d %%", 25*i), ink, true)
		x := left + (right-left)*float64(i)/4
		c.Text(x, foot+20, fmt.Sprintf("%.0f h", total*float64(i)/4), ink, i == 4)
	}
	x := func(s triage.Step) float64 { return left + (right-left)*s.Hours/total }
	curve := func(col color.RGBA, score func(triage.Step) *float64) {
		var px, py float64
		begun := false
		for _, s := range steps {
			p := score(s)
			if p == nil {
				continue
			}
			y := foot - (foot-top)**p/100
			if begun { // a score changes when an item is done
				c.Line(px, py, x(s), py, col, 2)
				c.Line(x(s), py, x(s), y, col, 2)
			}
			px, py, begun = x(s), y, true
		}
	}
	curve(green, func(s triage.Step) *float64 { return s.RuleScore })
	curve(blue, func(s triage.Step) *float64 { return s.ComplianceScore })
	c.Text(left, top-20, "score after hours of work, quick wins first", ink, false)
	c.Text(right-110, top-20, "compliance score", blue, true)
	c.Text(right, top-20, "rule score", green, true)
}
