package panel

import (
	"math"
	"strings"
)

// scaleColor gives the colour of a number, and its place in the field's range (0 to 1 within it).
type scaleColor func(v float64) (color string, percent *float64)

// byValue reports whether a colour mode colours each value rather than the whole series.
func (m colorMode) byValue() bool {
	return m.mode == "" || m.mode == "thresholds" || strings.HasPrefix(m.mode, "continuous-")
}

// knownColorMode reports whether a mode is one of Grafana's.
func knownColorMode(mode string) bool {
	switch mode {
	case "", "thresholds", "fixed", "shades", "palette-classic", "palette-classic-by-name":
		return true
	}
	return continuousPath(mode) != nil
}

// continuousPath are the colours that a continuous mode runs through, nil for other modes.
func continuousPath(mode string) []string {
	switch mode {
	case "continuous-GrYlRd":
		return []string{"green", "yellow", "red"}
	case "continuous-RdYlGr":
		return []string{"red", "yellow", "green"}
	case "continuous-BlYlRd":
		return []string{"dark-blue", "super-light-yellow", "dark-red"}
	case "continuous-YlRd":
		return []string{"super-light-yellow", "dark-red"}
	case "continuous-BlPu":
		return []string{"blue", "purple"}
	case "continuous-YlBl":
		return []string{"super-light-yellow", "dark-blue"}
	case "continuous-blues":
		return []string{"panel-bg", "dark-blue"}
	case "continuous-reds":
		return []string{"panel-bg", "dark-red"}
	case "continuous-greens":
		return []string{"panel-bg", "dark-green"}
	case "continuous-purples":
		return []string{"panel-bg", "dark-purple"}
	}
	return nil
}

// newScale builds the colour scale of a field. The range is the field's span, or where that is
// nil its configured ends and, failing those, the extremes of its values.
func newScale(f *field, c *colors) scaleColor {
	if f.kind == typeBoolean {
		return booleanScale(f, c)
	}
	in := f.span
	if in == nil {
		in = ownSpan(f)
	}
	path := resolvePath(f.config.color.mode, c)
	return func(v float64) (string, *float64) {
		percent := 0.0
		if !math.IsInf(v, -1) {
			percent = (v - orZero(in.min)) / in.delta
			if math.IsNaN(percent) {
				percent = 0
			}
		}
		switch {
		case path != nil:
			return spline(path, percent).hex(), &percent
		case f.config.color.byValue():
			at := v
			if f.config.thresholds != nil && f.config.thresholds.percentage {
				at = percent * 100
			}
			return c.hex(f.config.thresholds.active(at).color), &percent
		}
		return fixedSeriesColor(f, c), &percent
	}
}

func resolvePath(mode string, c *colors) []rgba {
	var path []rgba
	for _, name := range continuousPath(mode) {
		path = append(path, c.parse(name))
	}
	return path
}

func booleanScale(f *field, c *colors) scaleColor {
	no, yes := c.hex("red"), c.hex("green")
	if path := continuousPath(f.config.color.mode); path != nil {
		no, yes = c.hex(path[0]), c.hex(path[len(path)-1])
	}
	return func(v float64) (string, *float64) {
		percent := 0.0
		if v != 0 && !math.IsNaN(v) {
			percent = 1
			return yes, &percent
		}
		return no, &percent
	}
}

// ownSpan is the range of a field that no range was computed for.
func ownSpan(f *field) *span {
	if f.kind != typeNumber {
		return &span{min: ptr(0.0), max: ptr(100.0), delta: 100}
	}
	lo, hi := f.config.min, f.config.max
	if lo == nil || hi == nil {
		vmin, vmax := ptr(0.0), ptr(100.0)
		if len(f.values) > 0 {
			vmin, vmax = extremes(f)
		}
		if lo == nil {
			lo = vmin
		}
		if hi == nil {
			hi = vmax
		}
	}
	return &span{min: lo, max: hi, delta: orZero(hi) - orZero(lo)}
}

// extremes are the least and the greatest number of a field, nil where there is none. A field
// without rows makes any range that it takes part in undefined, as in Grafana: NaN.
func extremes(f *field) (lo, hi *float64) {
	if len(f.values) == 0 {
		return ptr(math.NaN()), ptr(math.NaN())
	}
	calcs := standardCalcs(f)
	return extreme(calcs["min"]), extreme(calcs["max"])
}

func extreme(v any) *float64 {
	if v == nil {
		return nil
	}
	return number(coerce(v))
}

// fixedSeriesColor is the colour of a field whose colour does not depend on its values.
func fixedSeriesColor(f *field, c *colors) string {
	switch f.config.color.mode {
	case "fixed":
		return c.hex(f.config.color.fixed)
	case "shades":
		return shade(c.parse(f.config.color.fixed), f.seriesIndex).hex()
	case "palette-classic-by-name":
		name := f.title
		if name == "" {
			name = f.name
		}
		return c.byName[int(stringHash(name))%len(c.byName)]
	}
	return c.series[f.seriesIndex%len(c.series)]
}

// shade is one of eleven variations around a colour, turn by turn lighter and darker.
func shade(base rgba, index int) rgba {
	const count, turn, amount = 6, 10.0, 35.0
	i := index % (2*count - 1)
	if i == 0 {
		return base
	}
	step := float64((i+1)/2) / count
	if i%2 == 1 {
		return base.spin(step * turn).brighten(step * amount)
	}
	return base.spin(-step * turn).darken(step * amount)
}

// stringHash spreads names over the palette (Bernstein's hash over UTF-16 units, from the end).
func stringHash(s string) uint32 {
	hash := uint32(5381)
	units := utf16Units(s)
	for i := len(units) - 1; i >= 0; i-- {
		hash = hash*33 ^ uint32(units[i])
	}
	return hash
}

// seriesColor is the one colour of a series: where colours go by value that of its last value
// (or the reducer that the settings name).
func seriesColor(f *field, c *colors) string {
	if !f.config.color.byValue() {
		return fixedSeriesColor(f, c)
	}
	by := f.config.color.seriesBy
	if by == "" {
		by = "last"
	}
	v, _ := reduceField(f, by)
	col, _ := newScale(f, c)(coerce(v)) // an empty text counts as 0 here
	return col
}

func ptr[T any](v T) *T { return &v }

func orZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
