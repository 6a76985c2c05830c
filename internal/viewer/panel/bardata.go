package panel

import (
	"math"
	"strings"
	"time"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// bars are what a bar chart draws: the categories, the numbers, and the field whose colours the
// bars take, nil for their own.
type bars struct {
	x, color *field
	fields   []*field
	// whole are the fields as they were before joining: a legend's calculations are theirs.
	whole []*field
	rows  int
}

// barData picks the fields, or says why nothing can be drawn. Several queries are joined by time.
func (j *job) barData() (bars, string) {
	fr := j.frames[0]
	if len(j.frames) > 1 {
		if fr.firstOf(typeTime) == nil {
			j.notices.add("The panel has %d queries and the first has no time to join them by; only that one is drawn.", len(j.frames))
		} else {
			fr = joinByTime(j.frames)
		}
	}
	o := j.panel.options
	c := bars{x: fr.named(o.text("xField")), color: fr.named(o.text("colorByField")), rows: fr.length}
	if c.x == nil {
		c.x = fr.firstOf(typeString)
	}
	if c.x == nil {
		c.x = fr.firstOf(typeTime)
	}
	if c.x == nil {
		return c, "Bar charts need a text or a time field"
	}
	for _, of := range fr.fields {
		if of == c.x || of.kind != typeNumber || of.config.custom.child("hideFrom").flag("viz") {
			continue
		}
		f := new(field) // the field that gives the colours keeps its own place in the palette
		*f = *of
		f.seriesIndex = len(c.fields)
		f.values = finiteValues(f.values)
		f.show = newDisplay(f, j.env)
		whole := f
		if f.before != nil {
			whole = f.before
			whole.seriesIndex, whole.show = f.seriesIndex, f.show
		}
		c.fields, c.whole = append(c.fields, f), append(c.whole, whole)
	}
	if len(c.fields) == 0 {
		return c, "No numeric fields found"
	}
	return c, ""
}

// finiteValues takes out what has no place on an axis.
func finiteValues(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		if n, ok := v.(float64); ok && finite(n) != nil {
			out[i] = n
		}
	}
	return out
}

// named is the field with a display name or a name, nil for none.
func (f *frame) named(name string) *field {
	if name == "" {
		return nil
	}
	for _, c := range f.fields {
		if c.title == name || c.name == name {
			return c
		}
	}
	return nil
}

// joinByTime is the outer join of frames by their first time fields.
func joinByTime(frames []*frame) *frame {
	times := map[*field]bool{}
	var first *field
	for _, fr := range frames {
		if t := fr.firstOf(typeTime); t != nil {
			times[t] = true
			if first == nil {
				first = t
			}
		}
	}
	joined := align(frames, func(f *field) bool { return !times[f] })
	at := *first
	at.values = make([]any, len(joined.times))
	for i, t := range joined.times {
		at.values[i] = float64(t)
	}
	out := &frame{name: frames[0].name, refID: frames[0].refID, fields: []*field{&at}, length: len(joined.times)}
	for _, s := range joined.series {
		f := *s.field
		f.values, f.before = s.values, s.field
		out.fields = append(out.fields, &f)
	}
	return out
}

// categories are the texts of the category axis. Instants are written as far as they differ.
func (j *job) categories(x *field) []view.Category {
	out := make([]view.Category, len(x.values))
	pattern := ""
	if x.kind == typeTime && !strings.HasPrefix(x.config.unit, "time:") && len(x.values) > 0 {
		n := len(x.values)
		from, to := toNumber(x.values[0]), toNumber(x.values[n-1])
		pattern = timePattern(hourMs, 0)
		if n > 1 {
			if step := toNumber(x.values[1]) - from; !math.IsNaN(step) && !math.IsNaN(to-from) {
				pattern = timePattern(int64(step), int64(to-from))
			}
		}
	}
	for i, v := range x.values {
		if n, ok := v.(float64); ok && x.kind == typeTime {
			out[i].Time = ptr(int64(n))
			if pattern != "" {
				out[i].Text = unit.FormatTime(time.UnixMilli(int64(n)).In(j.env.location), pattern)
				continue
			}
		}
		out[i].Text = x.show(v, nil).full()
	}
	return out
}
