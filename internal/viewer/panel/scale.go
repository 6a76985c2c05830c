package panel

import (
	"math"
	"strings"
)

// scaleColor gives the colour of a number, and its place in the field's range (0 to 1 within it).
type scaleColor func(v float64) (color string, percent *float64)

// ByValue reports whether a colour mode colours each value rather than the whole series.
func (m ColorMode) ByValue() bool {
	return m.Mode == "" || m.Mode == "thresholds" || strings.HasPrefix(m.Mode, "continuous-")
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
func newScale(f *Field, c *Colors) scaleColor {
	if f.Kind == typeBoolean {
		return booleanScale(f, c)
	}
	in := f.Span
	if in == nil {
		in = ownSpan(f)
	}
	path := resolvePath(f.Config.Color.Mode, c)
	return func(v float64) (string, *float64) {
		percent := 0.0
		if !math.IsInf(v, -1) {
			percent = (v - orZero(in.Min)) / in.Delta
			if math.IsNaN(percent) {
				percent = 0
			}
		}
		switch {
		case path != nil:
			return spline(path, percent).Hex(), &percent
		case f.Config.Color.ByValue():
			at := v
			if f.Config.Thresholds != nil && f.Config.Thresholds.Percentage {
				at = percent * 100
			}
			return c.Hex(f.Config.Thresholds.Active(at).Color), &percent
		}
		return fixedSeriesColor(f, c), &percent
	}
}

func resolvePath(mode string, c *Colors) []Color {
	var path []Color
	for _, name := range continuousPath(mode) {
		path = append(path, c.Parse(name))
	}
	return path
}

func booleanScale(f *Field, c *Colors) scaleColor {
	no, yes := c.Hex("red"), c.Hex("green")
	if path := continuousPath(f.Config.Color.Mode); path != nil {
		no, yes = c.Hex(path[0]), c.Hex(path[len(path)-1])
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
func ownSpan(f *Field) *Span {
	if f.Kind != typeNumber {
		return &Span{Min: new(0.0), Max: new(100.0), Delta: 100}
	}
	lo, hi := f.Config.Min, f.Config.Max
	if lo == nil || hi == nil {
		vmin, vmax := new(0.0), new(100.0)
		if len(f.Values) > 0 {
			vmin, vmax = extremes(f)
		}
		if lo == nil {
			lo = vmin
		}
		if hi == nil {
			hi = vmax
		}
	}
	return &Span{Min: lo, Max: hi, Delta: orZero(hi) - orZero(lo)}
}

// extremes are the least and the greatest number of a field, nil where there is none. A field
// without rows makes any range that it takes part in undefined, as in Grafana: NaN.
func extremes(f *Field) (lo, hi *float64) {
	if len(f.Values) == 0 {
		return new(math.NaN()), new(math.NaN())
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
func fixedSeriesColor(f *Field, c *Colors) string {
	switch f.Config.Color.Mode {
	case "fixed":
		return c.Hex(f.Config.Color.Fixed)
	case "shades":
		return shade(c.Parse(f.Config.Color.Fixed), f.SeriesIndex).Hex()
	case "palette-classic-by-name":
		name := f.Title
		if name == "" {
			name = f.Name
		}
		return c.ByName[int(stringHash(name))%len(c.ByName)]
	}
	return c.Series[f.SeriesIndex%len(c.Series)]
}

// shade is one of eleven variations around a colour, turn by turn lighter and darker.
func shade(base Color, index int) Color {
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
func seriesColor(f *Field, c *Colors) string {
	if !f.Config.Color.ByValue() {
		return fixedSeriesColor(f, c)
	}
	by := f.Config.Color.SeriesBy
	if by == "" {
		by = "last"
	}
	v, _ := reduceField(f, by)
	col, _ := newScale(f, c)(coerce(v)) // an empty text counts as 0 here
	return col
}

func orZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
