package chart

import (
	"math"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
)

// stacking says on which stack a series stands.
type stacking struct {
	key     string // series with the same key stand on the same stack; "" is no stack
	percent bool   // true if a value is drawn as its share of the stack
}

// stackingOf finds a series' stack. As in Grafana, series are on the same stack if they have the same group and mode, are
// drawn in the same style, and lie on the same side of zero.
func stackingOf(s *align.Series, c settings.Object) stacking {
	mode := c.Child("stacking").TextOr("mode", "none")
	if mode != "normal" && mode != "percent" || c.Child("hideFrom").Flag("viz") {
		return stacking{}
	}
	style := c.TextOr("drawStyle", "line")
	if style == "line" {
		style = c.TextOr("lineInterpolation", "linear")
	}
	side := "+"
	if below(s.Values) != (c.Text("transform") == "negative-Y") {
		side = "-"
	}
	return stacking{c.Child("stacking").TextOr("group", "A") + "/" + mode + "/" + style + "/" + side, mode == "percent"}
}

// below reports whether a series lies below zero. Grafana decides that by a sample of about fifty values.
func below(values []any) bool {
	first, last := 0, len(values)-1
	for first <= last && values[first] == nil {
		first++
	}
	for last >= first && values[last] == nil {
		last--
	}
	balance := 0
	for i := first; i <= last; i += max(1, (last-first+1)/50) {
		switch n, _ := values[i].(float64); {
		case n < 0:
			balance--
		case n > 0:
			balance++
		}
	}
	return balance < 0
}

// drawn are the heights of the values in the drawing. The setting negative-Y turns their sign. On a stack in percent a
// height is the value's share of the stack, from 0 to 1 or from 0 to −1.
func drawn(series []*align.Series, stacks []stacking, n int) [][]*float64 {
	out := make([][]*float64, len(series))
	for i, s := range series {
		sign := 1.0
		if s.Field.Config.Custom.Text("transform") == "negative-Y" {
			sign = -1
		}
		out[i] = make([]*float64, n)
		heights := make([]float64, n)
		for k, v := range s.Values {
			if x, ok := v.(float64); ok && !math.IsNaN(x) && !math.IsInf(x, 0) {
				heights[k] = sign * x
				out[i][k] = &heights[k]
			}
		}
	}
	// The sum of very large numbers would be infinite, so the totals add up a small part of each number.
	const part = 1.0 / (1 << 20)
	totals := map[string][]float64{}
	for i, st := range stacks {
		if !st.percent {
			continue
		}
		if totals[st.key] == nil {
			totals[st.key] = make([]float64, n)
		}
		for k, v := range out[i] {
			totals[st.key][k] += js.OrZero(v) * part
		}
	}
	for i, st := range stacks {
		if !st.percent {
			continue
		}
		for k, v := range out[i] {
			if v == nil {
				continue
			}
			total := math.Abs(totals[st.key][k])
			if total == 0 {
				total = part
			}
			*v = *v * part / total
		}
	}
	return out
}

// tops returns the heights that the drawing reaches. For a stacked series, these are the sums of its values
// and those of the series below it.
func tops(plot [][]*float64, stacks []stacking, n int) [][]*float64 {
	sums := map[string][]float64{}
	out := make([][]*float64, len(plot))
	for i, st := range stacks {
		if st.key == "" {
			out[i] = plot[i]
			continue
		}
		if sums[st.key] == nil {
			sums[st.key] = make([]float64, n)
		}
		out[i] = make([]*float64, n)
		for k, v := range plot[i] {
			sums[st.key][k] = math.Max(-axis.LargestDrawn, math.Min(sums[st.key][k]+js.OrZero(v), axis.LargestDrawn))
			if v != nil {
				out[i][k] = new(sums[st.key][k])
			}
		}
	}
	return out
}

// sharesOf returns the share of each value in its stack, from 0 to 1. A series that shares its stack with no other has
// none.
func sharesOf(heights [][]*float64, stacks []stacking, n int) [][]*float64 {
	const part = 1.0 / (1 << 20) // as in drawn
	totals, count := map[string][]float64{}, map[string]int{}
	for i, st := range stacks {
		if totals[st.key] == nil {
			totals[st.key] = make([]float64, n)
		}
		count[st.key]++
		for k, v := range heights[i] {
			totals[st.key][k] += math.Abs(js.OrZero(v)) * part
		}
	}
	out := make([][]*float64, len(heights))
	for i, st := range stacks {
		if st.key == "" || count[st.key] < 2 {
			continue
		}
		out[i] = make([]*float64, n)
		for k, v := range heights[i] {
			if v != nil && totals[st.key][k] > 0 {
				out[i][k] = new(math.Abs(*v) * part / totals[st.key][k])
			}
		}
	}
	return out
}

// shareTexts writes shares in percent, "" where there is none.
func shareTexts(j *panel.Job, f *frame.Field, shares []*float64) []string {
	if shares == nil {
		return nil
	}
	show, out := j.WithUnit(f, "percentunit"), make([]string, len(shares))
	for i, v := range shares {
		if v != nil {
			out[i] = show(*v, nil).Full()
		}
	}
	return out
}
