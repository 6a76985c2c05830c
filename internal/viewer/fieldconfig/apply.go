package fieldconfig

import (
	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
)

// Apply gives every field its settings, its name, its range, its colours and the function that shows its values. The
// result has a sentence for each setting that could not be applied.
func Apply(frames []*frame.Frame, fc settings.FieldConfig, e *Env) []string {
	var rules []rule
	notices := notice.NewList()
	for _, o := range fc.Overrides {
		match, err := matcher.New(o.MatcherID, o.Options)
		if err != nil {
			notices.Add("An override is not applied: %s.", err)
			continue
		}
		rules = append(rules, rule{match, o.Properties})
	}
	series := 0
	var global *frame.Span
	for _, fr := range frames {
		for _, f := range fr.Fields {
			f.Memo = nil
			f.Merged = f.DataSettings.Over(defaultsFor(f.Kind, fc.Defaults))
			s := Scope{Frames: frames, Frame: fr, Field: f}
			expandName(f, e, s)
			for _, r := range rules {
				if r.match(f, fr, frames) {
					for _, p := range r.properties {
						if settings.KnownProperty(p.ID) {
							f.Merged.Set(p.ID, p.Value)
							if p.ID == "displayName" {
								expandName(f, e, s)
							}
						}
					}
				}
			}
			f.Kind = frame.AssumedKind(f)
			f.Config = settings.ReadConfig(f.Merged)
			for _, n := range settings.MappingNotices(f.Merged.List("mappings")) {
				notices.Add("%s", n)
			}
			if !palette.KnownColorMode(f.Config.Color.Mode) {
				notices.Add("The colour mode %q is not supported.", f.Config.Color.Mode)
			}
			f.Span, global = rangeOf(f, global, frames)
			f.SeriesIndex = series
			if f.Kind != frame.Time {
				series++
			}
			f.Show = NewDisplay(f, e)
			if f.Config.Unit != "dateTimeFromNow" {
				f.Show = cached(f.Show)
			}
		}
	}
	for _, fr := range frames {
		for _, f := range fr.Fields {
			f.Title = frame.DisplayName(f, fr, frames)
		}
	}
	return notices.Sentences
}

// rule is an override whose matcher has been built.
type rule struct {
	match      matcher.Func
	properties []settings.Property
}

// expandName fills in what the field's configured name refers to.
func expandName(f *frame.Field, e *Env, s Scope) {
	if name, _ := f.Merged["displayName"].(string); name != "" && e.Replace != nil {
		f.Merged["displayName"] = e.Replace(name, s)
	}
}

// rangeOf is the range of values that a number field's colours refer to. An end that the settings do not set comes from
// the values of all number fields of the panel, or with fieldMinMax from the field's own values. The range is nil if the
// settings set both ends; the colours then use OwnSpan. The argument `global` is the range of all number fields, or nil
// if it has not been computed yet. The second result is that range, computed if it was needed.
func rangeOf(f *frame.Field, global *frame.Span, frames []*frame.Frame) (*frame.Span, *frame.Span) {
	if f.Kind != frame.Number || f.Config.Min != nil && f.Config.Max != nil {
		return nil, global
	}
	base := OwnSpan(f)
	if !f.Config.FieldMinMax {
		if global == nil {
			global = numericSpan(frames)
		}
		base = global
	}
	lo, hi := base.Min, base.Max
	if f.Config.Min != nil {
		lo = f.Config.Min
	}
	if f.Config.Max != nil {
		hi = f.Config.Max
	}
	return &frame.Span{Min: lo, Max: hi, Delta: js.OrZero(hi) - js.OrZero(lo)}, global
}

// numericSpan is the range of all numbers of a panel. As in Grafana a field without numbers counts as 0.
func numericSpan(frames []*frame.Frame) *frame.Span {
	s := &frame.Span{}
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Kind != frame.Number {
				continue
			}
			lo, hi := extremes(f)
			if s.Min == nil || js.OrZero(lo) < *s.Min {
				s.Min = lo
			}
			if s.Max == nil || js.OrZero(hi) > *s.Max {
				s.Max = hi
			}
		}
	}
	var numbers []*frame.Field
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if f.Kind == frame.Number {
				numbers = append(numbers, f)
			}
		}
	}
	if lo, hi, beyond := axis.Within(NumbersIn(numbers)); beyond && lo <= hi {
		s.Min, s.Max = new(lo), new(hi)
	}
	s.Delta = js.OrZero(s.Max) - js.OrZero(s.Min)
	return s
}

// numbersOnly reports whether the default of a setting is for number fields only. An override sets it for any field.
func numbersOnly(id string) bool {
	switch id {
	case "min", "max", "decimals", "fieldMinMax":
		return true
	}
	return false
}

// defaultsFor are the settings of a field before any override.
func defaultsFor(kind frame.Kind, defaults settings.Object) settings.Object {
	out := settings.Object{}
	for id, v := range defaults {
		if v == nil || numbersOnly(id) && kind != frame.Number {
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
