package fieldconfig

import (
	"math"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/reducer"
)

// scaleColor returns the colour of a number, and the number's place in the field's range: 0 at the lower end, 1 at the
// upper end.
type scaleColor func(v float64) (color string, percent float64)

// newScale returns the colour scale of a field. It runs over the field's span, or over OwnSpan if that is nil.
func newScale(f *frame.Field, c *palette.Colors) scaleColor {
	if f.Kind == frame.Boolean {
		return booleanScale(f, c)
	}
	in := f.Span
	if in == nil {
		in = OwnSpan(f)
	}
	path := palette.ResolvePath(f.Config.Color.Mode, c)
	return func(v float64) (string, float64) {
		percent := 0.0
		if !math.IsInf(v, -1) {
			percent = (v - js.OrZero(in.Min)) / in.Delta
			if math.IsNaN(percent) {
				percent = 0
			}
		}
		switch {
		case path != nil:
			return palette.Spline(path, percent).Hex(), percent
		case f.Config.Color.ByValue():
			at := v
			if f.Config.Thresholds != nil && f.Config.Thresholds.Percentage {
				at = percent * 100
			}
			return c.Hex(f.Config.Thresholds.Active(at).Color), percent
		}
		return fixedSeriesColor(f, c), percent
	}
}

// booleanScale has one colour for true and one for false.
func booleanScale(f *frame.Field, c *palette.Colors) scaleColor {
	no, yes := c.Hex("red"), c.Hex("green")
	if path := palette.ContinuousPath(f.Config.Color.Mode); path != nil {
		no, yes = c.Hex(path[0]), c.Hex(path[len(path)-1])
	}
	return func(v float64) (string, float64) {
		percent := 0.0
		if v != 0 && !math.IsNaN(v) {
			percent = 1
			return yes, percent
		}
		return no, percent
	}
}

// OwnSpan is the range of a field by itself: from its configured ends, or from the extremes of its values.
func OwnSpan(f *frame.Field) *frame.Span {
	if f.Kind != frame.Number {
		return &frame.Span{Min: new(0.0), Max: new(100.0), Delta: 100}
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
	return &frame.Span{Min: lo, Max: hi, Delta: js.OrZero(hi) - js.OrZero(lo)}
}

// extremes are the least and the greatest number of a field, nil if it has none. As in Grafana they are NaN for a field
// without rows, and so is every range that includes the field.
func extremes(f *frame.Field) (lo, hi *float64) {
	if len(f.Values) == 0 {
		return new(math.NaN()), new(math.NaN())
	}
	least, greatest := reducer.Extremes(f)
	return extreme(least), extreme(greatest)
}

func extreme(v any) *float64 {
	if v == nil {
		return nil
	}
	return js.NumberOrNil(js.Coerce(v))
}

// fixedSeriesColor is the colour of a field whose colour does not depend on its values.
func fixedSeriesColor(f *frame.Field, c *palette.Colors) string {
	switch f.Config.Color.Mode {
	case "fixed":
		return c.Hex(f.Config.Color.Fixed)
	case "shades":
		return palette.Shade(c.Parse(f.Config.Color.Fixed), f.SeriesIndex).Hex()
	case "palette-classic-by-name":
		name := f.Title
		if name == "" {
			name = f.Name
		}
		return c.ByName[int(palette.HashName(name))%len(c.ByName)]
	}
	return c.Series[f.SeriesIndex%len(c.Series)]
}

// SeriesColor is the colour of a whole series. If colours depend on values, it is the colour of the last value, or of the
// reduction that the settings name.
func SeriesColor(f *frame.Field, c *palette.Colors) string {
	if !f.Config.Color.ByValue() {
		return fixedSeriesColor(f, c)
	}
	by := f.Config.Color.SeriesBy
	if by == "" {
		by = "last"
	}
	v, _ := reducer.Reduce(f, by)
	col, _ := newScale(f, c)(js.Coerce(v)) // Coerce, since an empty text counts as 0 here
	return col
}
