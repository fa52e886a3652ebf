// Package draw writes lines and text as SVG and as PNG: what charts are made of.
package draw

import "image/color"

// A Canvas is what a picture is drawn on. The origin is at the top left.
type Canvas interface {
	// Line draws a line of the width in pixels.
	Line(x1, y1, x2, y2 float64, c color.RGBA, width int)
	// Text writes a line of text that begins at x, or ends there.
	Text(x, y float64, s string, c color.RGBA, right bool)
}

// Mark is in every picture, so that a file can be told from those of others.
const Mark = "written by safeguard"
