package heatmap

import (
	"math"

	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// heatPalette lists the colours of a heatmap's scale from the least to the greatest value.
func heatPalette(j *panel.Job, o settings.Object) []string {
	steps := int(o.NumberOr("steps", 64))
	steps = min(max(steps, 1), 512)
	share := func(i int) float64 {
		if steps == 1 {
			return 0
		}
		return float64(i) / float64(steps-1)
	}
	out := make([]string, steps)
	if o.Text("mode") == "opacity" {
		fill := inPercent(j.Env.Colors.Parse(o.TextOr("fill", "dark-orange")))
		exponent := 1.0
		if o.TextOr("scale", "exponential") == "exponential" {
			exponent = o.NumberOr("exponent", 0.5)
		}
		for i := range out {
			fill.A = math.Pow(share(i), exponent)
			out[i] = fill.Hex()
		}
		return out
	}
	name := o.TextOr("scheme", "Oranges")
	scheme, known := palette.SchemeNamed(name)
	if !known {
		j.Notices.Add("The colour scheme %q is not known; Grafana shows Spectral in its place.", name)
		scheme, _ = palette.SchemeNamed("Spectral")
	}
	turned := scheme.Turned == "always" || scheme.Turned == string(j.Env.Colors.Theme)
	if o.Flag("reverse") {
		turned = !turned
	}
	for i := range out {
		at := i
		if turned {
			at = steps - 1 - i
		}
		out[i] = scheme.At(share(at)).Hex()
	}
	return out
}

// inPercent rounds the channels to whole percent, as Grafana does with a fill colour.
func inPercent(c palette.Color) palette.Color {
	round := func(v float64) float64 { return math.Floor(v/255*100+0.5) / 100 * 255 }
	return palette.Color{R: round(c.R), G: round(c.G), B: round(c.B), A: c.A}
}

// heatColors says which colour a value has.
type heatColors struct {
	palette  []string
	min, max float64
}

func (c heatColors) of(v float64) string {
	last := len(c.palette) - 1
	width := c.max/2 - c.min/2 // half the width, since the whole one might be infinite
	if width == 0 {
		width = 0.5
	}
	switch {
	case v < c.min:
		return c.palette[0]
	case v > c.max:
		return c.palette[last]
	}
	return c.palette[min(max(int(math.Floor(float64(len(c.palette))*(v/2-c.min/2)/width)), 0), last)]
}

// stops are the scale of colours, in which every colour has the same length.
func (c heatColors) stops() []view.ColorStop {
	var out []view.ColorStop
	n := float64(len(c.palette))
	for i, color := range c.palette {
		out = append(out, view.ColorStop{At: float64(i) / n, Color: color}, view.ColorStop{At: float64(i+1) / n, Color: color})
	}
	return out
}

// noteOutliers adds a notice about values that are too large for the scale of colours. If the settings set both ends of
// the scale, no value is too large.
func noteOutliers(j *panel.Job, o settings.Object, values []float64, c heatColors) {
	own := o.Child("color").Number("min") != nil && o.Child("color").Number("max") != nil
	count, example := 0, 0.0
	for _, v := range values {
		if !own && (v < c.min || v > c.max) {
			if count++; count == 1 {
				example = v
			}
		}
	}
	if count > 0 {
		j.NoteOutliers(count, cellDisplay(j, o.Child("cellValues"))(example, nil).Full())
	}
}
