package transform

import (
	"fmt"
	"math"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/reducer"
)

// reduceRow adds a field that reduces the values of each row.
func (c *calculation) reduceRow() ([]*frame.Frame, error) {
	o := c.options.Child("reduce")
	id := o.TextOr("reducer", "sum")
	if id = reducer.CurrentName(id); id == "median" {
		c.pipeline.Notices.Add("Grafana 11.4 computes no median; the 50th percentile (p50) is near it.")
	}
	info, known := reducer.Lookup(id)
	if !known {
		return nil, reducer.Unknown(id)
	}
	match := matcher.ByKind(frame.Number)
	if include := o.Texts("include"); len(include) > 0 {
		match = matcher.ByNames(include)
	}
	mode := o.Text("nullValueMode")
	return c.each(info.Title, func(fr *frame.Frame) ([]any, error) {
		var columns []*frame.Field
		for _, f := range fr.Fields {
			if !match(f, fr, c.frames) {
				continue
			}
			if f.Kind != frame.Number && f.Kind != frame.Time {
				return nil, fmt.Errorf("%q holds no numbers and can't be calculated with", frame.DisplayName(f, fr, c.frames))
			}
			columns = append(columns, f)
		}
		out := make([]any, fr.Length)
		for row := range out {
			values := make([]any, len(columns))
			for i, f := range columns {
				values[i] = f.At(row)
			}
			out[row] = rowCalc(values, id, mode)
		}
		return out, nil
	})
}

// rowCalc reduces the values of one row. Unlike a reducer of a field it counts missing values, unless mode says otherwise:
// "connected" skips them, and "null as zero" counts them as 0.
func rowCalc(values []any, id, mode string) any {
	f := frame.NewField("", frame.Number, values)
	if len(values) == 0 {
		return emptyRow(id)
	}
	switch id {
	case "first", "last", "firstNotNull", "lastNotNull", "allValues", "uniqueValues", "variance", "stdDev":
		return reduceStep(f, id)
	}
	if CountsAbsent(id) {
		kept := []any{}
		for _, v := range values {
			switch {
			case v == nil && mode == "connected":
				continue
			case v == nil && mode == "null as zero":
				v = 0.0
			}
			kept = append(kept, v)
		}
		return reduceAsIs(kept, id)
	}
	if mode == "null as zero" {
		for i, v := range values {
			if js.Missing(v) {
				values[i] = 0.0
			}
		}
	}
	if id == "count" && mode != "connected" {
		return float64(len(values))
	}
	return reduceStep(f, id)
}

// emptyRow is the result of a reducer if the row has no field to compute with.
func emptyRow(id string) any {
	switch id {
	case "sum", "count", "delta", "diffperc", "variance", "stdDev", "changeCount", "distinctCount":
		return 0.0
	case "logmin":
		return math.MaxFloat64
	case "allIsNull":
		return true
	case "allIsZero":
		return false
	case "allValues", "uniqueValues":
		return []any{}
	}
	return nil
}
