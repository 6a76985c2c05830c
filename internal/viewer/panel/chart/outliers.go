package chart

import (
	"slices"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/view"
)

// outliers are the values that are too large to be drawn to scale with the others of their axis.
type outliers struct {
	at    [][]bool // by series and by place in it; nil for a series without outliers
	count int
}

// separateOutliers finds the outliers among the heights that are drawn. It returns them, and the heights without them.
// Series with the same key share an axis.
func separateOutliers(heights [][]*float64, key func(i int) string) (outliers, [][]*float64) {
	byAxis := map[string][]float64{}
	for i, h := range heights {
		k := key(i)
		values := slices.Grow(byAxis[k], len(h))
		for _, v := range h {
			if v != nil {
				values = append(values, *v)
			}
		}
		byAxis[k] = values
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

// atEdge moves the outliers of series i to the edge of its axis. It returns the heights that are drawn, and the places
// of the outliers. Both are nil if the series has none.
func (o outliers) atEdge(i int, heights []*float64, ax *valueAxis) (plot []*float64, at []int) {
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

// drawOutliers draws the outliers of series i at the edge of its axis and adds a notice about them.
func drawOutliers(j *panel.Job, s *view.Series, o outliers, i int, heights []*float64, ax *valueAxis) {
	plot, at := o.atEdge(i, heights, ax)
	if plot == nil {
		return
	}
	s.Plot, s.Beyond = plot, at
	j.NoteOutliers(o.count, s.Texts[at[0]])
}
