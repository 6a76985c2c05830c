package panel

import (
	"fmt"
	"strings"
)

// reduceOptions say which values a panel of single values shows.
type reduceOptions struct {
	values bool // each row, instead of a reduced column
	calcs  []string
	fields string // a pattern over display names; "" means number fields
	limit  int
}

func readReduceOptions(p props) reduceOptions {
	o := reduceOptions{values: p.flag("values"), calcs: p.texts("calcs"), fields: p.text("fields"), limit: int(p.numberOr("limit", 0))}
	if p["calcs"] == nil {
		o.calcs = []string{"lastNotNull"} // what a new panel has
	}
	return o
}

// shown is one single value of a panel.
type shown struct {
	title   string
	display display
	field   *field // nil for the value that stands for "no data"
	frame   *frame
	row     int // −1 for a reduced value
	calc    string
}

// most is how many rows are shown: 25 where the panel does not say.
func (o reduceOptions) most() int {
	if o.limit == 0 {
		return 25
	}
	return o.limit
}

// sayRest says how many values there are where the panel's limit leaves some out, which Grafana does
// without a word.
func (j *job) sayRest(o reduceOptions, values []shown) {
	if !o.values || len(values) < o.most() {
		return
	}
	match := byKind(typeNumber)
	if o.fields != "" {
		match, _ = byRegexp(o.fields) // displayValues has read it
	}
	all := 0
	for _, fr := range j.frames {
		for _, f := range fr.fields {
			if match(f, fr, j.frames) {
				all += len(f.values)
			}
		}
	}
	if all > len(values) {
		j.notices.add("The first %d of %d values are shown: the panel's limit is %d.", len(values), all, o.most())
	}
}

// displayValues picks, reduces and shows the values of frames that applyFieldConfig has prepared.
// There is always at least one value: without data it says so.
func displayValues(frames []*frame, o reduceOptions, fc fieldConfig, e *env) ([]shown, error) {
	calcs := o.calcs
	if len(calcs) == 0 {
		calcs = []string{"last"}
	}
	for _, c := range calcs {
		if _, known := reducerInfo(reducerID(c)); !known {
			return nil, unknownCalc(c)
		}
	}
	match := byKind(typeNumber)
	if o.fields != "" {
		var err error
		if match, err = byRegexp(o.fields); err != nil {
			return nil, fmt.Errorf("the fields to show: %w", err)
		}
	}
	limit := o.most()
	var out []shown
	for fi, fr := range frames {
		for _, f := range fr.fields {
			if !match(f, fr, frames) {
				continue
			}
			s := scope{frames: frames, frame: fr, frameIndex: fi, field: f}
			if o.values {
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

// rowValues shows a field row by row. Colours of a palette go by the place among all values.
func rowValues(out []shown, f *field, s scope, limit int, fc fieldConfig, e *env) ([]shown, bool) {
	for row, v := range f.values {
		f.seriesIndex = len(out)
		s.row, s.hasRow = row, true
		d := f.show(v, nil)
		title := rowTitle(f, s, e)
		if c := rowColor(title, fc, e.colors); c != "" {
			d.color = c
		}
		out = append(out, shown{title: title, display: d, field: f, frame: s.frame, row: row})
		if len(out) >= limit {
			return out, true
		}
	}
	return out, false
}

func reducedValues(f *field, s scope, calcs []string, e *env) []shown {
	var out []shown
	for _, calc := range calcs {
		v, _ := reduceField(f, calc)
		title := displayName(f, s.frame, s.frames)
		if name := f.raw.text("displayName"); name != "" && e.replace != nil {
			s.calc = calc
			title = e.replace(name, s)
		}
		out = append(out, shown{title: title, display: f.show(v, nil), field: f, frame: s.frame, row: -1, calc: calc})
	}
	return out
}

// rowTitle names a row by its texts, and by the field too where several number fields share it.
func rowTitle(f *field, s scope, e *env) string {
	if name := f.raw.text("displayName"); name != "" {
		if e.replace == nil {
			return name
		}
		return e.replace(name, s)
	}
	var parts []string
	others := 0
	for _, other := range s.frame.fields {
		switch {
		case other == f:
		case other.kind == typeNumber:
			others++
		case other.kind == typeString:
			v := other.values[s.row]
			if v == nil {
				v = ""
			}
			if t := other.show(v, nil).text; t != "" {
				parts = append(parts, t)
			}
		}
	}
	if others > 0 || len(parts) == 0 {
		parts = append(parts, displayName(f, s.frame, nil))
	}
	return strings.Join(parts, " ")
}

// rowColor is the colour that an override by name gives to a row that has this title.
func rowColor(title string, fc fieldConfig, c *colors) string {
	for _, o := range fc.overrides {
		if name, _ := o.options.(string); o.matcherID != "byName" || name != title {
			continue
		}
		for _, p := range o.properties {
			if m, ok := p.value.(map[string]any); ok && p.id == "color" {
				return c.hex(props(m).text("fixedColor"))
			}
		}
	}
	return ""
}

func noData(fc fieldConfig, e *env) shown {
	f := &field{kind: typeOther, config: readConfig(fc.defaults)}
	d := newDisplay(f, e)(nil, nil)
	if d.text == "" {
		d.text = "No data"
	}
	d.numeric, d.prefix, d.suffix = 0, "", ""
	return shown{display: d, row: -1}
}
