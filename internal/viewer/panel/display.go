package panel

import (
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// display is a value as it is shown.
type display struct {
	text, prefix, suffix string
	numeric              float64 // NaN for what is no number
	color                string
	percent              *float64 // place in the field's range
}

// full is what is read.
func (d display) full() string { return d.prefix + d.text + d.suffix }

// value makes it a wire value with a colour.
func (d display) value() view.Value {
	return view.Value{Text: d.text, Prefix: d.prefix, Suffix: d.suffix, Number: finite(d.numeric), Color: d.color}
}

// finite is a number that JSON can hold.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func utf16Units(s string) []uint16 { return utf16.Encode([]rune(s)) }

// env is what showing values depends on beside the settings.
type env struct {
	now      time.Time
	location *time.Location
	colors   *colors
	// replace fills variables into a text.
	replace func(string, scope) string
}

// newDisplay builds the function that shows a field's values. adjacent is the number of decimals
// that neighbouring values need, for the ticks of an axis; nil elsewhere.
func newDisplay(f *field, e *env) func(v any, adjacent *int) display {
	u := f.config.unit
	date := unit.IsDate(u)
	units := unit.Env{Now: e.now, Location: e.location}
	switch {
	case f.kind == typeTime && !date:
		u, date = "dateTimeAsSystem", true
		if n := len(f.values); n > 1 {
			units.Milliseconds = math.Abs(toNumber(f.values[n-1])-toNumber(f.values[0])) < 60e3
		}
	case f.kind == typeBoolean && !strings.HasPrefix(u, "bool"):
		u = "bool"
	case f.kind == typeString && u == "":
		u = "string"
	}
	trim := !date && !strings.HasPrefix(u, "currency") && !strings.HasPrefix(u, "bool") && u != "locale" &&
		f.kind == typeNumber && f.config.decimals == nil
	format := unit.Lookup(u)
	scale := newScale(f, e.colors)

	return func(v any, adjacent *int) display {
		if s, ok := v.(string); ok && date {
			v = dateText(s)
		}
		d := display{numeric: math.NaN()}
		if u != "string" {
			d.numeric = toNumber(v)
		}
		m, _ := mapValue(f.config.mappings, v)
		hasText := m.text != nil
		if hasText {
			d.text = *m.text
		}
		if m.color != nil {
			d.color = e.colors.hex(*m.color)
		}
		if !math.IsNaN(d.numeric) {
			if _, isBool := v.(bool); !hasText && !isBool {
				decimals := f.config.decimals
				if trim && adjacent != nil {
					decimals = adjacent
				}
				t := format(d.numeric, decimals, units)
				if trim && adjacent != nil {
					t.Text = unit.Plain(numberFromText(t.Text))
				}
				d.text, d.prefix, d.suffix = t.Text, t.Prefix, t.Suffix
				hasText = true
			}
			if d.color == "" {
				d.color, d.percent = scale(d.numeric)
			}
		}
		if list, ok := v.([]any); !hasText && ok {
			d.text, hasText = joinList(list), true
		}
		if !hasText {
			if d.text = toText(v); d.text == "" {
				d.text = f.config.noValue
			}
		}
		if d.color == "" {
			d.color, d.percent = scale(math.Inf(-1))
		}
		return d
	}
}

func joinList(list []any) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = toText(v)
	}
	return strings.Join(parts, ", ")
}

// cached shows equal values alike: with a palette, where the colour goes by a value's place, a
// repeated value keeps the colour of its first place, as in Grafana.
func cached(show func(any, *int) display) func(any, *int) display {
	const most = 2500
	type key struct {
		v        any
		nan      bool
		adjacent int
	}
	seen := map[key]display{}
	return func(v any, adjacent *int) display {
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
