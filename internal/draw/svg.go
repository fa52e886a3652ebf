package draw

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
)

// SVG writes what picture draws, of the width and height in pixels. The title
// says in words what it shows.
func SVG(w io.Writer, title string, width, height int, picture func(Canvas)) error {
	s := &svg{}
	fmt.Fprintf(s, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n", width, height)
	fmt.Fprintf(s, "<title>%s</title>\n<desc>%s</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", html.EscapeString(title), Mark, width, height)
	picture(s)
	fmt.Fprintln(s, "</svg>")
	_, err := w.Write(s.Bytes())
	return err
}

type svg struct{ bytes.Buffer }

func (s *svg) Line(x1, y1, x2, y2 float64, c color.RGBA, width int) {
	fmt.Fprintf(s, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>\n", x1, y1, x2, y2, hex(c), width)
}

func (s *svg) Text(x, y float64, text string, c color.RGBA, right bool) {
	anchor := "start"
	if right {
		anchor = "end"
	}
	fmt.Fprintf(s, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\" text-anchor=\"%s\">%s</text>\n", x, y, hex(c), anchor, html.EscapeString(text))
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
