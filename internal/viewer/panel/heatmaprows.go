package panel

import (
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/unit"
)

// heatData is a heatmap as rows and columns. A column's cells reach from step below its x to x.
type heatData struct {
	names  []string // of the rows, from bottom to top
	xs     []float64
	time   bool
	step   float64
	values [][]*float64 // by column, then by row
}

// heatRows reads frames with a time or a number in the first column and a row of the heatmap in
// each number column after it, or says why nothing can be drawn.
func (j *job) heatRows() (heatData, string) {
	x, rows := j.heatFields()
	switch {
	case x == nil || x.kind != typeTime && x.kind != typeNumber:
		return heatData{}, "A heatmap needs a time or a number in its first column"
	case len(rows) == 0:
		return heatData{}, "Data is missing a number field"
	}
	heat := heatData{time: x.kind == typeTime, names: j.rowNames(rows)}
	for i, v := range x.values {
		at := number(v)
		if at == nil || math.IsInf(*at, 0) {
			continue // no place on the axis
		}
		column := make([]*float64, len(rows))
		for r, f := range rows {
			if n := number(f.values[i]); n != nil && !math.IsInf(*n, 0) {
				column[r] = n
			}
		}
		heat.xs, heat.values = append(heat.xs, *at), append(heat.values, column)
	}
	if len(heat.xs) == 0 {
		return heat, "No data"
	}
	// All cells are as wide as the first two columns are apart; one column alone fills the axis.
	if len(heat.xs) > 1 {
		heat.step = math.Abs(heat.xs[1] - heat.xs[0])
	}
	if heat.step == 0 && heat.time {
		heat.step = float64(j.to.UnixMilli() - j.from.UnixMilli())
	} else if heat.step == 0 {
		heat.step = 1
	}
	switch j.panel.options.child("rowsFrame").text("layout") {
	case "", "auto", "unknown":
		if _, bounds := rows[0].labels["le"]; bounds {
			j.notices.add("The names of the rows stand in their middle, not at their upper ends.")
		}
	default:
		j.notices.add("The names of the rows stand in their middle, whatever \"tick alignment\" says.")
	}
	return heat, ""
}

// heatFields are the x field and those of the rows. Rows whose names are all numbers are in the
// order of those, and x is then the first time.
func (j *job) heatFields() (x *field, rows []*field) {
	fr := j.frames[0]
	if len(j.frames) > 1 {
		if numbered(secondFields(j.frames)) {
			slices.SortStableFunc(j.frames, func(a, b *frame) int {
				return compareNumbers(ptr(sample(a.fields[1].title)), ptr(sample(b.fields[1].title)))
			})
		}
		if !slices.ContainsFunc(j.frames, func(f *frame) bool { return f.firstOf(typeTime) != nil }) {
			return nil, nil
		}
		fr = joinByTime(j.frames)
		return fr.fields[0], numberFields(fr.fields[1:])
	}
	if all := numberFields(fr.fields); numbered(all) {
		slices.SortStableFunc(all, func(a, b *field) int { return compareNumbers(ptr(sample(a.title)), ptr(sample(b.title))) })
		return fr.firstOf(typeTime), all
	}
	if len(fr.fields) == 0 {
		return nil, nil
	}
	return fr.fields[0], numberFields(fr.fields[1:])
}

func secondFields(frames []*frame) []*field {
	var out []*field
	for _, fr := range frames {
		if len(fr.fields) < 2 {
			return nil
		}
		out = append(out, fr.fields[1])
	}
	return out
}

func numberFields(fields []*field) []*field {
	var out []*field
	for _, f := range fields {
		if f.kind == typeNumber {
			out = append(out, f)
		}
	}
	return out
}

// numbered reports whether every name begins with a number.
func numbered(fields []*field) bool {
	for _, f := range fields {
		if math.IsNaN(sample(f.title)) {
			return false
		}
	}
	return len(fields) > 0
}

// sample is the number that a row's name stands for, as in Prometheus.
func sample(name string) float64 {
	switch name {
	case "+Inf":
		return math.Inf(1)
	case "-Inf":
		return math.Inf(-1)
	}
	return leadingNumber(name)
}

// rowNames are the fields' names; those that are numbers take the axis's unit where it has one.
func (j *job) rowNames(rows []*field) []string {
	y := j.panel.options.child("yAxis")
	u := y.text("unit")
	var decimals *int
	if d := y.number("decimals"); d != nil && math.Abs(*d) < 100 {
		decimals = ptr(int(*d))
	}
	out := make([]string, len(rows))
	for i, f := range rows {
		out[i] = f.title
		if n := numberFromText(strings.TrimSpace(f.title)); (u != "" || decimals != nil) && !math.IsNaN(n) {
			as := u
			if as == "" {
				as = "short"
			}
			out[i] = unit.Lookup(as)(n, decimals, unit.Env{Now: j.env.now, Location: j.env.location}).String()
		}
	}
	return out
}
