package panel

import (
	"math"
	"unicode/utf8"
)

// newBarAxes gives the fields of a bar chart their value axes: those with the same unit share one,
// whose ends take in every field's.
func newBarAxes(j *job, fields []*field, stacks []stacking, heights [][]*float64, orientation string) *axes {
	a := &axes{job: j, length: j.plotHeight()}
	byUnit := map[string]int{}
	for i, f := range fields {
		at, ok := byUnit[f.config.unit]
		if !ok {
			at = len(a.list)
			byUnit[f.config.unit] = at
			a.list = append(a.list, a.newAxis(f))
			if f.config.custom.textOr("axisPlacement", "auto") == "auto" {
				a.list[at].place = "left"
			}
		}
		ax := a.list[at]
		// Bars begin at zero unless the settings have another end.
		ax.scale.hardMin = optional(ax.scale.hardMin, f.config.min, math.Min)
		ax.scale.hardMax = optional(ax.scale.hardMax, f.config.max, math.Max)
		if ax.label == "" {
			ax.label = f.config.custom.text("axisLabel")
		}
		ax.percent = ax.percent || stacks[i].percent
		for _, v := range heights[i] {
			if v != nil && (ax.scale.log == 0 || *v > 0) {
				ax.lo, ax.hi = math.Min(ax.lo, *v), math.Max(ax.hi, *v)
			}
		}
		a.index = append(a.index, at)
	}
	for _, ax := range a.list {
		if f := ax.first; ax.scale.softMin == nil && f.config.min == nil {
			ax.scale.softMin = ptr(0.0)
		}
		if f := ax.first; ax.scale.softMax == nil && f.config.max == nil {
			ax.scale.softMax = ptr(0.0)
		}
		ax.scale.percent = ax.percent && ax.scale.hardMin == nil && ax.scale.hardMax == nil
		ax.min, ax.max = ax.scale.ends(ax.lo, ax.hi)
	}
	if orientation == "horizontal" || orientation == "auto" && j.higherThanWide() {
		a.length = a.horizontalLength()
	}
	return a
}

func optional(a, b *float64, pick func(a, b float64) float64) *float64 {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return ptr(pick(*a, *b))
}

// higherThanWide is about the place of the panel in the grid.
func (j *job) higherThanWide() bool {
	const row = 38 // pixels, with the gap
	return j.request.width() < j.panel.GridPos.H*row
}

// horizontalLength is the length of a value axis that lies, in units of the distance that labels
// have on one that stands: here they need room for their texts.
func (a *axes) horizontalLength() int {
	const character, gap, names = 7, 18, 120
	widest := 1
	for _, ax := range a.list {
		big := math.Max(math.Abs(ax.min), math.Abs(ax.max))
		widest = max(widest, utf8.RuneCountInString(ax.first.show(big, nil).full()))
	}
	room := max(a.job.request.width()-names, 100)
	return room * tickSpacing / (widest*character + gap)
}
