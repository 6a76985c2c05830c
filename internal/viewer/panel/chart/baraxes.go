package chart

import (
	"math"
	"unicode/utf8"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/panel"
)

// newBarAxes makes the value axes of a bar chart. Fields with the same unit share an axis, which is long enough for all of
// them.
func newBarAxes(j *panel.Job, fields []*frame.Field, stacks []stacking, heights [][]*float64, orientation string) *axes {
	a := &axes{job: j, length: plotHeight(j)}
	byUnit := map[string]int{}
	for i, f := range fields {
		at, ok := byUnit[f.Config.Unit]
		if !ok {
			at = len(a.list)
			byUnit[f.Config.Unit] = at
			a.list = append(a.list, a.newAxis(f))
			if f.Config.Custom.TextOr("axisPlacement", "auto") == "auto" {
				a.list[at].place = "left"
			}
		}
		ax := a.list[at]
		ax.scale.HardMin = optional(ax.scale.HardMin, f.Config.Min, math.Min)
		ax.scale.HardMax = optional(ax.scale.HardMax, f.Config.Max, math.Max)
		if ax.label == "" {
			ax.label = f.Config.Custom.Text("axisLabel")
		}
		ax.percent = ax.percent || stacks[i].percent
		for _, v := range heights[i] {
			if v != nil && (ax.scale.Log == 0 || *v > 0) {
				ax.lo, ax.hi = math.Min(ax.lo, *v), math.Max(ax.hi, *v)
			}
		}
		a.index = append(a.index, at)
	}
	for _, ax := range a.list {
		// Bars begin at zero, unless the settings say where the axis ends.
		if f := ax.first; ax.scale.SoftMin == nil && f.Config.Min == nil {
			ax.scale.SoftMin = new(0.0)
		}
		if f := ax.first; ax.scale.SoftMax == nil && f.Config.Max == nil {
			ax.scale.SoftMax = new(0.0)
		}
		ax.scale.Percent = ax.percent && ax.scale.HardMin == nil && ax.scale.HardMax == nil
		ax.min, ax.max = ax.scale.Ends(ax.lo, ax.hi)
	}
	if orientation == "horizontal" || orientation == "auto" && higherThanWide(j) {
		a.length = a.horizontalLength()
	}
	return a
}

// optional applies the function `pick` to two numbers. If one of them is missing, it returns the other.
func optional(a, b *float64, pick func(a, b float64) float64) *float64 {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return new(pick(*a, *b))
}

// higherThanWide reports whether the panel is higher than wide, going by its place in the grid.
func higherThanWide(j *panel.Job) bool {
	const row = 38 // pixels, with the gap below it
	return j.Request.DrawnWidth() < j.Panel.GridPos.H*row
}

// horizontalLength is the length of a horizontal value axis. The labels of such an axis need room for the width of their
// texts, so its length is scaled until as many labels fit on it as on a vertical axis of that length.
func (a *axes) horizontalLength() int {
	const character, gap, names = 7, 18, 120
	widest := 1
	for _, ax := range a.list {
		big := math.Max(math.Abs(ax.min), math.Abs(ax.max))
		widest = max(widest, utf8.RuneCountInString(ax.first.Show(big, nil).Full()))
	}
	room := max(a.job.Request.DrawnWidth()-names, 100)
	return room * axis.TickSpacing / (widest*character + gap)
}
