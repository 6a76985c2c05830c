//go:build screenshots

package e2e

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
	"testing"
)

// shrunk is a picture of a page in 256 colours, which a reader can't tell from the picture itself
// and a repository stores in half the bytes.
func shrunk(t *testing.T, data []byte) []byte {
	t.Helper()
	shot, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[color.RGBA]int{}
	box := shot.Bounds()
	each := func(do func(x, y int, c color.RGBA)) {
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				do(x, y, color.RGBAModel.Convert(shot.At(x, y)).(color.RGBA))
			}
		}
	}
	each(func(_, _ int, c color.RGBA) { counts[c]++ })
	palette := fewColours(counts)
	nearest := map[color.RGBA]uint8{}
	for c := range counts {
		nearest[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(box, palette)
	each(func(x, y int, c color.RGBA) { out.SetColorIndex(x, y, nearest[c]) })
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fewColours are at most 256 of some colours: the most frequent ones, and of the others, which are
// mostly the edges of letters, some that lie apart.
func fewColours(counts map[color.RGBA]int) color.Palette {
	const most, always = 256, 160
	frequent := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	for apart := 0; ; apart++ {
		var taken []color.RGBA
		for _, c := range frequent {
			if len(taken) < always || !slices.ContainsFunc(taken, func(t color.RGBA) bool { return distance(c, t) <= apart }) {
				taken = append(taken, c)
			}
			if len(taken) > most {
				break
			}
		}
		if len(taken) > most {
			continue
		}
		var out color.Palette
		for _, c := range taken {
			out = append(out, c)
		}
		return out
	}
}

// distance is how far the two differ in the channel in which they differ most.
func distance(a, b color.RGBA) int {
	apart := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
	return max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B))
}
