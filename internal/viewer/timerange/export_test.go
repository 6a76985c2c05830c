package timerange

import "time"

// Instant reads an expression that stands alone.
func (c Clock) Instant(expr string, roundUp bool) (time.Time, error) {
	return c.instant("", expr, roundUp)
}
