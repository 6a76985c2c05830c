package settings

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/palette"
)

// Config is a field's settings, read from JSON.
type Config struct {
	Unit, NoValue, Description string
	Decimals                   *int
	Min, Max                   *float64
	FieldMinMax                bool
	Mappings                   []Mapping
	Thresholds                 *Thresholds
	Color                      ColorMode
	Links                      []Link
	Custom                     Object
}

// Thresholds are values, sorted from the least, and the colour from each of them on.
type Thresholds struct {
	Percentage bool
	Steps      []Threshold
}

// Threshold is a value and the colour from it on.
type Threshold struct {
	Value float64 // −∞ for the first one
	Color string
}

// ColorMode says how values and series get their colours.
type ColorMode struct {
	Mode, Fixed, SeriesBy string
}

// Link is a link that stands at a field's values, or at a panel. Its title and its URL may name variables.
type Link struct {
	Title, URL string
	// NewTab opens the link in a new tab of the browser.
	NewTab bool
}

// ReadLinks reads the list "links" of a field or of a panel. Entries without an address are left out.
func ReadLinks(list []any) []Link {
	var out []Link
	for _, l := range list {
		m, _ := l.(map[string]any)
		if o := Object(m); o.Text("url") != "" {
			out = append(out, Link{Title: o.Text("title"), URL: o.Text("url"), NewTab: o.Flag("targetBlank")})
		}
	}
	return out
}

// ReadConfig reads a field's settings.
func ReadConfig(p Object) Config {
	c := Config{
		Unit: p.Text("unit"), NoValue: js.Text(p["noValue"]), Description: p.Text("description"),
		Min: p.Number("min"), Max: p.Number("max"), FieldMinMax: p.Flag("fieldMinMax"),
		Mappings: readMappings(p.List("mappings")), Custom: p.Child("custom"),
	}
	if d := p.Number("decimals"); d != nil && math.Abs(*d) < 100 {
		n := int(*d)
		c.Decimals = &n
	}
	if t := p.Child("thresholds"); t != nil {
		c.Thresholds = readThresholds(t)
	}
	if m := p.Child("color"); m != nil {
		c.Color = ColorMode{m.Text("mode"), m.Text("fixedColor"), m.Text("seriesBy")}
	}
	c.Links = ReadLinks(p.List("links"))
	return c
}

// readThresholds reads thresholds as Grafana does when it loads a panel. The first one begins at minus infinity, whatever
// its value is. The value null is 0. A threshold without a value, and all after it, are ignored.
func readThresholds(p Object) *Thresholds {
	t := &Thresholds{Percentage: p.Text("mode") == "percentage"}
	for i, s := range p.List("steps") {
		m, _ := s.(map[string]any)
		value, has := m["value"]
		step := Threshold{Value: math.Inf(-1), Color: Object(m).Text("color")}
		if i > 0 {
			if !has {
				break
			}
			step.Value = 0
			if v := Object(m).Number("value"); v != nil {
				step.Value = *v
			} else if value != nil {
				break
			}
		}
		t.Steps = append(t.Steps, step)
	}
	return t
}

// Active is the last threshold that v has reached. If there are no thresholds, the colour is grey.
func (t *Thresholds) Active(v float64) Threshold {
	if t == nil || len(t.Steps) == 0 {
		return Threshold{Color: palette.FallbackColor}
	}
	active := t.Steps[0]
	for _, s := range t.Steps {
		if !(v >= s.Value) {
			break
		}
		active = s
	}
	return active
}

// StandardDefaults are the settings that a panel of any kind has if its JSON does not set them.
func StandardDefaults() Object {
	return Object{
		"mappings": []any{},
		"thresholds": map[string]any{"mode": "absolute", "steps": []any{
			map[string]any{"value": nil, "color": "green"},
			map[string]any{"value": 80.0, "color": "red"},
		}},
	}
}

// KnownProperty reports whether Grafana knows a property that an override sets.
func KnownProperty(id string) bool {
	switch id {
	case "displayName", "unit", "min", "max", "decimals", "fieldMinMax", "noValue", "color", "thresholds", "mappings",
		"links", "description", "filterable":
		return true
	}
	return strings.HasPrefix(id, "custom.")
}

// ByValue reports whether the colour depends on the value. If not, a whole series has one colour.
func (m ColorMode) ByValue() bool {
	return m.ByThreshold() || strings.HasPrefix(m.Mode, "continuous-")
}

// SaysStatus reports whether the colours that numbers get from their thresholds say how good or bad the numbers are.
// Colours that only tell gains from losses do not: a loss is no failure, and its minus sign says the same.
func (c Config) SaysStatus() bool {
	return c.Color.ByThreshold() && (c.Thresholds == nil || !c.Thresholds.onlySign(c.Decimals))
}

// onlySign reports whether the colour changes at zero alone, or only around the numbers that are written as zero.
func (t Thresholds) onlySign(decimals *int) bool {
	switch {
	case t.Percentage:
		return false
	case len(t.Steps) == 2:
		return t.Steps[1].Value == 0
	case len(t.Steps) == 3 && decimals != nil:
		return t.Steps[1].Value == -t.Steps[2].Value && t.Steps[2].Value <= math.Pow10(-*decimals)/2
	}
	return false
}

// ByThreshold reports whether the colour is that of the threshold that the value has reached.
func (m ColorMode) ByThreshold() bool { return m.Mode == "" || m.Mode == "thresholds" }
