package chart

import (
	"math"
	"strings"
	"time"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// bars are what a bar chart draws.
type bars struct {
	x      *frame.Field   // the categories
	color  *frame.Field   // the field whose values colour the bars, nil if the bars have colours of their own
	fields []*frame.Field // the numbers
	// whole are the fields before they were joined. The calculations of the legend are made from them.
	whole []*frame.Field
	frame *frame.Frame // what all of them are in
	rows  int
}

// barData picks the fields. It returns a message if nothing can be drawn. Several queries are joined by time.
func barData(j *panel.Job) (bars, string) {
	fr := j.Frames[0]
	if len(j.Frames) > 1 {
		if fr.FirstOf(frame.Time) == nil {
			j.Notices.Add("The panel has %d queries and the first has no time to join them by; only that one is drawn.", len(j.Frames))
		} else {
			fr = align.JoinByTime(j.Frames)
		}
	}
	o := j.Panel.Options
	c := bars{x: fr.Named(o.Text("xField")), color: fr.Named(o.Text("colorByField")), frame: fr, rows: fr.Length}
	if c.x == nil {
		c.x = fr.FirstOf(frame.String)
	}
	if c.x == nil {
		c.x = fr.FirstOf(frame.Time)
	}
	if c.x == nil {
		return c, "Bar charts need a text or a time field"
	}
	for _, of := range fr.Fields {
		if of == c.x || of.Kind != frame.Number || of.Config.Custom.Child("hideFrom").Flag("viz") {
			continue
		}
		f := new(frame.Field) // a copy, since the field that gives the colours must keep its place in the palette
		*f = *of
		f.SeriesIndex = len(c.fields)
		f.Values = finiteValues(f.Values)
		f.Show = fieldconfig.NewDisplay(f, j.Env)
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

// finiteValues replaces values that have no place on an axis, such as NaN, by nil.
func finiteValues(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		if n, ok := v.(float64); ok && js.FiniteOrNil(n) != nil {
			out[i] = n
		}
	}
	return out
}

// categories returns the texts of the category axis. If they are times, only the part in which they differ is written.
func categories(j *panel.Job, x *frame.Field) []view.Category {
	out := make([]view.Category, len(x.Values))
	pattern := ""
	if x.Kind == frame.Time && !strings.HasPrefix(x.Config.Unit, "time:") && len(x.Values) > 0 {
		n := len(x.Values)
		from, to := js.Number(x.Values[0]), js.Number(x.Values[n-1])
		pattern = axis.TimePattern(axis.HourMs, 0)
		if n > 1 {
			if step := js.Number(x.Values[1]) - from; !math.IsNaN(step) && !math.IsNaN(to-from) {
				pattern = axis.TimePattern(int64(step), int64(to-from))
			}
		}
	}
	for i, v := range x.Values {
		if n, ok := v.(float64); ok && x.Kind == frame.Time {
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
