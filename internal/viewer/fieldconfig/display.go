package fieldconfig

import (
	"math"
	"strings"
	"time"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/unit"
)

// Env is what the display of values depends on besides the settings.
type Env struct {
	Now      time.Time
	Location *time.Location
	Colors   *palette.Colors
	// Replace fills variables into a text. It may be nil.
	Replace func(string, Scope) string
}

// NewDisplay returns the function that shows a field's values as text with a colour. Its argument `adjacent` is for the
// ticks of an axis: the number of decimals in which neighbouring ticks differ. For other values it is nil.
func NewDisplay(f *frame.Field, e *Env) func(v any, adjacent *int) frame.Display {
	u := f.Config.Unit
	date := unit.IsDate(u)
	units := unit.Env{Now: e.Now, Location: e.Location}
	switch {
	case f.Kind == frame.Time && !date:
		u, date = "dateTimeAsSystem", true
		if n := len(f.Values); n > 1 {
			units.Milliseconds = math.Abs(js.Number(f.Values[n-1])-js.Number(f.Values[0])) < 60e3
		}
	case f.Kind == frame.Boolean && !strings.HasPrefix(u, "bool"):
		u = "bool"
	case f.Kind == frame.String && u == "":
		u = "string"
	}
	trim := !date && !strings.HasPrefix(u, "currency") && !strings.HasPrefix(u, "bool") && u != "locale" &&
		f.Kind == frame.Number && f.Config.Decimals == nil
	format := unit.Lookup(u)
	scale := newScale(f, e.Colors)
	status := f.Kind == frame.Boolean || f.Config.SaysStatus()

	return func(v any, adjacent *int) frame.Display {
		if s, ok := v.(string); ok && date {
			v = js.ParseDate(s)
		}
		d := frame.Display{Numeric: math.NaN(), Percent: math.NaN()}
		if u != "string" {
			d.Numeric = js.Number(v)
		}
		m, _ := settings.MapValue(f.Config.Mappings, v)
		hasText := m.Text != nil
		if hasText {
			d.Text = *m.Text
		}
		if m.Color != nil {
			d.Color, d.Status = e.Colors.Hex(*m.Color), true
		}
		if !math.IsNaN(d.Numeric) {
			if _, isBool := v.(bool); !hasText && !isBool {
				decimals := f.Config.Decimals
				if trim && adjacent != nil {
					decimals = adjacent
				}
				t := format(d.Numeric, decimals, units)
				if trim && adjacent != nil {
					t.Text = unit.Plain(js.NumberFromText(t.Text))
				}
				d.Text, d.Prefix, d.Suffix = t.Text, t.Prefix, t.Suffix
				hasText = true
			}
			if d.Color == "" {
				d.Color, d.Percent = scale(d.Numeric)
				d.Status = status
			}
		}
		if list, ok := v.([]any); !hasText && ok {
			d.Text, hasText = joinList(list), true
		}
		if !hasText {
			if d.Text = js.Text(v); d.Text == "" {
				d.Text = f.Config.NoValue
			}
		}
		if d.Color == "" {
			d.Color, d.Percent = scale(math.Inf(-1))
			d.Status = status
			d.Unrated = f.Config.Color.ByValue() && isMissing(v)
		}
		return d
	}
}

// isMissing reports whether a value is null or not a number.
func isMissing(v any) bool {
	n, isNumber := v.(float64)
	return v == nil || isNumber && math.IsNaN(n)
}

func joinList(list []any) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = js.Text(v)
	}
	return strings.Join(parts, ", ")
}

// cached remembers how values are shown. As in Grafana this is more than a matter of speed: if a palette colours values by
// their places, a repeated value keeps the colour of its first place.
func cached(show func(any, *int) frame.Display) func(any, *int) frame.Display {
	const most = 2500
	type key struct {
		v        any
		nan      bool
		adjacent int
	}
	seen := map[key]frame.Display{}
	return func(v any, adjacent *int) frame.Display {
		k := key{v: v, adjacent: -1}
		if adjacent != nil {
			k.adjacent = *adjacent
		}
		switch v := v.(type) {
		case []any:
			return show(v, adjacent)
		case float64:
			if math.IsNaN(v) {
				k.v, k.nan = nil, true
			}
		}
		d, ok := seen[k]
		if !ok {
			if len(seen) >= most {
				clear(seen)
			}
			d = show(v, adjacent)
			seen[k] = d
		}
		return d
	}
}
