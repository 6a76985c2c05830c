package panel

import (
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// Display is a value as it is shown.
type Display struct {
	Text, Prefix, Suffix string
	Numeric              float64 // NaN for what is no number
	Color                string
	Percent              *float64 // place in the field's range
}

// Full is what is read.
func (d Display) Full() string { return d.Prefix + d.Text + d.Suffix }

// Value makes it a wire value with a colour.
func (d Display) Value() view.Value {
	return view.Value{Text: d.Text, Prefix: d.Prefix, Suffix: d.Suffix, Number: finite(d.Numeric), Color: d.Color}
}

// finite is a number that JSON can hold.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func utf16Units(s string) []uint16 { return utf16.Encode([]rune(s)) }

// Env is what showing values depends on beside the settings.
type Env struct {
	Now      time.Time
	Location *time.Location
	Colors   *Colors
	// Replace fills variables into a text.
	Replace func(string, Scope) string
}

// newDisplay builds the function that shows a field's values. adjacent is the number of decimals
// that neighbouring values need, for the ticks of an axis; nil elsewhere.
func newDisplay(f *Field, e *Env) func(v any, adjacent *int) Display {
	u := f.Config.Unit
	date := unit.IsDate(u)
	units := unit.Env{Now: e.Now, Location: e.Location}
	switch {
	case f.Kind == typeTime && !date:
		u, date = "dateTimeAsSystem", true
		if n := len(f.Values); n > 1 {
			units.Milliseconds = math.Abs(toNumber(f.Values[n-1])-toNumber(f.Values[0])) < 60e3
		}
	case f.Kind == typeBoolean && !strings.HasPrefix(u, "bool"):
		u = "bool"
	case f.Kind == typeString && u == "":
		u = "string"
	}
	trim := !date && !strings.HasPrefix(u, "currency") && !strings.HasPrefix(u, "bool") && u != "locale" &&
		f.Kind == typeNumber && f.Config.Decimals == nil
	format := unit.Lookup(u)
	scale := newScale(f, e.Colors)

	return func(v any, adjacent *int) Display {
		if s, ok := v.(string); ok && date {
			v = dateText(s)
		}
		d := Display{Numeric: math.NaN()}
		if u != "string" {
			d.Numeric = toNumber(v)
		}
		m, _ := mapValue(f.Config.Mappings, v)
		hasText := m.Text != nil
		if hasText {
			d.Text = *m.Text
		}
		if m.Color != nil {
			d.Color = e.Colors.Hex(*m.Color)
		}
		if !math.IsNaN(d.Numeric) {
			if _, isBool := v.(bool); !hasText && !isBool {
				decimals := f.Config.Decimals
				if trim && adjacent != nil {
					decimals = adjacent
				}
				t := format(d.Numeric, decimals, units)
				if trim && adjacent != nil {
					t.Text = unit.Plain(numberFromText(t.Text))
				}
				d.Text, d.Prefix, d.Suffix = t.Text, t.Prefix, t.Suffix
				hasText = true
			}
			if d.Color == "" {
				d.Color, d.Percent = scale(d.Numeric)
			}
		}
		if list, ok := v.([]any); !hasText && ok {
			d.Text, hasText = joinList(list), true
		}
		if !hasText {
			if d.Text = toText(v); d.Text == "" {
				d.Text = f.Config.NoValue
			}
		}
		if d.Color == "" {
			d.Color, d.Percent = scale(math.Inf(-1))
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
func cached(show func(any, *int) Display) func(any, *int) Display {
	const most = 2500
	type key struct {
		v        any
		nan      bool
		adjacent int
	}
	seen := map[key]Display{}
	return func(v any, adjacent *int) Display {
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
