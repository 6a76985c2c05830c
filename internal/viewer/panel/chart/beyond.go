package chart

import (
	"slices"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/view"
)

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
	reaches := map[string]axis.Reach{}
	for k, values := range byAxis {
		reaches[k] = axis.ReachOf(values)
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

// edge draws the outliers of one series, and says so.
func edge(j *panel.Job, s *view.Series, o outliers, i int, heights []*float64, ax *valueAxis) {
	plot, at := o.toTheEdge(i, heights, ax)
	if plot == nil {
		return
	}
	s.Plot, s.Beyond = plot, at
	j.SayBeyond(o.count, s.Texts[at[0]])
}
