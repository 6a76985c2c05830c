package panel

import (
	"math"
	"strings"
)

// Config is a field's settings, read from the merged JSON.
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

type Thresholds struct {
	Percentage bool
	Steps      []Threshold
}

type Threshold struct {
	Value float64 // −∞ for the base
	Color string
}

// ColorMode says how values and series take their colours.
type ColorMode struct {
	Mode, Fixed, SeriesBy string
}

type Link struct {
	title, URL string
	newTab     bool
}

func readConfig(p Object) Config {
	c := Config{
		Unit: p.Text("unit"), NoValue: toText(p["noValue"]), Description: p.Text("description"),
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
	for _, l := range p.List("links") {
		if m, ok := l.(map[string]any); ok {
			l := Object(m)
			c.Links = append(c.Links, Link{l.Text("title"), l.Text("url"), l.Flag("targetBlank")})
		}
	}
	return c
}

// readThresholds reads steps as Grafana does when it loads a panel: the first one begins at minus
// infinity whatever its value is, null is 0, and a step without a value ends them.
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

// Active is the last threshold that v has reached. Without steps it is grey.
func (t *Thresholds) Active(v float64) Threshold {
	if t == nil || len(t.Steps) == 0 {
		return Threshold{Color: fallbackColor}
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

// standardDefaults are the settings that a panel has where its JSON says nothing.
func standardDefaults() Object {
	return Object{
		"mappings": []any{},
		"thresholds": map[string]any{"mode": "absolute", "steps": []any{
			map[string]any{"value": nil, "color": "green"},
			map[string]any{"value": 80.0, "color": "red"},
		}},
	}
}

// numbersOnly are the settings whose defaults reach number fields only; an override reaches any.
func numbersOnly(id string) bool {
	switch id {
	case "min", "max", "decimals", "fieldMinMax":
		return true
	}
	return false
}

// knownProperty reports whether an override may set a property.
func knownProperty(id string) bool {
	switch id {
	case "displayName", "unit", "min", "max", "decimals", "fieldMinMax", "noValue", "color", "thresholds", "mappings",
		"links", "description", "filterable":
		return true
	}
	return strings.HasPrefix(id, "custom.")
}

// defaultsFor are the settings that a field begins with.
func defaultsFor(kind Kind, defaults Object) Object {
	out := Object{}
	for id, v := range defaults {
		if v == nil || numbersOnly(id) && kind != typeNumber {
			continue
		}
		out[id] = v
	}
	out = out.Clone()
	if c := out.Child("color"); c == nil {
		delete(out, "color")
		if out["thresholds"] != nil {
			out["color"] = map[string]any{"mode": "thresholds"}
		}
	} else if c.Text("mode") == "" {
		delete(out, "color")
	}
	lo, hi := out.Number("min"), out.Number("max")
	if lo != nil && hi != nil && *lo > *hi {
		out["min"], out["max"] = *hi, *lo
	}
	return out
}
