package palette

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Color is a colour. Its channels go from 0 to 255, and alpha goes from 0 to 1. The zero value is transparent.
type Color struct{ R, G, B, A float64 }

// Hex writes a colour as "#rrggbb", as "#rrggbbaa" if it is translucent, or as "transparent".
func (c Color) Hex() string {
	n := func(v float64) int { return int(math.Floor(math.Min(math.Max(v, 0), 255) + 0.5)) }
	switch {
	case c.A <= 0:
		return "transparent"
	case c.A < 1:
		return fmt.Sprintf("#%02x%02x%02x%02x", n(c.R), n(c.G), n(c.B), n(c.A*255))
	}
	return fmt.Sprintf("#%02x%02x%02x", n(c.R), n(c.G), n(c.B))
}

func parseHex(s string) (Color, bool) {
	digits, ok := strings.CutPrefix(s, "#")
	if !ok {
		return Color{}, false
	}
	if len(digits) == 3 || len(digits) == 4 {
		wide := ""
		for _, d := range digits {
			wide += string(d) + string(d)
		}
		digits = wide
	}
	if len(digits) == 6 {
		digits += "ff"
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) != 8 {
		return Color{}, false
	}
	return Color{float64(n >> 24), float64(n >> 16 & 255), float64(n >> 8 & 255), float64(n&255) / 255}, true
}

// parseFunctional reads rgb(), rgba(), hsl() and hsla() with commas.
func parseFunctional(s string) (Color, bool) {
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	name, args, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	if !ok || name != "rgb" && name != "rgba" && name != "hsl" && name != "hsla" {
		return Color{}, false
	}
	v := [4]float64{3: 1}
	parts := strings.Split(args, ",")
	if len(parts) != 3 && len(parts) != 4 {
		return Color{}, false
	}
	for i, p := range parts {
		number, percent := strings.CutSuffix(p, "%")
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return Color{}, false
		}
		if percent && (i == 3 || name[0] == 'h') {
			f /= 100
		} else if percent {
			f *= 2.55
		}
		v[i] = f
	}
	if name[0] == 'h' {
		c := fromHSL(v[0]/360, v[1], v[2])
		c.A = v[3]
		return c, true
	}
	return Color{v[0], v[1], v[2], v[3]}, true
}

// luminance is the relative luminance of the WCAG, rounded to three places as in Grafana.
func luminance(c Color) float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return math.Round((0.2126*linear(c.R)+0.7152*linear(c.G)+0.0722*linear(c.B))*1000) / 1000
}

// contrast is the contrast ratio of the WCAG.
func contrast(a, b Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// hsl returns the colour's hue, saturation and lightness, each from 0 to 1.
func (c Color) hsl() (h, s, l float64) {
	r, g, b := c.R/255, c.G/255, c.B/255
	hi, lo := math.Max(r, math.Max(g, b)), math.Min(r, math.Min(g, b))
	l = (hi + lo) / 2
	d := hi - lo
	if d == 0 {
		return 0, 0, l
	}
	if s = d / (hi + lo); l > 0.5 {
		s = d / (2 - hi - lo)
	}
	switch hi {
	case r:
		if h = (g - b) / d; g < b {
			h += 6
		}
	case g:
		h = (b-r)/d + 2
	default:
		h = (r-g)/d + 4
	}
	return h / 6, s, l
}

// fromHSL returns the colour of a hue, a saturation and a lightness, each from 0 to 1. As Grafana's colour library does, it
// cuts saturation and lightness to hundredths of a percent, and rounds channels below 1.
func fromHSL(h, s, l float64) Color {
	s, l = hundredths(s), hundredths(l)
	if s == 0 {
		return Color{wholeBelowOne(l * 255), wholeBelowOne(l * 255), wholeBelowOne(l * 255), 1}
	}
	q := l + s - l*s
	if l < 0.5 {
		q = l * (1 + s)
	}
	p := 2*l - q
	channel := func(t float64) float64 {
		t -= math.Floor(t)
		switch {
		case t < 1.0/6:
			return 255 * (p + (q-p)*6*t)
		case t < 0.5:
			return 255 * q
		case t < 2.0/3:
			return 255 * (p + (q-p)*(2.0/3-t)*6)
		}
		return 255 * p
	}
	return Color{wholeBelowOne(channel(h + 1.0/3)), wholeBelowOne(channel(h)), wholeBelowOne(channel(h - 1.0/3)), 1}
}

func hundredths(share float64) float64 { return math.Trunc(share*100*100) / 100 / 100 }

func wholeBelowOne(channel float64) float64 {
	if channel < 1 {
		return math.Floor(channel + 0.5)
	}
	return channel
}

// spin turns the hue by degrees.
func (c Color) spin(degrees float64) Color {
	h, s, l := c.hsl()
	out := fromHSL(math.Mod(h*360+degrees+360, 360)/360, s, l)
	out.A = c.A
	return out
}

// darken lowers the lightness by percentage points.
func (c Color) darken(percent float64) Color {
	h, s, l := c.hsl()
	out := fromHSL(h, s, math.Min(math.Max(l-percent/100, 0), 1))
	out.A = c.A
	return out
}

// brighten adds percent of 255 to every channel.
func (c Color) brighten(percent float64) Color {
	up := func(v float64) float64 {
		return math.Min(255, math.Max(0, math.Floor(v+0.5)+math.Ceil(255*percent/100-0.5)))
	}
	return Color{up(c.R), up(c.G), up(c.B), c.A}
}

// Spline returns the colour at t, from 0 to 1, on a smooth path through colours. The path is a uniform cubic B-spline with
// mirrored ends.
func Spline(path []Color, t float64) Color {
	n := len(path) - 1
	i := 0
	switch {
	case !(t > 0):
		t = 0
	case t >= 1:
		t, i = 1, n-1
	default:
		i = int(math.Floor(t * float64(n)))
	}
	u := (t - float64(i)/float64(n)) * float64(n)
	u2 := u * u
	u3 := u2 * u
	channel := func(get func(Color) float64) float64 {
		b, c := get(path[i]), get(path[i+1])
		a, d := 2*b-c, 2*c-b
		if i > 0 {
			a = get(path[i-1])
		}
		if i < n-1 {
			d = get(path[i+2])
		}
		v := ((1-3*u+3*u2-u3)*a + (4-6*u2+3*u3)*b + (1+3*u+3*u2-3*u3)*c + u3*d) / 6
		return math.Floor(v + 0.5)
	}
	return Color{channel(func(c Color) float64 { return c.R }), channel(func(c Color) float64 { return c.G }),
		channel(func(c Color) float64 { return c.B }), 1}
}

// TextOn returns the colour in which text can be read on a background.
func (c *Colors) TextOn(background string) string {
	const light, dark = "#f7f8fa", "#202226"
	b := c.Parse(background)
	if b.A < 0.3 {
		if c.Theme == Light {
			return dark
		}
		return light
	}
	if (b.R*299+b.G*587+b.B*114)/1000 > 180 {
		return dark
	}
	return light
}

// GradientStart returns the colour with which a table cell's gradient begins. end is the colour with which it ends.
func (c *Colors) GradientStart(end string) string {
	factor := 1.0
	if c.Theme == Light {
		factor = -0.7
	}
	b := c.Parse(end)
	if b.A == 0 {
		return "transparent"
	}
	return b.darken(10 * factor).spin(5).Hex()
}
