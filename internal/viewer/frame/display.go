package frame

import (
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/view"
)

// Display is a value as it is shown.
type Display struct {
	Text, Prefix, Suffix string
	Numeric              float64 // NaN for what is no number
	Color                string
	Percent              *float64 // place in the field's range
}

// Full is what is read.
func (d Display) Full() string { return d.Prefix + d.Text + d.Suffix }

// Value makes it a wire value with a colour.
func (d Display) Value() view.Value {
	return view.Value{Text: d.Text, Prefix: d.Prefix, Suffix: d.Suffix, Number: js.FiniteOrNil(d.Numeric), Color: d.Color}
}
