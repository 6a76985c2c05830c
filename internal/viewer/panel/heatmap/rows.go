package heatmap

import (
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/unit"
)

// heatData is a heatmap as rows and columns.
type heatData struct {
	names  []string       // of the rows, from bottom to top
	xs     []float64      // the right end of each column
	time   bool           // true if xs are times
	step   float64        // the width of all columns
	values [][]*float64   // by column, then by row
	fields []*frame.Field // the rows
	frame  *frame.Frame
	at     []int // the row of the frame that each column is from
}

// heatRows reads the frames. The first column holds times or numbers, and each number column after it is a row of the
// heatmap. It returns a message if nothing can be drawn.
func heatRows(j *panel.Job) (heatData, string) {
	fr, x, rows := heatFields(j)
	switch {
	case x == nil || x.Kind != frame.Time && x.Kind != frame.Number:
		return heatData{}, "A heatmap needs a time or a number in its first column"
	case len(rows) == 0:
		return heatData{}, "Data is missing a number field"
	}
	heat := heatData{time: x.Kind == frame.Time, names: rowNames(j, rows), fields: rows, frame: fr}
	for i, v := range x.Values {
		at := js.NumberOrNil(v)
		if at == nil || math.IsInf(*at, 0) {
			continue // it has no place on the axis
		}
		column := make([]*float64, len(rows))
		for r, f := range rows {
			if n := js.NumberOrNil(f.Values[i]); n != nil && !math.IsInf(*n, 0) {
				column[r] = n
			}
		}
		heat.xs, heat.values, heat.at = append(heat.xs, *at), append(heat.values, column), append(heat.at, i)
	}
	if len(heat.xs) == 0 {
		return heat, "No data"
	}
	// All columns are as wide as the distance between the first two. A single column fills the axis.
	if len(heat.xs) > 1 {
		heat.step = math.Abs(heat.xs[1] - heat.xs[0])
	}
	if heat.step == 0 && heat.time {
		heat.step = float64(j.To.UnixMilli() - j.From.UnixMilli())
	} else if heat.step == 0 {
		heat.step = 1
	}
	switch j.Panel.Options.Child("rowsFrame").Text("layout") {
	case "", "auto", "unknown":
		if _, bounds := rows[0].Labels["le"]; bounds {
			j.Notices.Add("The names of the rows stand in their middle, not at their upper ends.")
		}
	default:
		j.Notices.Add("The names of the rows stand in their middle, whatever \"tick alignment\" says.")
	}
	return heat, ""
}

// heatFields returns the frame that is drawn, the field of the horizontal axis and the fields of the rows. If the names of all rows are numbers,
// the rows are sorted by these numbers, and x is the first time field.
func heatFields(j *panel.Job) (fr *frame.Frame, x *frame.Field, rows []*frame.Field) {
	fr = j.Frames[0]
	if len(j.Frames) > 1 {
		if numbered(secondFields(j.Frames)) {
			slices.SortStableFunc(j.Frames, func(a, b *frame.Frame) int {
				return js.CompareNumbers(new(bucketEnd(a.Fields[1].Title)), new(bucketEnd(b.Fields[1].Title)))
			})
		}
		if !slices.ContainsFunc(j.Frames, func(f *frame.Frame) bool { return f.FirstOf(frame.Time) != nil }) {
			return fr, nil, nil
		}
		fr = align.JoinByTime(j.Frames)
		return fr, fr.Fields[0], numberFields(fr.Fields[1:])
	}
	if all := numberFields(fr.Fields); numbered(all) {
		slices.SortStableFunc(all, func(a, b *frame.Field) int {
			return js.CompareNumbers(new(bucketEnd(a.Title)), new(bucketEnd(b.Title)))
		})
		return fr, fr.FirstOf(frame.Time), all
	}
	if len(fr.Fields) == 0 {
		return fr, nil, nil
	}
	return fr, fr.Fields[0], numberFields(fr.Fields[1:])
}

func secondFields(frames []*frame.Frame) []*frame.Field {
	var out []*frame.Field
	for _, fr := range frames {
		if len(fr.Fields) < 2 {
			return nil
		}
		out = append(out, fr.Fields[1])
	}
	return out
}

func numberFields(fields []*frame.Field) []*frame.Field {
	var out []*frame.Field
	for _, f := range fields {
		if f.Kind == frame.Number {
			out = append(out, f)
		}
	}
	return out
}

// numbered reports whether the name of every field begins with a number.
func numbered(fields []*frame.Field) bool {
	for _, f := range fields {
		if math.IsNaN(bucketEnd(f.Title)) {
			return false
		}
	}
	return len(fields) > 0
}

// bucketEnd returns the number in a row's name. As in Prometheus, a row may be a bucket that is named after its upper
// end.
func bucketEnd(name string) float64 {
	switch name {
	case "+Inf":
		return math.Inf(1)
	case "-Inf":
		return math.Inf(-1)
	}
	return js.LeadingNumber(name)
}

// rowNames are the names of the rows. Names that are numbers get the unit and the decimals of the y axis, if it has any.
func rowNames(j *panel.Job, rows []*frame.Field) []string {
	y := j.Panel.Options.Child("yAxis")
	u := y.Text("unit")
	var decimals *int
	if d := y.Number("decimals"); d != nil && math.Abs(*d) < 100 {
		decimals = new(int(*d))
	}
	out := make([]string, len(rows))
	for i, f := range rows {
		out[i] = f.Title
		if n := js.NumberFromText(strings.TrimSpace(f.Title)); (u != "" || decimals != nil) && !math.IsNaN(n) {
			as := u
			if as == "" {
				as = "short"
			}
			out[i] = unit.Lookup(as)(n, decimals, unit.Env{Now: j.Env.Now, Location: j.Env.Location}).String()
		}
	}
	return out
}
