package single

import (
	"fmt"
	"strings"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/reducer"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// ReduceOptions say which values a panel of single values shows: the rows of its fields, or each field reduced to one
// value by calculations.
type ReduceOptions struct {
	Values bool     // true for rows
	Calcs  []string // the ids of the calculations
	Fields string   // a pattern for the display names of the fields; "" means all number fields
	Limit  int      // the greatest number of rows, 0 if the panel does not say
}

// readReduceOptions reads the option reduceOptions.
func readReduceOptions(p settings.Object) ReduceOptions {
	o := ReduceOptions{Values: p.Flag("values"), Calcs: p.Texts("calcs"), Fields: p.Text("fields"), Limit: int(p.NumberOr("limit", 0))}
	if p["calcs"] == nil {
		o.Calcs = []string{"lastNotNull"} // as in a new panel
	}
	return o
}

// reducedColumns lists the columns that a panel's reduceOptions name.
func reducedColumns(options settings.Object) []panel.NamedColumn {
	return []panel.NamedColumn{{Option: "reduceOptions.fields", Name: options.Child("reduceOptions").Text("fields"), IsPattern: true}}
}

// shownValues are the values that the panel's reduceOptions ask for, with a notice for what they leave out.
func shownValues(j *panel.Job, fc settings.FieldConfig) ([]Shown, error) {
	reduce := readReduceOptions(j.Panel.Options.Child("reduceOptions"))
	j.NoteMedian(reduce.Calcs)
	values, err := DisplayValues(j.Frames, reduce, fc, j.Env)
	if err != nil {
		return nil, err
	}
	noteLimit(j, reduce, values)
	return values, nil
}

// Shown is one single value of a panel.
type Shown struct {
	Title   string
	Display frame.Display
	Field   *frame.Field // nil if the value only says that there is no data
	frame   *frame.Frame
	Row     int // −1 for a reduced value
}

// links are the links of the value.
func (v Shown) links(j *panel.Job) []view.Link { return j.Links(v.frame, v.Field, v.Row, v.Display) }

// most is the greatest number of rows that are shown: 25 if the panel does not say.
func (o ReduceOptions) most() int {
	if o.Limit == 0 {
		return 25
	}
	return o.Limit
}

// noteLimit adds a notice if the panel's limit leaves values out. Grafana says nothing about that.
func noteLimit(j *panel.Job, o ReduceOptions, values []Shown) {
	if !o.Values || len(values) < o.most() {
		return
	}
	match := matcher.ByKind(frame.Number)
	if o.Fields != "" {
		match, _ = matcher.ByRegexp(o.Fields) // DisplayValues has reported an error of the pattern
	}
	all := 0
	for _, fr := range j.Frames {
		for _, f := range fr.Fields {
			if match(f, fr, j.Frames) {
				all += len(f.Values)
			}
		}
	}
	if all > len(values) {
		j.Notices.Add("The first %d of %d values are shown: the panel's limit is %d.", len(values), all, o.most())
	}
}

// DisplayValues returns the values that a panel of single values shows. fieldconfig.Apply must have prepared the frames.
// If there is no data, it returns one value with the text for no data.
func DisplayValues(frames []*frame.Frame, o ReduceOptions, fc settings.FieldConfig, e *fieldconfig.Env) ([]Shown, error) {
	calcs := o.Calcs
	if len(calcs) == 0 {
		calcs = []string{"last"}
	}
	for _, c := range calcs {
		if _, known := reducer.Lookup(reducer.CurrentName(c)); !known {
			return nil, reducer.Unknown(c)
		}
	}
	match := matcher.ByKind(frame.Number)
	if o.Fields != "" {
		var err error
		if match, err = matcher.ByRegexp(o.Fields); err != nil {
			return nil, fmt.Errorf("the fields to show: %w", err)
		}
	}
	limit := o.most()
	var out []Shown
	for _, fr := range frames {
		for _, f := range fr.Fields {
			if !match(f, fr, frames) {
				continue
			}
			s := fieldconfig.Scope{Frames: frames, Frame: fr, Field: f}
			if o.Values {
				var full bool
				if out, full = rowValues(out, f, s, limit, fc, e); full {
					return out, nil
				}
				continue
			}
			out = append(out, reducedValues(f, s, calcs, e)...)
		}
	}
	if len(out) == 0 {
		out = append(out, noData(fc, e))
	}
	return out, nil
}

// rowValues appends the values of a field, row by row, up to a limit. The second result is true if the limit is
// reached. A palette gives each value the colour of its place in the list.
func rowValues(out []Shown, f *frame.Field, s fieldconfig.Scope, limit int, fc settings.FieldConfig, e *fieldconfig.Env) ([]Shown, bool) {
	for row, v := range f.Values {
		f.SeriesIndex = len(out)
		s.Row, s.HasRow = row, true
		d := f.Show(v, nil)
		title := rowTitle(f, s, e)
		if c := rowColor(title, fc, e.Colors); c != "" {
			d.Color, d.Status = c, false
		}
		out = append(out, Shown{Title: title, Display: d, Field: f, frame: s.Frame, Row: row})
		if len(out) >= limit {
			return out, true
		}
	}
	return out, false
}

// reducedValues reduces a field by each of the calculations.
func reducedValues(f *frame.Field, s fieldconfig.Scope, calcs []string, e *fieldconfig.Env) []Shown {
	var out []Shown
	for _, calc := range calcs {
		v, _ := reducer.Reduce(f, calc)
		title := frame.DisplayName(f, s.Frame, s.Frames)
		if name := f.Merged.Text("displayName"); name != "" && e.Replace != nil {
			s.Calc = calc
			title = e.Replace(name, s)
		}
		out = append(out, Shown{Title: title, Display: f.Show(v, nil), Field: f, frame: s.Frame, Row: -1})
	}
	return out
}

// rowTitle names a value by the texts in its row, and by its field too if the row has several number fields.
func rowTitle(f *frame.Field, s fieldconfig.Scope, e *fieldconfig.Env) string {
	if name := f.Merged.Text("displayName"); name != "" {
		if e.Replace == nil {
			return name
		}
		return e.Replace(name, s)
	}
	var parts []string
	others := 0
	for _, other := range s.Frame.Fields {
		switch {
		case other == f:
		case other.Kind == frame.Number:
			others++
		case other.Kind == frame.String:
			v := other.Values[s.Row]
			if v == nil {
				v = ""
			}
			if t := other.Show(v, nil).Text; t != "" {
				parts = append(parts, t)
			}
		}
	}
	if others > 0 || len(parts) == 0 {
		parts = append(parts, frame.DisplayName(f, s.Frame, nil))
	}
	return strings.Join(parts, " ")
}

// rowColor is the colour that an override by name gives to the row with this title, "" if there is no such override.
func rowColor(title string, fc settings.FieldConfig, c *palette.Colors) string {
	for _, o := range fc.Overrides {
		if name, _ := o.Options.(string); o.MatcherID != "byName" || name != title {
			continue
		}
		for _, p := range o.Properties {
			if m, ok := p.Value.(map[string]any); ok && p.ID == "color" {
				return c.Hex(settings.Object(m).Text("fixedColor"))
			}
		}
	}
	return ""
}

// noData is the value that stands in a panel without data.
func noData(fc settings.FieldConfig, e *fieldconfig.Env) Shown {
	f := &frame.Field{Kind: frame.Other, Config: settings.ReadConfig(fc.Defaults)}
	d := fieldconfig.NewDisplay(f, e)(nil, nil)
	if d.Text == "" {
		d.Text = "No data"
	}
	d.Numeric, d.Prefix, d.Suffix = 0, "", ""
	return Shown{Display: d, Row: -1}
}
