package palette

import (
	"strings"
	"sync"
)

// Theme is the theme of the page. A colour's name, such as "red", means a different colour in each theme.
type Theme string

// The themes. Any other value counts as Dark.
const (
	Dark  Theme = "dark"
	Light Theme = "light"
)

// The hues of both themes. Each line has a hue's name and its five colours: super-light, light, plain, semi-dark, dark.
const (
	darkHues = `
red FFA6B0 FF7383 F2495C E02F44 C4162A
orange FFCB7D FFB357 FF9830 FF780A FA6400
yellow FFF899 FFEE52 FADE2A F2CC0C E0B400
green C8F2C2 96D98D 73BF69 56A64B 37872D
blue C0D8FF 8AB8FF 5794F2 3274D9 1F60C4
purple DEB6F2 CA95E5 B877D9 A352CC 8F3BB8`
	lightHues = `
red FF7383 F2495C E02F44 C4162A AD0317
orange FFB357 FF9830 FF780A FA6400 E55400
yellow FFEE52 FADE2A F2CC0C E0B400 CC9D00
green 96D98D 73BF69 56A64B 37872D 19730E
blue 8AB8FF 5794F2 3274D9 1F60C4 1250B0
purple CA95E5 B877D9 A352CC 8F3BB8 7C2EA3`
)

// classicPalette lists the colours of series, in the order in which series get them.
const classicPalette = `green semi-dark-yellow light-blue semi-dark-orange red blue purple #705DA0 dark-green yellow
#447EBC #C15C17 #890F02 #0A437C #6D1F62 #584477 #B7DBAB #F4D598 #70DBED #F9BA8F #F29191 #82B5D8 #E5A8E2 #AEA2E0
#629E51 #E5AC0E #64B0C8 #E0752D #BF1B00 #0A50A1 #962D82 #614D93 #9AC48A #F2C96D #65C5DB #F9934E #EA6460 #5195CE
#D683CE #806EB7 #3F6833 #967302 #2F575E #99440A #58140C #052B51 #511749 #3F2B5B #E0F9D7 #FCEACA #CFFAFF #F9E2D2
#FCE2DE #BADFF4 #F9D9F9 #DEDAF7`

// FallbackColor is the grey in which values without a colour are shown.
const FallbackColor = "#808080"

// Colors resolves colour names for one theme. Build it once for a panel.
type Colors struct {
	Theme  Theme
	named  map[string]Color
	Series []string // the classic palette as hex colours
	ByName []string // the colours of the classic palette that stand out from the background
}

// The colours of the themes, which nobody changes. Making them takes a third of the time of a small panel.
var (
	darkColors  = sync.OnceValue(func() *Colors { return colorsOf(Dark) })
	lightColors = sync.OnceValue(func() *Colors { return colorsOf(Light) })
)

// New returns the colours of a theme. All callers share them.
func New(theme Theme) *Colors {
	if theme == Light {
		return lightColors()
	}
	return darkColors()
}

// colorsOf makes the colours of a theme.
func colorsOf(theme Theme) *Colors {
	hues, text, background, clear := darkHues, "#ccccdc", "#181b1f", Color{}
	if theme == Light {
		hues, text, background, clear = lightHues, "#24292e", "#ffffff", Color{R: 255, G: 255, B: 255}
	}
	c := &Colors{Theme: theme, named: map[string]Color{"transparent": clear}}
	for _, pair := range strings.Fields(cssColors) {
		name, hex, _ := strings.Cut(pair, "=")
		c.named[name], _ = parseHex("#" + hex)
	}
	for _, line := range strings.Split(strings.TrimSpace(hues), "\n") {
		words := strings.Fields(line)
		for i, prefix := range []string{"super-light-", "light-", "", "semi-dark-", "dark-"} {
			c.named[prefix+words[0]], _ = parseHex("#" + words[1+i])
		}
	}
	c.named["text"], _ = parseHex(text)
	c.named["panel-bg"], _ = parseHex(background)
	for _, name := range strings.Fields(classicPalette) {
		col := c.Parse(name)
		c.Series = append(c.Series, col.Hex())
		if contrast(col, c.named["panel-bg"]) >= 3 {
			c.ByName = append(c.ByName, col.Hex())
		}
	}
	return c
}

// Hex returns the hex colour of a name, a hex colour, rgb(), rgba(), hsl() or hsla(). An empty name is grey, and an unknown
// one is black.
func (c *Colors) Hex(name string) string { return c.Parse(name).Hex() }

// Parse returns the colour that Hex writes.
func (c *Colors) Parse(name string) Color {
	if name == "" {
		name = FallbackColor
	}
	if v, ok := c.named[name]; ok {
		return v
	}
	if v, ok := parseHex(name); ok {
		return v
	}
	if v, ok := parseFunctional(name); ok {
		return v
	}
	if v, ok := c.named[strings.ToLower(name)]; ok {
		return v
	}
	return Color{A: 1}
}
