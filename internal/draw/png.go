package draw

import (
	"image"
	"image/color"
	stddraw "image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// PNG writes what picture draws, of the width and height in pixels.
func PNG(w io.Writer, width, height int, picture func(Canvas)) error {
	p := &raster{image.NewRGBA(image.Rect(0, 0, width, height))}
	stddraw.Draw(p.img, p.img.Bounds(), image.White, image.Point{}, stddraw.Src)
	picture(p)
	return png.Encode(w, p.img)
}

type raster struct{ img *image.RGBA }

func (p *raster) Line(x1, y1, x2, y2 float64, c color.RGBA, width int) {
	steps := max(1, math.Ceil(max(math.Abs(x2-x1), math.Abs(y2-y1))))
	for i := range int(steps) + 1 {
		t := float64(i) / steps
		x, y := int(x1+(x2-x1)*t), int(y1+(y2-y1)*t)
		for dx := range width {
			for dy := range width {
				p.img.SetRGBA(x+dx-width/2, y+dy-width/2, c)
			}
		}
	}
}

func (p *raster) Text(x, y float64, text string, c color.RGBA, right bool) {
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(c), Face: basicfont.Face7x13}
	if right {
		x -= float64(d.MeasureString(text).Round())
	}
	d.Dot = fixed.P(int(x), int(y))
	d.DrawString(text)
}
