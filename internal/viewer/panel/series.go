package panel

import (
	"math"
	"slices"
	"sort"
)

// Aligned is the frames of a time panel on one axis of time.
type Aligned struct {
	Times  []int64
	Series []*Series
}

// Series is one value field on the common axis. A value is nil where there is none; absent
// marks those where the instant came from another frame, which is no gap.
type Series struct {
	Field  *Field
	Values []any
	Absent []bool // nil where there are none
}

// align joins frames by their first time field. Only fields that keep accepts are taken. A single
// frame keeps its rows as they are, sorted by time; of several the last row of an instant counts.
func align(frames []*Frame, keep func(*Field) bool) Aligned {
	var out Aligned
	var used []*Frame
	for _, fr := range frames {
		if fr.FirstOf(typeTime) != nil && slices.ContainsFunc(fr.Fields, keep) {
			used = append(used, fr)
		}
	}
	if len(used) == 1 {
		fr := used[0]
		order := timeOrder(fr)
		times := fr.FirstOf(typeTime)
		for _, row := range order {
			out.Times = append(out.Times, int64(times.Values[row].(float64)))
		}
		for _, f := range fr.Fields {
			if !keep(f) {
				continue
			}
			s := &Series{Field: f, Values: make([]any, len(order))}
			for i, row := range order {
				s.Values[i] = f.Values[row]
			}
			out.Series = append(out.Series, s)
		}
		return out
	}
	index := map[int64]int{}
	for _, fr := range used {
		for _, v := range fr.FirstOf(typeTime).Values {
			if t, ok := v.(float64); ok {
				index[int64(t)] = 0
			}
		}
	}
	for t := range index {
		out.Times = append(out.Times, t)
	}
	slices.Sort(out.Times)
	for i, t := range out.Times {
		index[t] = i
	}
	for _, fr := range used {
		times := fr.FirstOf(typeTime)
		for _, f := range fr.Fields {
			if !keep(f) {
				continue
			}
			s := &Series{Field: f, Values: make([]any, len(out.Times)), Absent: make([]bool, len(out.Times))}
			for i := range s.Absent {
				s.Absent[i] = true
			}
			for row, v := range times.Values {
				if t, ok := v.(float64); ok {
					i := index[int64(t)]
					s.Values[i], s.Absent[i] = f.Values[row], false
				}
			}
			out.Series = append(out.Series, s)
		}
	}
	return out
}

// timeOrder lists the rows of a frame that have a time, by time.
func timeOrder(fr *Frame) []int {
	times := fr.FirstOf(typeTime)
	var rows []int
	for i, v := range times.Values {
		if _, ok := v.(float64); ok {
			rows = append(rows, i)
		}
	}
	sort.SliceStable(rows, func(a, b int) bool { return times.Values[rows[a]].(float64) < times.Values[rows[b]].(float64) })
	return rows
}

// insertGaps puts a missing value behind every pause that is longer than the fields' insertNulls,
// where all fields agree on one.
func (j *Job) insertGaps(frames []*Frame) {
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
		times := fr.FirstOf(typeTime)
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
func insertInto(fr *Frame, times *Field, limit float64, from, to int64) bool {
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
func replaceMissing(f *Field) {
	v, set := f.Merged["noValue"]
	if !set {
		return
	}
	n := numberFromText(toText(v))
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
