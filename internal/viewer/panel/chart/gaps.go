package chart

import (
	"math"
	"slices"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
)

// insertGaps puts a missing value behind every pause that is longer than the fields' insertNulls,
// where all fields agree on one.
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

// mostWithGaps is how many rows a frame has at most after gaps have been put in.
const mostWithGaps = 100_000

// insertInto reports whether there was room for all.
func insertInto(fr *frame.Frame, times *frame.Field, limit float64, from, to int64) bool {
	rows := align.TimeOrder(fr)
	if len(rows) == 0 {
		return true
	}
	whole := true
	var at []float64 // new axis
	var source []int // row, or −1
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

// replaceMissing draws missing values as the number that noValue names, if it names one.
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
