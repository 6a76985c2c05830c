package panel

import (
	"math"
	"slices"

	"macrowatch/internal/viewer/view"
)

const (
	// farBeyond is how many times as far from zero as the others a value may lie before it is drawn at the
	// edge: nothing that a desk measures on one axis is a million million times as large as the rest.
	farBeyond = 1e12
	// largestDrawn is how far an axis goes at most; beyond it neither ticks nor JSON can follow.
	largestDrawn = 1e300
)

// Reach is how far from zero values are drawn to scale. One value of 1e308 would otherwise press all others into
// a line, and nothing could be read.
type Reach float64

// reachOf is the reach of some values: farBeyond times the lower quartile of their sizes, or of 1. Zeros and
// what is no number don't count.
func reachOf(values []float64) Reach {
	var sizes []float64
	for _, v := range values {
		if size := math.Abs(v); size > 0 && !math.IsInf(size, 0) { // and no NaN
			sizes = append(sizes, size)
		}
	}
	if len(sizes) == 0 {
		return largestDrawn
	}
	slices.Sort(sizes)
	typical := sizes[(len(sizes)-1)/4]
	return Reach(math.Min(math.Max(typical, 1), largestDrawn/farBeyond) * farBeyond)
}

// Exceeds reports whether a value lies beyond.
func (r Reach) Exceeds(v float64) bool { return math.Abs(v) > float64(r) }

// numbersIn are the finite numbers of some fields.
func numbersIn(fields []*Field) []float64 {
	var out []float64
	for _, f := range fields {
		for _, v := range f.Values {
			if n, ok := v.(float64); ok && finite(n) != nil {
				out = append(out, n)
			}
		}
	}
	return out
}

// within are the least and the greatest of the values that lie in their reach; any is whether one does not.
func within(values []float64) (lo, hi float64, any bool) {
	r := reachOf(values)
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if r.Exceeds(v) {
			any = true
			continue
		}
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi, any
}

// outliers are the values that lie beyond the others of their axis, by series and place.
type outliers struct {
	at    [][]bool // nil for a series that has none
	count int
}

// setAside finds them among the heights that are drawn, and gives the heights without them. Series with the
// same key share an axis.
func setAside(heights [][]*float64, key func(i int) string) (outliers, [][]*float64) {
	byAxis := map[string][]float64{}
	for i, h := range heights {
		for _, v := range h {
			if v != nil {
				byAxis[key(i)] = append(byAxis[key(i)], *v)
			}
		}
	}
	reaches := map[string]Reach{}
	for k, values := range byAxis {
		reaches[k] = reachOf(values)
	}
	out := outliers{at: make([][]bool, len(heights))}
	rest := slices.Clone(heights)
	for i, h := range heights {
		r := reaches[key(i)]
		for k, v := range h {
			if v == nil || !r.Exceeds(*v) {
				continue
			}
			if out.at[i] == nil {
				out.at[i], rest[i] = make([]bool, len(h)), slices.Clone(h)
			}
			out.at[i][k], rest[i][k] = true, nil
			out.count++
		}
	}
	return out, rest
}

// toTheEdge draws a series' outliers at the edge of its axis: the heights that are drawn, and where they are.
// Both are nil where there are none.
func (o outliers) toTheEdge(i int, heights []*float64, ax *valueAxis) (plot []*float64, at []int) {
	if o.at[i] == nil {
		return nil, nil
	}
	plot = slices.Clone(heights)
	for k, beyond := range o.at[i] {
		if !beyond {
			continue
		}
		edge := ax.max
		if *heights[k] < 0 {
			edge = ax.min
		}
		plot[k] = &edge
		at = append(at, k)
	}
	return plot, at
}

// SayBeyond says that values are drawn at the edge.
func (j *Job) SayBeyond(count int, example string) {
	switch {
	case count == 1:
		j.Notices.Add("1 value is too large to be drawn with the others: %s. It stands at the edge.", example)
	case count > 1:
		j.Notices.Add("%d values are too large to be drawn with the others, %s for instance. They stand at the edge.", count, example)
	}
}

// edge draws the outliers of one series, and says so.
func (j *Job) edge(s *view.Series, o outliers, i int, heights []*float64, ax *valueAxis) {
	plot, at := o.toTheEdge(i, heights, ax)
	if plot == nil {
		return
	}
	s.Plot, s.Beyond = plot, at
	j.SayBeyond(o.count, s.Texts[at[0]])
}
