package fieldconfig

import (
	"slices"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
)

// NumbersIn are the finite numbers in some fields.
func NumbersIn(fields []*frame.Field) []float64 {
	var out []float64
	for _, f := range fields {
		out = slices.Grow(out, len(f.Values))
		for _, v := range f.Values {
			if n, ok := v.(float64); ok && js.FiniteOrNil(n) != nil {
				out = append(out, n)
			}
		}
	}
	return out
}
