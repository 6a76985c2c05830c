package desk

import (
	"fmt"
	"math"
)

// Fault is a mistake in a row. It has the column at fault, and the problem as the rest of a sentence that
// begins with the column's name.
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

// below reports whether x is less than y by more than a rounding error.
func below(x, y float64) bool { return x < y-1e-9*math.Max(1, math.Max(math.Abs(x), math.Abs(y))) }

// apart reports whether two figures differ by more than a share of the larger one and by more than a least
// distance.
func apart(x, y, share, least float64) bool {
	return math.Abs(x-y) > math.Max(least, share*math.Max(math.Abs(x), math.Abs(y)))
}

// isMultiple reports whether x is about `factor` times y, as it happens if x is in a wrong unit.
func isMultiple(x, y, factor float64) bool {
	return y != 0 && !apart(x, factor*y, 0.02, 0)
}
