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
	x, color *Field
	fields   []*Field
	// whole are the fields as they were before joining: a legend's calculations are theirs.
	whole []*Field
	rows  int
}

// barData picks the fields, or says why nothing can be drawn. Several queries are joined by time.
func (j *Job) barData() (bars, string) {
	fr := j.Frames[0]
	if len(j.Frames) > 1 {
		if fr.FirstOf(typeTime) == nil {
			j.Notices.Add("The panel has %d queries and the first has no time to join them by; only that one is drawn.", len(j.Frames))
		} else {
			fr = joinByTime(j.Frames)
		}
	}
	o := j.Panel.Options
	c := bars{x: fr.Named(o.Text("xField")), color: fr.Named(o.Text("colorByField")), rows: fr.Length}
	if c.x == nil {
		c.x = fr.FirstOf(typeString)
	}
	if c.x == nil {
		c.x = fr.FirstOf(typeTime)
	}
	if c.x == nil {
		return c, "Bar charts need a text or a time field"
	}
	for _, of := range fr.Fields {
		if of == c.x || of.Kind != typeNumber || of.Config.Custom.Child("hideFrom").Flag("viz") {
			continue
		}
		f := new(Field) // the field that gives the colours keeps its own place in the palette
		*f = *of
		f.SeriesIndex = len(c.fields)
		f.Values = finiteValues(f.Values)
		f.Show = newDisplay(f, j.Env)
		whole := f
		if f.JoinedFrom != nil {
			whole = f.JoinedFrom
			whole.SeriesIndex, whole.Show = f.SeriesIndex, f.Show
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

// Named is the field with a display name or a name, nil for none.
func (f *Frame) Named(name string) *Field {
	if name == "" {
		return nil
	}
	for _, c := range f.Fields {
		if c.Title == name || c.Name == name {
			return c
		}
	}
	return nil
}

// joinByTime is the outer join of frames by their first time fields.
func joinByTime(frames []*Frame) *Frame {
	times := map[*Field]bool{}
	var first *Field
	for _, fr := range frames {
		if t := fr.FirstOf(typeTime); t != nil {
			times[t] = true
			if first == nil {
				first = t
			}
		}
	}
	joined := align(frames, func(f *Field) bool { return !times[f] })
	at := *first
	at.Values = make([]any, len(joined.Times))
	for i, t := range joined.Times {
		at.Values[i] = float64(t)
	}
	out := &Frame{Name: frames[0].Name, RefID: frames[0].RefID, Fields: []*Field{&at}, Length: len(joined.Times)}
	for _, s := range joined.Series {
		f := *s.Field
		f.Values, f.JoinedFrom = s.Values, s.Field
		out.Fields = append(out.Fields, &f)
	}
	return out
}

// categories are the texts of the category axis. Instants are written as far as they differ.
func (j *Job) categories(x *Field) []view.Category {
	out := make([]view.Category, len(x.Values))
	pattern := ""
	if x.Kind == typeTime && !strings.HasPrefix(x.Config.Unit, "time:") && len(x.Values) > 0 {
		n := len(x.Values)
		from, to := toNumber(x.Values[0]), toNumber(x.Values[n-1])
		pattern = timePattern(hourMs, 0)
		if n > 1 {
			if step := toNumber(x.Values[1]) - from; !math.IsNaN(step) && !math.IsNaN(to-from) {
				pattern = timePattern(int64(step), int64(to-from))
			}
		}
	}
	for i, v := range x.Values {
		if n, ok := v.(float64); ok && x.Kind == typeTime {
			out[i].Time = new(int64(n))
			if pattern != "" {
				out[i].Text = unit.FormatTime(time.UnixMilli(int64(n)).In(j.Env.Location), pattern)
				continue
			}
		}
		out[i].Text = x.Show(v, nil).Full()
	}
	return out
}
