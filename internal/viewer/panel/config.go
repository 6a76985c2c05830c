package panel

import (
	"math"
	"strings"
)

// config is a field's settings, read from the merged JSON.
type config struct {
	unit, noValue, description string
	decimals                   *int
	min, max                   *float64
	fieldMinMax                bool
	mappings                   []mapping
	thresholds                 *thresholds
	color                      colorMode
	links                      []link
	custom                     props
}

type thresholds struct {
	percentage bool
	steps      []threshold
}

type threshold struct {
	value float64 // −∞ for the base
	color string
}

// colorMode says how values and series take their colours.
type colorMode struct {
	mode, fixed, seriesBy string
}

type link struct {
	title, url string
	newTab     bool
}

func readConfig(p props) config {
	c := config{
		unit: p.text("unit"), noValue: toText(p["noValue"]), description: p.text("description"),
		min: p.number("min"), max: p.number("max"), fieldMinMax: p.flag("fieldMinMax"),
		mappings: readMappings(p.list("mappings")), custom: p.child("custom"),
	}
	if d := p.number("decimals"); d != nil && math.Abs(*d) < 100 {
		n := int(*d)
		c.decimals = &n
	}
	if t := p.child("thresholds"); t != nil {
		c.thresholds = readThresholds(t)
	}
	if m := p.child("color"); m != nil {
		c.color = colorMode{m.text("mode"), m.text("fixedColor"), m.text("seriesBy")}
	}
	for _, l := range p.list("links") {
		if m, ok := l.(map[string]any); ok {
			l := props(m)
			c.links = append(c.links, link{l.text("title"), l.text("url"), l.flag("targetBlank")})
		}
	}
	return c
}

// readThresholds reads steps as Grafana does when it loads a panel: the first one begins at minus
// infinity whatever its value is, null is 0, and a step without a value ends them.
func readThresholds(p props) *thresholds {
	t := &thresholds{percentage: p.text("mode") == "percentage"}
	for i, s := range p.list("steps") {
		m, _ := s.(map[string]any)
		value, has := m["value"]
		step := threshold{value: math.Inf(-1), color: props(m).text("color")}
		if i > 0 {
			if !has {
				break
			}
			step.value = 0
			if v := props(m).number("value"); v != nil {
				step.value = *v
			} else if value != nil {
				break
			}
		}
		t.steps = append(t.steps, step)
	}
	return t
}

// active is the last threshold that v has reached. Without steps it is grey.
func (t *thresholds) active(v float64) threshold {
	if t == nil || len(t.steps) == 0 {
		return threshold{color: fallbackColor}
	}
	active := t.steps[0]
	for _, s := range t.steps {
		if !(v >= s.value) {
			break
		}
		active = s
	}
	return active
}

// standardDefaults are the settings that a panel has where its JSON says nothing.
func standardDefaults() props {
	return props{
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
func defaultsFor(kind fieldType, defaults props) props {
	out := props{}
	for id, v := range defaults {
		if v == nil || numbersOnly(id) && kind != typeNumber {
			continue
		}
		out[id] = v
	}
	out = out.clone()
	if c := out.child("color"); c == nil {
		delete(out, "color")
		if out["thresholds"] != nil {
			out["color"] = map[string]any{"mode": "thresholds"}
		}
	} else if c.text("mode") == "" {
		delete(out, "color")
	}
	lo, hi := out.number("min"), out.number("max")
	if lo != nil && hi != nil && *lo > *hi {
		out["min"], out["max"] = *hi, *lo
	}
	return out
}
