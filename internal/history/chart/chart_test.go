package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"safeguard/internal/history"
)

func assessments() []history.Assessment {
	score := func(p float64) *float64 { return &p }
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return []history.Assessment{
		{ID: 1, Started: at, Target: "=cmd|<&", ComplianceScore: score(43.05), RuleScore: score(33.3), Open: map[string]int{"CRITICAL": 5, "LOW": 9}},
		{ID: 2, Started: at.AddDate(0, 0, 7), Open: map[string]int{}},
		{ID: 3, Started: at.AddDate(0, 0, 14), ComplianceScore: score(100), RuleScore: score(100), Open: map[string]int{}},
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := Text(&b, assessments()); err != nil {
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
	if err := CSV(&b, assessments()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "2026-11-01T00:00:00Z,1,,'=cmd|<&,43.05,33.30,14,5,0,0,9,0,0,false") {
		t.Errorf("got %s", b.String())
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		var b bytes.Buffer
		if err := SVG(&b, assessments()[:n]); err != nil {
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
	if err := PNG(&b, assessments()); err != nil {
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
