package chart

import (
	"math"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// series returns one series as the page draws it. The argument `plot` has its heights, and `axis` is the
// index of its axis.
func series(j *panel.Job, s *align.Series, times []int64, st stacking, plot []*float64, axis int) view.Series {
	f, c := s.Field, s.Field.Config.Custom
	out := view.Series{
		Name: f.Title, Color: fieldconfig.SeriesColor(f, j.Env.Colors), Status: f.Config.SaysStatus(), Axis: axis,
		Values: make([]*float64, len(times)), Texts: make([]string, len(times)),
		Style: c.Text("drawStyle"), LineWidth: c.NumberOr("lineWidth", 1), Interpolation: c.Text("lineInterpolation"),
		FillOpacity: c.NumberOr("fillOpacity", 0), GradientMode: c.Text("gradientMode"), ShowPoints: c.Text("showPoints"),
		PointSize: c.NumberOr("pointSize", 5), BarWidthFactor: c.NumberOr("barWidthFactor", 0.6), BarMaxWidth: c.NumberOr("barMaxWidth", 0),
		Stack: st.key, StackPercent: st.percent, TransformNegative: c.Text("transform") == "negative-Y",
		HideFromLegend: c.Child("hideFrom").Flag("legend"), HideFromTooltip: c.Child("hideFrom").Flag("tooltip"),
		HideFromViz: c.Child("hideFrom").Flag("viz"), StepMs: stepOf(times, s.Absent),
	}
	if out.Style == "points" {
		out.ShowPoints = "always"
	}
	if longest := longestBridged(c["spanNulls"]); longest > 0 {
		out.ConnectGaps = true
		if !math.IsInf(longest, 1) {
			out.ConnectGapsMaxMs = longest
		}
	}
	if style := c.Child("lineStyle"); style.Text("fill") == "dash" || style.Text("fill") == "dot" {
		out.LineDash = dashes(style)
	}
	colored := f.Config.Color.ByValue() && out.GradientMode == "scheme"
	runsAt := j.Details.Of(f)
	numbers := make([]float64, len(times)) // beside each other, because room for each alone takes longer
	for i, v := range s.Values {
		if s.Absent != nil && s.Absent[i] {
			out.Absent = append(out.Absent, i)
		}
		n, ok := v.(float64)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			if colored {
				out.Colors, out.Statuses = append(out.Colors, ""), append(out.Statuses, false)
			}
			continue
		}
		d := f.Show(v, nil)
		numbers[i] = n
		out.Values[i], out.Texts[i] = &numbers[i], d.Full()
		if links := j.Links(s.Frame(), f, s.Row(i), d); len(links) > 0 {
			out.Links = withLinks(out.Links, i, links)
		}
		if runs, known := runsAt[times[i]]; known {
			if out.Notes == nil {
				out.Notes = map[int]string{}
			}
			out.Notes[i] = runs.Sentence(j)
			if runs.Runs > 1 {
				out.Notes[i] = "the longest of " + out.Notes[i]
			}
		}
		if colored {
			out.Colors, out.Statuses = append(out.Colors, d.Color), append(out.Statuses, d.Status)
		}
	}
	if st.percent || out.TransformNegative {
		out.Plot = plot
	}
	return out
}

// withLinks adds the links of the i-th value.
func withLinks(all map[int][]view.Link, i int, links []view.Link) map[int][]view.Link {
	if all == nil {
		all = map[int][]view.Link{}
	}
	all[i] = links
	return all
}

// dashes are the lengths of a dashed line's dashes and gaps in turn.
func dashes(style settings.Object) []float64 {
	var out []float64
	for _, v := range style.List("dash") {
		if n := js.Number(v); n >= 0 {
			out = append(out, n)
		}
	}
	if len(out) == 0 {
		out = []float64{10, 10}
		if style.Text("fill") == "dot" {
			out = []float64{0, 10}
		}
	}
	return out
}

// stepOf is the smallest distance in time between two values of a series. A bar may be that wide.
func stepOf(times []int64, absent []bool) float64 {
	least, before := int64(0), -1
	for i, t := range times {
		if absent != nil && absent[i] {
			continue
		}
		if before >= 0 {
			if d := t - times[before]; d > 0 && (least == 0 || d < least) {
				least = d
			}
		}
		before = i
	}
	return float64(least)
}
