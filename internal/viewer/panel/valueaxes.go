package panel

import (
	"fmt"
	"math"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// axes are the value axes of a time series panel. Series share one whose unit, ends, side, scale
// and label are the same.
type axes struct {
	job   *job
	list  []*axis
	index []int // of each series
	// length is how many pixels long an axis is, if labels may be as near as on one that stands.
	length int
}

type axis struct {
	first    *field // its settings are the axis's
	scale    scaleRange
	lo, hi   float64 // extremes of what is drawn
	place    string
	label    string
	min, max float64 // ends
	percent  bool
}

func newAxes(j *job, joined aligned, stacks []stacking, heights [][]*float64) *axes {
	a := &axes{job: j, length: j.plotHeight()}
	byKey := map[string]int{}
	for i, s := range joined.series {
		key := axisKey(s.field)
		at, ok := byKey[key]
		if !ok {
			at = len(a.list)
			byKey[key] = at
			a.list = append(a.list, a.newAxis(s.field))
		}
		ax := a.list[at]
		ax.percent = ax.percent || stacks[i].percent
		if !s.field.config.custom.child("hideFrom").flag("viz") {
			ax.include(heights[i], joined.times, j.from.UnixMilli(), j.to.UnixMilli())
			// A bar is as long as its value: it begins at zero.
			if s.field.config.custom.text("drawStyle") == "bars" && ax.scale.log == 0 && !math.IsInf(ax.lo, 0) {
				ax.lo, ax.hi = math.Min(ax.lo, 0), math.Max(ax.hi, 0)
			}
		}
		a.index = append(a.index, at)
	}
	for _, ax := range a.list {
		ax.scale.percent = ax.percent && ax.scale.hardMin == nil && ax.scale.hardMax == nil
		ax.min, ax.max = ax.scale.ends(ax.lo, ax.hi)
	}
	return a
}

func axisKey(f *field) string {
	c := f.config.custom
	dist := c.child("scaleDistribution")
	return fmt.Sprint(f.config.unit, "/", toText(f.raw["min"]), "/", toText(f.raw["max"]), "/", toText(c["axisSoftMin"]), "/",
		toText(c["axisSoftMax"]), "/", c.textOr("axisPlacement", "auto"), "/", dist.textOr("type", "linear"), dist.numberOr("log", 0),
		"/", c.text("axisLabel"))
}

func (a *axes) newAxis(f *field) *axis {
	c := f.config.custom
	ax := &axis{first: f, lo: math.Inf(1), hi: math.Inf(-1), label: c.text("axisLabel"), place: c.textOr("axisPlacement", "auto")}
	ax.scale = scaleRange{hardMin: f.config.min, hardMax: f.config.max, softMin: c.number("axisSoftMin"),
		softMax: c.number("axisSoftMax"), centered: c.flag("axisCenteredZero"),
		whole: f.config.decimals != nil && *f.config.decimals == 0}
	switch dist := c.child("scaleDistribution"); dist.textOr("type", "linear") {
	case "linear":
	case "log":
		ax.scale.log = dist.numberOr("log", 2)
	default:
		a.job.notices.add("The scale %q is not supported; the axis is linear.", dist.text("type"))
	}
	if ax.place == "auto" {
		ax.place = "left"
		for _, other := range a.list {
			if other.place == "left" {
				ax.place = "right"
			}
		}
	}
	return ax
}

func (ax *axis) include(heights []*float64, times []int64, from, to int64) {
	for i, v := range heights {
		if v == nil || times[i] < from || times[i] > to || ax.scale.log > 0 && *v <= 0 {
			continue
		}
		ax.lo, ax.hi = math.Min(ax.lo, *v), math.Max(ax.hi, *v)
	}
}

func (a *axes) views() []view.Axis {
	height := a.length
	var out []view.Axis
	for _, ax := range a.list {
		f := ax.first
		show := f.show
		if ax.percent {
			show = a.job.withUnit(f, "percentunit")
		}
		label := func(v float64, decimals *int) string { return show(v, decimals).full() }
		v := view.Axis{Label: ax.label, Placement: ax.place, Min: ax.min, Max: ax.max, Log: ax.scale.log}
		switch {
		case ax.scale.log > 1:
			v.Ticks = logTicks(ax.min, ax.max, ax.scale.log, height, label)
		case unit.IsBoolean(f.config.unit):
			for _, at := range []float64{0, 1} {
				v.Ticks = append(v.Ticks, view.Tick{Value: at, Text: label(at, nil)})
			}
		default:
			v.Ticks = valueTicks(ax.min, ax.max, height, f.config.unit, ax.scale.whole, label)
		}
		out = append(out, v)
	}
	return out
}

// plotHeight is about how many pixels high the drawing is: the panel without title, legend and
// time axis.
func (j *job) plotHeight() int {
	const unitHeight, gap, furniture = 30, 8, 75
	h := max(j.panel.GridPos.H, 1)
	height := h*unitHeight + (h-1)*gap - furniture
	if l := j.panel.options.child("legend"); l.flagOr("showLegend", true) && l.textOr("placement", "bottom") == "bottom" {
		height -= 30
	}
	return max(height, 40)
}

// thresholds are the lines and areas that the settings of each axis ask for.
func (a *axes) thresholds() []view.ThresholdMark {
	var out []view.ThresholdMark
	for i, ax := range a.list {
		mode := ax.first.config.custom.child("thresholdsStyle").textOr("mode", "off")
		t := ax.first.config.thresholds
		var line, dash, area bool
		switch mode {
		case "off", "series":
			continue
		case "line":
			line = true
		case "dashed":
			line, dash = true, true
		case "area":
			area = true
		case "line+area":
			line, area = true, true
		case "dashed+area":
			line, dash, area = true, true, true
		default:
			a.job.notices.add("Thresholds shown as %q are not supported.", mode)
			continue
		}
		if t == nil {
			continue
		}
		for _, s := range t.steps {
			m := view.ThresholdMark{Axis: i, Color: a.job.env.colors.hex(s.color), Line: line, Dash: dash, Area: area}
			if !math.IsInf(s.value, 0) {
				v := s.value
				if t.percentage {
					v = ax.min + (ax.max-ax.min)*v/100
				}
				m.Value = &v
			}
			out = append(out, m)
		}
	}
	return out
}
