package chart

import (
	"math"
	"slices"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
)

// This file has the rules for gaps, which time series and state timelines share. A gap is a missing value in a
// series: a line breaks there, and a state ends. insertNulls makes gaps of long pauses, spanNulls bridges gaps, and
// noValue may draw them as a number.

// insertGaps puts a missing value into every pause that is longer than the fields' insertNulls, provided that all
// fields with this setting agree on it.
func insertGaps(j *panel.Job, frames []*frame.Frame) {
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	for _, fr := range frames {
		var limit float64
		for _, f := range fr.Fields {
			n, ok := f.Config.Custom["insertNulls"].(float64)
			if ok && n > 0 && limit != 0 && n != limit {
				limit = math.NaN()
			} else if ok && n > 0 {
				limit = n
			}
		}
		times := fr.FirstOf(frame.Time)
		if times == nil || !(limit > 0) || fr.Length == 0 {
			continue
		}
		if !insertInto(fr, times, limit, from, to) {
			j.Notices.Add("Only the first %d rows and gaps are drawn: the threshold for gaps is too small for this range.", mostWithGaps)
		}
	}
}

// mostWithGaps is the greatest number of rows that a frame may have when the gaps are in it.
const mostWithGaps = 100_000

// insertInto puts the gaps of one frame into it. It reports whether there was room for all of them.
func insertInto(fr *frame.Frame, times *frame.Field, limit float64, from, to int64) bool {
	rows := align.TimeOrder(fr)
	if len(rows) == 0 {
		return true
	}
	whole := true
	var at []float64 // the new instants
	var source []int // the row of each, or −1 for a gap
	add := func(t float64, row int) {
		if len(at) == mostWithGaps {
			whole = false
			return
		}
		at, source = append(at, t), append(source, row)
	}
	first := times.Values[rows[0]].(float64)
	if float64(from) < first {
		for t := first - math.Ceil((first-float64(from))/limit)*limit; t < first && whole; t += limit {
			add(t, -1)
		}
	}
	before := first
	for _, row := range rows {
		t := times.Values[row].(float64)
		for ; t-before > limit && whole; before += limit {
			add(before+limit, -1)
		}
		add(t, row)
		before = t
	}
	for ; before+limit < float64(to) && whole; before += limit {
		add(before+limit, -1)
	}
	for _, f := range fr.Fields {
		values := make([]any, len(at))
		for i, row := range source {
			switch {
			case f == times:
				values[i] = at[i]
			case row >= 0:
				values[i] = f.Values[row]
			}
		}
		f.Values = values
	}
	fr.Length = len(at)
	return whole
}

// longestBridged reads the setting spanNulls. It returns a number of milliseconds: the drawing goes on over
// shorter gaps. It is infinite if all gaps are bridged, and 0 if none is.
func longestBridged(spanNulls any) float64 {
	switch n := spanNulls.(type) {
	case bool:
		if n {
			return math.Inf(1)
		}
	case float64:
		return math.Max(n, 0)
	}
	return 0
}

// bridged marks the missing values over which the state before them goes on.
func bridged(values []any, points []statePoint, spanNulls any) []bool {
	longest := longestBridged(spanNulls)
	out := make([]bool, len(values))
	if longest == 0 {
		return out
	}
	before, gap := -1, -1
	for i, v := range values {
		if v == nil {
			if gap < 0 && before >= 0 {
				gap = i
			}
			continue
		}
		if gap >= 0 && float64(points[i].at-points[before].at) < longest {
			for k := gap; k < i; k++ {
				out[k] = true
			}
		}
		before, gap = i, -1
	}
	return out
}

// replaceMissing draws missing values as the number that noValue holds, if it holds one.
func replaceMissing(f *frame.Field) {
	v, set := f.Merged["noValue"]
	if !set {
		return
	}
	n := js.NumberFromText(js.Text(v))
	if math.IsNaN(n) {
		return
	}
	values := slices.Clone(f.Values)
	for i, v := range values {
		if v == nil {
			values[i] = n
		}
	}
	f.Values = values
}
