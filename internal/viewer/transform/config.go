package transform

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
)

// configFromData is the transformation "Config from query results": the values of one query become settings of the
// fields of the others, and take precedence over the panel's own. The query's frame is then dropped, unless it is
// the only one.
func configFromData() Transformation {
	return Transformation{ID: "configFromData", run: runConfigFromData, Options: []string{"configRefId", "mappings", "applyTo"},
		Supports: "Config from query results: min, max, unit, decimals, display name, colour, thresholds, value mappings; `applyTo`",
		Outline: func(o settings.Object, before Columns) Outline {
			return Outline{Columns: entryTexts(o.List("mappings"), "fieldName"), Query: configQuery(o), After: before}
		}}
}

// configQuery is the refId of the query whose values become settings.
func configQuery(o settings.Object) string { return o.TextOr("configRefId", "config") }

func runConfigFromData(frames []*frame.Frame, o settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	refID := configQuery(o)
	var source *frame.Frame
	for _, fr := range frames {
		if fr.RefID == refID {
			source = fr
			break
		}
	}
	if source == nil {
		return frames, nil
	}
	match := matcher.ByKind(frame.Number)
	if to := o.Child("applyTo"); to != nil {
		var err error
		if match, err = matcher.New(to.Text("id"), to["options"]); err != nil {
			return nil, err
		}
	}
	settings, err := settingsOf(source, o.List("mappings"))
	if err != nil {
		return nil, err
	}
	var out []*frame.Frame
	for _, fr := range frames {
		if fr == source && len(frames) > 1 {
			continue
		}
		fields := make([]*frame.Field, len(fr.Fields))
		for i, f := range fr.Fields {
			fields[i] = f
			if match(f, fr, frames) {
				copied := *f
				copied.DataSettings = replacing(f.DataSettings, settings)
				fields[i] = &copied
			}
		}
		out = append(out, fr.WithFields(fields))
	}
	return out, nil
}

// replacing returns the settings of `own` and of `with` together. If both have a setting, the one of `with` counts.
func replacing(own, with settings.Object) settings.Object {
	out := own.Clone()
	for key, value := range with.Clone() {
		out[key] = value
	}
	return out
}

// settingsOf reads settings from a frame. Each field is reduced to one value. The mapping for the field says which
// setting gets the value; without a mapping it is the setting that has the field's name.
func settingsOf(source *frame.Frame, mappings []any) (settings.Object, error) {
	s := settingsReader{settings: settings.Object{}}
	for _, f := range source.Fields {
		name := frame.DisplayName(f, source, nil)
		key, reducerID, arguments := strings.ToLower(name), "", settings.Object(nil)
		for _, entry := range mappings {
			m, _ := entry.(map[string]any)
			if settings.Object(m).Text("fieldName") == name {
				key, reducerID, arguments = settings.Object(m).Text("handlerKey"), settings.Object(m).Text("reducerId"),
					settings.Object(m).Child("handlerArguments")
				break
			}
		}
		if reducerID == "" {
			reducerID = "lastNotNull"
			if strings.HasPrefix(key, "mappings.") {
				reducerID = "allValues"
			}
		}
		value, known := reducer.Reduce(f, reducerID)
		if !known {
			return nil, reducer.Unknown(reducerID)
		}
		if value != nil {
			s.set(key, value, arguments)
		}
	}
	if s.mapped != nil {
		s.settings["mappings"] = []any{s.mapping()}
	}
	return s.settings, nil
}

// settingsReader collects the settings that the fields of a frame hold.
type settingsReader struct {
	settings settings.Object
	// The values of the value mapping, their texts and their colours, by rows. Each is nil if no field has it.
	mapped, texts, colors []any
}

// set sets the setting that belongs to a key. As in Grafana, it ignores a key that is no setting.
func (s *settingsReader) set(key string, value any, arguments settings.Object) {
	number := js.Number(value)
	switch key {
	case "min", "max":
		if !math.IsNaN(number) {
			s.settings[key] = number
		}
	case "decimals":
		if number == math.Trunc(number) && number >= 0 && number <= 15 {
			s.settings[key] = number
		}
	case "unit", "displayName":
		s.settings[key] = js.Text(value)
	case "color":
		s.settings[key] = map[string]any{"fixedColor": value, "mode": "fixed"}
	case "threshold1":
		if !math.IsNaN(number) {
			s.threshold(number, arguments.Child("threshold").TextOr("color", "red"))
		}
	case "mappings.value":
		s.mapped, _ = value.([]any)
	case "mappings.text":
		s.texts, _ = value.([]any)
	case "mappings.color":
		s.colors, _ = value.([]any)
	}
}

// threshold adds a step after the others. As in Grafana the steps are not sorted.
func (s *settingsReader) threshold(value float64, color string) {
	steps := s.settings.Child("thresholds").List("steps")
	s.settings["thresholds"] = map[string]any{
		"mode": "absolute", "steps": append(steps, map[string]any{"value": value, "color": color}),
	}
}

// mapping is one value mapping for all values.
func (s *settingsReader) mapping() map[string]any {
	options := map[string]any{}
	for row, value := range s.mapped {
		if value == nil {
			continue
		}
		result := map[string]any{"index": float64(row)}
		for key, list := range map[string][]any{"text": s.texts, "color": s.colors} {
			if row < len(list) && list[row] != nil {
				result[key] = list[row]
			}
		}
		options[js.Text(value)] = result
	}
	return map[string]any{"type": "value", "options": options}
}
