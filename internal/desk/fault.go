package desk

import (
	"fmt"
	"math"
)

// Fault is what is wrong with a row: a column, and the rest of a sentence that begins with it.
type Fault struct {
	Column  string
	Problem string
}

// Error gives the sentence.
func (f *Fault) Error() string { return f.Column + " " + f.Problem }

// faultf makes a fault of a column.
func faultf(column, format string, args ...any) error {
	return &Fault{column, fmt.Sprintf(format, args...)}
}

// below tells that a figure is less than another, rounding aside.
func below(x, y float64) bool { return x < y-1e-9*math.Max(1, math.Max(math.Abs(x), math.Abs(y))) }

// apart tells that two figures are farther apart than a share of the larger one, and than a least distance.
func apart(x, y, share, least float64) bool {
	return math.Abs(x-y) > math.Max(least, share*math.Max(math.Abs(x), math.Abs(y)))
}

// times tells that a figure is about so many times another: what a mistaken unit makes of it.
func times(x, y, factor float64) bool {
	return y != 0 && !apart(x, factor*y, 0.02, 0)
}
