package desk

import (
	"fmt"
	"math"
)

// Fault is what is wrong with a row: the column at fault, and the rest of a sentence that begins with the
// column's name.
type Fault struct {
	Column  string
	Problem string
}

// Error returns the sentence.
func (f *Fault) Error() string { return f.Column + " " + f.Problem }

// faultf returns the fault of a column.
func faultf(column, format string, args ...any) error {
	return &Fault{column, fmt.Sprintf(format, args...)}
}

// below reports whether a figure is less than another by more than rounding explains.
func below(x, y float64) bool { return x < y-1e-9*math.Max(1, math.Max(math.Abs(x), math.Abs(y))) }

// apart reports whether two figures differ by more than a share of the larger one and by more than a least
// distance.
func apart(x, y, share, least float64) bool {
	return math.Abs(x-y) > math.Max(least, share*math.Max(math.Abs(x), math.Abs(y)))
}

// isMultiple reports whether a figure is about factor times another, as it is when its unit is mistaken.
func isMultiple(x, y, factor float64) bool {
	return y != 0 && !apart(x, factor*y, 0.02, 0)
}
