package chart

import (
	"fmt"
	"math"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// axes are the value axes of a chart. Series share an axis if they have the same unit, ends, side, scale and label.
type axes struct {
	job   *panel.Job
	list  []*valueAxis
	index []int // of each series' axis in list
	// length is the length of an axis in pixels. It decides how many labels the axis has.
	length int
}

// valueAxis is one value axis.
type valueAxis struct {
	first    *frame.Field // the field whose settings the axis has
	scale    axis.Scale
	lo, hi   float64 // the least and the greatest height that is drawn
	place    string
	label    string
	min, max float64 // the ends of the axis
	percent  bool
}

// newAxes makes the value axes of a time series panel.
func newAxes(j *panel.Job, joined align.Aligned, stacks []stacking, heights [][]*float64) *axes {
	a := &axes{job: j, length: plotHeight(j)}
	byKey := map[string]int{}
	for i, s := range joined.Series {
		key := axisKey(s.Field)
		at, ok := byKey[key]
		if !ok {
			at = len(a.list)
			byKey[key] = at
			a.list = append(a.list, a.newAxis(s.Field))
		}
		ax := a.list[at]
		ax.percent = ax.percent || stacks[i].percent
		if !s.Field.Config.Custom.Child("hideFrom").Flag("viz") {
			ax.include(heights[i], joined.Times, j.From.UnixMilli(), j.To.UnixMilli())
			// A bar begins at zero, so that its length is its value.
			if s.Field.Config.Custom.Text("drawStyle") == "bars" && ax.scale.Log == 0 && !math.IsInf(ax.lo, 0) {
				ax.lo, ax.hi = math.Min(ax.lo, 0), math.Max(ax.hi, 0)
			}
		}
		a.index = append(a.index, at)
	}
	for _, ax := range a.list {
		ax.scale.Percent = ax.percent && ax.scale.HardMin == nil && ax.scale.HardMax == nil
		ax.min, ax.max = ax.scale.Ends(ax.lo, ax.hi)
	}
	return a
}

// axisKey is the same for fields that share an axis.
func axisKey(f *frame.Field) string {
	c := f.Config.Custom
	dist := c.Child("scaleDistribution")
	return fmt.Sprint(f.Config.Unit, "/", js.Text(f.Merged["min"]), "/", js.Text(f.Merged["max"]), "/", js.Text(c["axisSoftMin"]), "/",
		js.Text(c["axisSoftMax"]), "/", c.TextOr("axisPlacement", "auto"), "/", dist.TextOr("type", "linear"), dist.NumberOr("log", 0),
		"/", c.Text("axisLabel"))
}

func (a *axes) newAxis(f *frame.Field) *valueAxis {
	c := f.Config.Custom
	ax := &valueAxis{first: f, lo: math.Inf(1), hi: math.Inf(-1), label: c.Text("axisLabel"), place: c.TextOr("axisPlacement", "auto")}
	ax.scale = axis.Scale{HardMin: f.Config.Min, HardMax: f.Config.Max, SoftMin: c.Number("axisSoftMin"),
		SoftMax: c.Number("axisSoftMax"), Centered: c.Flag("axisCenteredZero"),
		Whole: f.Config.Decimals != nil && *f.Config.Decimals == 0}
	switch dist := c.Child("scaleDistribution"); dist.TextOr("type", "linear") {
	case "linear":
	case "log":
		ax.scale.Log = dist.NumberOr("log", 2)
	default:
		a.job.Notices.Add("The scale %q is not supported; the axis is linear.", dist.Text("type"))
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

// include widens the axis's data by the heights between two instants.
func (ax *valueAxis) include(heights []*float64, times []int64, from, to int64) {
	for i, v := range heights {
		if v == nil || times[i] < from || times[i] > to || ax.scale.Log > 0 && *v <= 0 {
			continue
		}
		ax.lo, ax.hi = math.Min(ax.lo, *v), math.Max(ax.hi, *v)
	}
}

// views are the axes with their ticks, as the page draws them.
func (a *axes) views() []view.Axis {
	height := a.length
	var out []view.Axis
	for _, ax := range a.list {
		f := ax.first
		show := f.Show
		if ax.percent {
			show = a.job.WithUnit(f, "percentunit")
		}
		label := func(v float64, decimals *int) string { return show(v, decimals).Full() }
		v := view.Axis{Label: ax.label, Placement: ax.place, Min: ax.min, Max: ax.max, Log: ax.scale.Log}
		switch {
		case ax.scale.Log > 1:
			v.Ticks = axis.LogTicks(ax.min, ax.max, ax.scale.Log, height, label)
		case unit.IsBoolean(f.Config.Unit):
			for _, at := range []float64{0, 1} {
				v.Ticks = append(v.Ticks, view.Tick{Value: at, Text: label(at, nil)})
			}
		default:
			v.Ticks = axis.ValueTicks(ax.min, ax.max, height, f.Config.Unit, ax.scale.Whole, label)
		}
		out = append(out, v)
	}
	return out
}

// plotHeight is about how many pixels high the plot is: the panel without its title, legend and time axis.
func plotHeight(j *panel.Job) int {
	const unitHeight, gap, furniture = 30, 8, 75
	h := max(j.Panel.GridPos.H, 1)
	height := h*unitHeight + (h-1)*gap - furniture
	if l := j.Panel.Options.Child("legend"); l.FlagOr("showLegend", true) && l.TextOr("placement", "bottom") == "bottom" {
		height -= 30
	}
	return max(height, 40)
}

// thresholds are the lines and areas that the settings of each axis ask for.
func (a *axes) thresholds() []view.ThresholdMark {
	var out []view.ThresholdMark
	for i, ax := range a.list {
		mode := ax.first.Config.Custom.Child("thresholdsStyle").TextOr("mode", "off")
		t := ax.first.Config.Thresholds
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
			a.job.Notices.Add("Thresholds shown as %q are not supported.", mode)
			continue
		}
		if t == nil {
			continue
		}
		for _, s := range t.Steps {
			m := view.ThresholdMark{Axis: i, Color: a.job.Env.Colors.Hex(s.Color), Line: line, Dash: dash, Area: area}
			if !math.IsInf(s.Value, 0) {
				v := s.Value
				if t.Percentage {
					v = ax.min + (ax.max-ax.min)*v/100
				}
				m.Value = &v
			}
			out = append(out, m)
		}
	}
	return out
}
