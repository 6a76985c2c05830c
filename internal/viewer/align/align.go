package align

import (
	"slices"
	"sort"

	"macrowatch/internal/viewer/frame"
)

// Aligned are the frames of a panel on one axis of time.
type Aligned struct {
	Times  []int64
	Series []*Series
}

// Series is one field on the common axis of time.
type Series struct {
	Field  *frame.Field
	Values []any // as many as there are times; nil if the field has no value at a time
	// Absent marks the times that only other frames have. A missing value at such a time is no gap in the line, while a
	// null in the field's own frame is a gap. Absent is nil if there is only one frame.
	Absent []bool

	frame *frame.Frame
	rows  []int // the row of each value in the frame, −1 for none
}

// Frame is the frame that the field is from.
func (s *Series) Frame() *frame.Frame { return s.frame }

// Row is the row of the i-th value in the frame, −1 if the frame has none.
func (s *Series) Row(i int) int { return s.rows[i] }

// Frames joins frames by their first time fields. It takes the fields for which the function `keep` returns true. A single
// frame keeps all its rows, sorted by time. Of several frames, a row replaces an earlier row of the same frame and time.
func Frames(frames []*frame.Frame, keep func(*frame.Field) bool) Aligned {
	var out Aligned
	var used []*frame.Frame
	for _, fr := range frames {
		if fr.FirstOf(frame.Time) != nil && slices.ContainsFunc(fr.Fields, keep) {
			used = append(used, fr)
		}
	}
	if len(used) == 1 {
		fr := used[0]
		order := TimeOrder(fr)
		times := fr.FirstOf(frame.Time)
		out.Times = slices.Grow(out.Times, len(order))
		for _, row := range order {
			out.Times = append(out.Times, int64(times.Values[row].(float64)))
		}
		for _, f := range fr.Fields {
			if !keep(f) {
				continue
			}
			s := &Series{Field: f, Values: make([]any, len(order)), frame: fr, rows: order}
			for i, row := range order {
				s.Values[i] = f.Values[row]
			}
			out.Series = append(out.Series, s)
		}
		return out
	}
	index := map[int64]int{}
	for _, fr := range used {
		for _, v := range fr.FirstOf(frame.Time).Values {
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
		times := fr.FirstOf(frame.Time)
		for _, f := range fr.Fields {
			if !keep(f) {
				continue
			}
			s := &Series{Field: f, Values: make([]any, len(out.Times)), Absent: make([]bool, len(out.Times)), frame: fr, rows: make([]int, len(out.Times))}
			for i := range s.Absent {
				s.Absent[i], s.rows[i] = true, -1
			}
			for row, v := range times.Values {
				if t, ok := v.(float64); ok {
					i := index[int64(t)]
					s.Values[i], s.Absent[i], s.rows[i] = f.Values[row], false, row
				}
			}
			out.Series = append(out.Series, s)
		}
	}
	return out
}

// TimeOrder returns the rows of a frame that have a time, sorted by time.
func TimeOrder(fr *frame.Frame) []int {
	times := fr.FirstOf(frame.Time)
	rows := slices.Grow([]int(nil), len(times.Values))
	for i, v := range times.Values {
		if _, ok := v.(float64); ok {
			rows = append(rows, i)
		}
	}
	sort.SliceStable(rows, func(a, b int) bool { return times.Values[rows[a]].(float64) < times.Values[rows[b]].(float64) })
	return rows
}

// JoinByTime joins frames by their first time fields into one frame, which has a row for every time of any frame.
func JoinByTime(frames []*frame.Frame) *frame.Frame {
	times := map[*frame.Field]bool{}
	var first *frame.Field
	for _, fr := range frames {
		if t := fr.FirstOf(frame.Time); t != nil {
			times[t] = true
			if first == nil {
				first = t
			}
		}
	}
	joined := Frames(frames, func(f *frame.Field) bool { return !times[f] })
	at := *first
	at.Values = make([]any, len(joined.Times))
	for i, t := range joined.Times {
		at.Values[i] = float64(t)
	}
	out := &frame.Frame{Name: frames[0].Name, RefID: frames[0].RefID, Fields: []*frame.Field{&at}, Length: len(joined.Times)}
	for _, s := range joined.Series {
		f := *s.Field
		f.Values, f.JoinedFrom = s.Values, s.Field
		out.Fields = append(out.Fields, &f)
	}
	return out
}
