package panel

import (
	"math"
	"slices"
	"sort"
)

// aligned is the frames of a time panel on one axis of time.
type aligned struct {
	times  []int64
	series []*alignedSeries
}

// alignedSeries is one value field on the common axis. A value is nil where there is none; absent
// marks those where the instant came from another frame, which is no gap.
type alignedSeries struct {
	field  *field
	values []any
	absent []bool // nil where there are none
}

// align joins frames by their first time field. Only fields that keep accepts are taken. A single
// frame keeps its rows as they are, sorted by time; of several the last row of an instant counts.
func align(frames []*frame, keep func(*field) bool) aligned {
	var out aligned
	var used []*frame
	for _, fr := range frames {
		if fr.firstOf(typeTime) != nil && slices.ContainsFunc(fr.fields, keep) {
			used = append(used, fr)
		}
	}
	if len(used) == 1 {
		fr := used[0]
		order := timeOrder(fr)
		times := fr.firstOf(typeTime)
		for _, row := range order {
			out.times = append(out.times, int64(times.values[row].(float64)))
		}
		for _, f := range fr.fields {
			if !keep(f) {
				continue
			}
			s := &alignedSeries{field: f, values: make([]any, len(order))}
			for i, row := range order {
				s.values[i] = f.values[row]
			}
			out.series = append(out.series, s)
		}
		return out
	}
	index := map[int64]int{}
	for _, fr := range used {
		for _, v := range fr.firstOf(typeTime).values {
			if t, ok := v.(float64); ok {
				index[int64(t)] = 0
			}
		}
	}
	for t := range index {
		out.times = append(out.times, t)
	}
	slices.Sort(out.times)
	for i, t := range out.times {
		index[t] = i
	}
	for _, fr := range used {
		times := fr.firstOf(typeTime)
		for _, f := range fr.fields {
			if !keep(f) {
				continue
			}
			s := &alignedSeries{field: f, values: make([]any, len(out.times)), absent: make([]bool, len(out.times))}
			for i := range s.absent {
				s.absent[i] = true
			}
			for row, v := range times.values {
				if t, ok := v.(float64); ok {
					i := index[int64(t)]
					s.values[i], s.absent[i] = f.values[row], false
				}
			}
			out.series = append(out.series, s)
		}
	}
	return out
}

// timeOrder lists the rows of a frame that have a time, by time.
func timeOrder(fr *frame) []int {
	times := fr.firstOf(typeTime)
	var rows []int
	for i, v := range times.values {
		if _, ok := v.(float64); ok {
			rows = append(rows, i)
		}
	}
	sort.SliceStable(rows, func(a, b int) bool { return times.values[rows[a]].(float64) < times.values[rows[b]].(float64) })
	return rows
}

// insertGaps puts a missing value behind every pause that is longer than the fields' insertNulls,
// where all fields agree on one.
func (j *job) insertGaps(frames []*frame) {
	from, to := j.from.UnixMilli(), j.to.UnixMilli()
	for _, fr := range frames {
		var limit float64
		for _, f := range fr.fields {
			n, ok := f.config.custom["insertNulls"].(float64)
			if ok && n > 0 && limit != 0 && n != limit {
				limit = math.NaN()
			} else if ok && n > 0 {
				limit = n
			}
		}
		times := fr.firstOf(typeTime)
		if times == nil || !(limit > 0) || fr.length == 0 {
			continue
		}
		if !insertInto(fr, times, limit, from, to) {
			j.notices.add("Only the first %d rows and gaps are drawn: the threshold for gaps is too small for this range.", mostWithGaps)
		}
	}
}

// mostWithGaps is how many rows a frame has at most after gaps have been put in.
const mostWithGaps = 100_000

// insertInto reports whether there was room for all.
func insertInto(fr *frame, times *field, limit float64, from, to int64) bool {
	rows := timeOrder(fr)
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
	first := times.values[rows[0]].(float64)
	if float64(from) < first {
		for t := first - math.Ceil((first-float64(from))/limit)*limit; t < first && whole; t += limit {
			add(t, -1)
		}
	}
	before := first
	for _, row := range rows {
		t := times.values[row].(float64)
		for ; t-before > limit && whole; before += limit {
			add(before+limit, -1)
		}
		add(t, row)
		before = t
	}
	for ; before+limit < float64(to) && whole; before += limit {
		add(before+limit, -1)
	}
	for _, f := range fr.fields {
		values := make([]any, len(at))
		for i, row := range source {
			switch {
			case f == times:
				values[i] = at[i]
			case row >= 0:
				values[i] = f.values[row]
			}
		}
		f.values = values
	}
	fr.length = len(at)
	return whole
}

// replaceMissing draws missing values as the number that noValue names, if it names one.
func replaceMissing(f *field) {
	v, set := f.raw["noValue"]
	if !set {
		return
	}
	n := numberFromText(toText(v))
	if math.IsNaN(n) {
		return
	}
	values := slices.Clone(f.values)
	for i, v := range values {
		if v == nil {
			values[i] = n
		}
	}
	f.values = values
}
