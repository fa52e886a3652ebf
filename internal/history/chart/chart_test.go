package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"safeguard/internal/history"
)

func trend() *Trend {
	score := func(p float64) *float64 { return &p }
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	t := &Trend{}
	for _, a := range []history.Assessment{
		{ID: 1, Started: at, Target: "=cmd|<&", ComplianceScore: score(43.05), RuleScore: score(33.3), Open: map[string]int{"CRITICAL": 5, "LOW": 9}},
		{ID: 2, Started: at.AddDate(0, 0, 7), Open: map[string]int{}},
		{ID: 3, Started: at.AddDate(0, 0, 14), ComplianceScore: score(100), RuleScore: score(100), Open: map[string]int{}},
	} {
		t.Points = append(t.Points, Point{Assessment: a})
	}
	return t
}

// planned is the trend against a plan that takes ten days.
func planned() *Trend {
	t := trend()
	number := func(p float64) *float64 { return &p }
	t.Plan = &history.Plan{Started: t.Points[0].Started, HoursPerDay: 4, Steps: []history.Step{
		{Open: 14, ComplianceScore: number(43.05)}, {Item: "a", Hours: 10, Open: 5, ComplianceScore: number(80)}, {Item: "b", Hours: 40, ComplianceScore: number(100)},
	}}
	t.Points[0].HoursLeft, t.Points[1].HoursLeft = number(40), number(25.5)
	return t
}

func TestBurnDown(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := Text(&b, planned()); err != nil {
		t.Fatal(err)
	}
	want := `
Plan of 2026-11-01: 40.0 hours, 4.0 a day, to be done 2026-11-11
                              HOURS LEFT             OPEN                SCORE
STARTED              PLANNED      ACTUAL  PLANNED  ACTUAL    PLANNED    ACTUAL
2026-11-01 00:00        40.0        40.0       14      14     43.0 %    43.0 %
2026-11-08 00:00        12.0        25.5        5       0     80.0 %         -  13.5 h behind
2026-11-15 00:00         0.0           -        0       0    100.0 %   100.0 %
`
	if !strings.HasSuffix(b.String(), want) {
		t.Errorf("got\n%s\nwant at the end\n%s", b.String(), want)
	}
	b.Reset()
	if err := CSV(&b, planned()); err != nil {
		t.Fatal(err)
	}
	if want := "2026-11-08T00:00:00Z,2,,,,,0,0,0,0,0,0,0,false,25.50,12.00,5,80.00\n"; !strings.Contains(b.String(), want) {
		t.Errorf("got\n%s\nwant %s", b.String(), want)
	}
}

func TestBurnDownIsDrawn(t *testing.T) {
	t.Parallel()
	lines := func(t *Trend) (n int) {
		t.picture(count{&n})
		return n
	}
	// Two steps of the planned score are four lines; the burn-down has a grid of
	// five, the plan, and two marks with a line between them.
	if with, without := lines(planned()), lines(trend()); with-without != 4+5+1+3 {
		t.Errorf("the plan adds %d lines, want 13", with-without)
	}
}

// A count counts lines.
type count struct{ n *int }

func (c count) Line(_, _, _, _ float64, _ color.RGBA, _ int)      { *c.n++ }
func (c count) Text(_, _ float64, _ string, _ color.RGBA, _ bool) {}

func TestText(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := Text(&b, trend()); err != nil {
		t.Fatal(err)
	}
	want := `STARTED              SCORE                             OPEN CRITICAL   HIGH MEDIUM    LOW
2026-11-01 00:00    43.0 %  ##########..............     14        5      0      0      9
2026-11-08 00:00         -                                0        0      0      0      0
2026-11-15 00:00   100.0 %  ########################      0        0      0      0      0
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestCSVIsInert(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := CSV(&b, trend()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "2026-11-01T00:00:00Z,1,,'=cmd|<&,43.05,33.30,14,5,0,0,9,0,0,false,,,,") {
		t.Errorf("got %s", b.String())
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		var b bytes.Buffer
		if err := SVG(&b, &Trend{Points: trend().Points[:n]}); err != nil {
			t.Fatal(err)
		}
		lines := 0
		for d := xml.NewDecoder(&b); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "line" {
				lines++
			}
		}
		if lines <= 10 && n > 0 {
			t.Errorf("%d assessments: got %d lines, no more than the grid", n, lines)
		}
	}
}

func TestPNGHasCurves(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := PNG(&b, trend()); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if img.At(right, scoreTop) == img.At(1, 1) {
		t.Error("the score of 100 % at the end is not drawn")
	}
}
