// Package benchtarget reports the figures of benchmarks beside their targets. The table at the end of "make bench" is made of them.
package benchtarget

import "testing"

// The ends of the units in which targets are reported. A figure of the unit "ms" has its target in "ms:at-most".
const (
	Most  = ":at-most"
	Least = ":at-least"
)

// AtMost reports a figure, and the most that it should be.
func AtMost(b *testing.B, figure float64, unit string, target float64) {
	b.Helper()
	b.ReportMetric(figure, unit)
	b.ReportMetric(target, unit+Most)
}

// AtLeast reports a figure, and the least that it should be.
func AtLeast(b *testing.B, figure float64, unit string, target float64) {
	b.Helper()
	b.ReportMetric(figure, unit)
	b.ReportMetric(target, unit+Least)
}
