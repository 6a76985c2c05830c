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
	Status  bool
	Percent *float64 // the place in the field's range, from 0 to 1
}

// Full is the whole text that a reader sees.
func (d Display) Full() string { return d.Prefix + d.Text + d.Suffix }

// Value is the value as the page gets it.
func (d Display) Value() view.Value {
	return view.Value{Text: d.Text, Prefix: d.Prefix, Suffix: d.Suffix, Number: js.FiniteOrNil(d.Numeric), Color: d.Color, Status: d.Status}
}
