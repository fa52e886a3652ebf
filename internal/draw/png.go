package draw

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/png"
	"io"
	"math"
	"slices"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// PNG writes what picture draws, of the width and height in pixels.
func PNG(w io.Writer, width, height int, picture func(Canvas)) error {
	p := &raster{image.NewRGBA(image.Rect(0, 0, width, height))}
	stddraw.Draw(p.img, p.img.Bounds(), image.White, image.Point{}, stddraw.Src)
	picture(p)
	var b bytes.Buffer
	if err := png.Encode(&b, p.img); err != nil {
		return err
	}
	const head = 8 + 25 // the signature and the first chunk, IHDR
	_, err := w.Write(slices.Insert(b.Bytes(), head, comment(Mark)...))
	return err
}

// comment is a chunk of PNG with a text that no viewer shows.
func comment(text string) []byte {
	data := "tEXtComment\x00" + text
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)-4))
	chunk = append(chunk, data...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(data)))
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
