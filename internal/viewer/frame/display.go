package frame

import (
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/view"
)

// Display is a value as it is shown.
type Display struct {
	Text, Prefix, Suffix string
	Numeric              float64 // NaN if the value is no number
	Color                string
	// Status is true if the colour says how good or bad the value is: it comes from a threshold or a value mapping.
	Status bool
	// Unrated is true if there is no number that a threshold or a colour scale could rate. Color is then that of the lowest
	// threshold, as in Grafana.
	Unrated bool
	Percent float64 // the place in the field's range, from 0 to 1; NaN if the colour does not come from a scale
}

// Full is the whole text that a reader sees.
func (d Display) Full() string { return d.Prefix + d.Text + d.Suffix }

// Value is the value as the page gets it. A missing value does not get the colour of the lowest threshold, because it would look
// as if all were well.
func (d Display) Value() view.Value {
	out := view.Value{Text: d.Text, Prefix: d.Prefix, Suffix: d.Suffix, Number: js.FiniteOrNil(d.Numeric), Color: d.Color, Status: d.Status}
	if d.Unrated {
		out.Color, out.Status = "", false
	}
	return out
}
